package dev.sensorline.console.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import dev.sensorline.mqtt.connector.ConfiguredAccess;
import dev.sensorline.rulesettings.Environment;
import dev.sensorline.settings.DeclaredSetting;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.vertx.core.Vertx;

/** Every variable of the console: the one line for a value that does not work, and what the ingestor's settings file means to it. */
class VariablesTest {

    private static final Vertx VERTX = Vertx.vertx();

    @AfterAll
    static void closeVertx() {
        VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    /** VARIABLE, a value that is refused, and a part of what is allowed. */
    private static final List<String[]> REFUSED =
            Stream.of("""
            HTTP_HOST|a/b|host name
            HTTP_PORT|0|from 1 to 65535
            HTTPS_HOST|a/b|host name
            HTTPS_PORT|0|from 1 to 65535
            HTTPS_CERTIFICATE_FILE|/nowhere/certificate.pem|can be read
            HTTPS_KEY_FILE|/nowhere/key.pem|can be read
            CONSOLE_SENSORS|0|from 1 to 1000000
            CONSOLE_WINDOW|1s|from 10s to 24h
            CONSOLE_READINGS|1|from 2 to 100000
            CONSOLE_STREAMS|0|from 1 to 10000
            CONSOLE_ORIGINS|example.org|without a path
            CONSOLE_ORIGINS|https://example.org/a|without a path
            CONSOLE_HISTORY|postgres|influxdb, questdb or none
            INGESTOR_MAX_POINTS|0|from 1 to 100000
            INGESTOR_MAX_PAYLOAD_BYTES|0|from 1 to 1048576
            INGESTOR_SAME_TIME|random|exact or spread
            MQTT_TOPICS|a/#/b|topic filter
            MQTT_TOPICS||where there is no rule
            MQTT_CLIENT_ID| |1 to 1000 characters
            MQTT_VERSION|4|auto, 5 or 3.1.1
            MQTT_RETAINED|yes|timed, take or ignore
            MQTT_HOST|mqtt://host:1883|no URL
            MQTT_PORT|70000|from 1 to 65535
            MQTT_TRANSPORT|http|tcp, ws or wss
            MQTT_PATH|mqtt|path of a URL
            MQTT_PASSWORD_FILE|/nowhere/password|can be read
            MQTT_TLS|yes|true or false
            MQTT_CA_FILE|/nowhere/ca.pem|can be read
            MQTT_CERTIFICATE_FILE|/nowhere/certificate.pem|can be read
            MQTT_KEY_FILE|/nowhere/key.pem|can be read
            INFLUX_URL|localhost:8086|http://localhost:8086
            INFLUX_DATABASE|a/b|name without /
            INFLUX_CA_FILE|/nowhere/ca.pem|can be read
            SENSORLINE_PREFIX|a/#|without +, #
            GRAFANA_URL|javascript:alert(1)|http://localhost:3000
            LOG_FORMAT|xml|text or json
            """.split("\n")).map(row -> row.strip().split("\\|", -1)).toList();

    /** Read when they are used: AccessTest, and the store's. */
    private static final Set<String> READ_LATER =
            Set.of("CONSOLE_PASSWORD_FILE", "CONSOLE_TOKEN_FILE", "INFLUX_PASSWORD_FILE", "INFLUX_TOKEN_FILE");

    static Stream<String[]> refused() {
        return REFUSED.stream();
    }

    private static void check(SmallRyeConfig config) {
        ConsoleConfig console = config.getConfigMapping(ConsoleConfig.class);
        ConfiguredAccess.of("MQTT", console.mqtt(), VERTX);
        ConsoleRules.of(console, config.getConfigMapping(RuleTexts.class), new Environment(Set.of(), Variables::of));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void a_wrong_value_is_one_line_that_names_the_variable_the_value_and_what_is_allowed(
            String variable, String value, String allowed) {
        Map<String, String> variables = new HashMap<>(Map.of(variable, value));
        if (variable.equals("MQTT_PASSWORD_FILE")) {
            variables.put("MQTT_USERNAME", "lab");
        }
        List<String> lines = Configured.VARIABLES.refusal(variables, VariablesTest::check);
        assertEquals(1, lines.size(), lines::toString);
        assertTrue(lines.get(0).startsWith(variable + "=" + value + ": must"), lines::toString);
        assertTrue(lines.get(0).contains(allowed), lines::toString);
    }

    @Test
    void every_variable_that_does_not_take_any_text_is_tried_with_a_wrong_value() {
        Set<String> declared = DeclaredSetting.of(ConsoleConfig.class, Variables::of).stream()
                .filter(setting -> !setting.allowed().isEmpty())
                .map(DeclaredSetting::variable)
                .filter(variable -> !READ_LATER.contains(variable))
                .collect(Collectors.toSet());
        assertEquals(declared, refused().map(row -> row[0]).collect(Collectors.toSet()));
    }

    @Test
    void each_variable_has_a_name_of_its_own() {
        List<String> variables = DeclaredSetting.of(ConsoleConfig.class, Variables::of).stream()
                .map(DeclaredSetting::variable)
                .toList();
        assertEquals(variables.size(), Set.copyOf(variables).size());
    }

    @Test
    void the_defaults_need_no_variable() {
        ConsoleConfig config = Configured.config(Map.of());
        assertEquals("sensorline-console", config.mqtt().clientId());
        assertEquals(8090, config.http().port());
        assertEquals(20_000, config.sensors());
    }

    @ParameterizedTest
    @CsvSource({
        "ingestor.mqtt.host, broker",
        "ingestor.mqtt.topics, plant/+",
        "ingestor.max-points, 7",
        "ingestor.rules.a.topic, plant/{hall}",
        "console.mqtt.host, other",
        "console.mqtt.client-id, mine",
        "ingestor.mqtt.client-id, theirs"
    })
    void the_settings_file_of_the_ingestor_serves_the_console_but_for_what_must_be_its_own(
            String property, String value) {
        Map<String, String> file = new HashMap<>(Map.of("ingestor.batch.size", "7", "ingestor.role", "whole"));
        file.put(property, value);
        SmallRyeConfig read =
                Configured.VARIABLES.read(new PropertiesConfigSource(file, "config/application.properties", 260));
        check(read);
        ConsoleConfig config = read.getConfigMapping(ConsoleConfig.class);
        String found = switch (property) {
            case "ingestor.mqtt.host", "console.mqtt.host" ->
                config.mqtt().host().get(0).host();
            case "ingestor.mqtt.topics" ->
                config.mqtt().topics().orElseThrow().get(0).toString();
            case "ingestor.max-points" -> Integer.toString(config.maxPoints());
            case "ingestor.rules.a.topic" ->
                read.getConfigMapping(RuleTexts.class).rules().get("a").get("topic");
            default -> config.mqtt().clientId();
        };
        assertEquals(property.equals("ingestor.mqtt.client-id") ? "sensorline-console" : value, found);
    }

    @Test
    void rules_are_read_from_the_variables_of_the_ingestor() {
        SmallRyeConfig read = Configured.VARIABLES.read(Map.of(
                "INGESTOR_RULES_A_TOPIC", "x/{a}", "INGESTOR_RULES_A_TIME_UNIT", "s", "INGESTOR_RULES_A_TIME", "/t"));
        Map<String, String> rule =
                read.getConfigMapping(RuleTexts.class).rules().get("a");
        assertEquals("x/{a}", rule.get("topic"));
        check(read);
    }
}
