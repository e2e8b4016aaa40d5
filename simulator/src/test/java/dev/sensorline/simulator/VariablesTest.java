package dev.sensorline.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.sensorline.application.StartFailure;
import dev.sensorline.mqtt.client.PublishProperties;
import dev.sensorline.servers.Certificates;
import dev.sensorline.settings.DeclaredSetting;
import dev.sensorline.settings.GivenVariables;
import io.smallrye.config.SmallRyeConfig;
import io.vertx.core.Vertx;

/** Every variable of a sensor: values that work, and the one line for a value that does not. */
class VariablesTest {

    private static final Vertx VERTX = Vertx.vertx();

    @AfterAll
    static void closeVertx() {
        VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    private static final GivenVariables VARIABLES =
            new GivenVariables(SimulatorConfig.class, new StartFailure("sim", SimulatorConfig::variableOf));

    /** VARIABLE, a value that is refused, and a part of what is allowed. */
    private static final List<String[]> REFUSED =
            Stream.of("""
            SIM_HOST|a b|host name
            SIM_HOST|host:x|host name
            SIM_TRANSPORT|http|tcp, ws or wss
            SIM_PATH|mqtt|path of a URL
            SIM_HOST|a,b c|separated by commas
            SIM_HOST|mqtt://host:1883|no URL
            SIM_HOST|tcp://host|host name
            SIM_PORT|70000|from 1 to 65535
            SIM_PORT|0|from 1 to 65535
            SIM_PORT|x|from 1 to 65535
            SIM_PASSWORD_FILE|/nowhere/password|can be read
            SIM_TLS|yes|true or false
            SIM_CA_FILE|/nowhere/ca.pem|can be read
            SIM_CERTIFICATE_FILE|/nowhere/certificate.pem|can be read
            SIM_KEY_FILE|/nowhere/key.pem|can be read
            SIM_NAME||a name
            SIM_NAME|a+b|without +, #, / and
            SIM_NAME|#|without +, #, / and
            SIM_NAME|a/b|without +, #, / and
            SIM_PERIOD|0|from 0.001
            SIM_PERIOD|-1|from 0.001
            SIM_PERIOD|PT5000000H|365 days
            SIM_PERIOD|9214646400|365 days
            SIM_PERIOD|abc|seconds
            SIM_PERIOD|0.0001|from 0.001
            SIM_PERIOD|0.0000000000001|from 0.001
            SIM_TYPE|humidity|temperature, pressure, current or acceleration
            SIM_TOPIC|sensor/+|without +, #
            SIM_TOPIC|$SYS/sensor|not beginning with $
            SIM_TOPIC|$share/group/sensor|not beginning with $
            SIM_QOS|3|from 0 to 2
            SIM_MQTT_VERSION|3.1|auto, 5 or 3.1.1
            SIM_RETAIN|maybe|true or false
            SIM_FORMAT|xml|value or json
            SIM_SEED|1.5|whole number
            SIM_READINGS|0|from 1
            SIM_QUEUE|0|from 1
            SIM_INFLIGHT|0|from 1 to 65535
            SIM_PHASE|-1|seed, 0 or
            SIM_PHASE|random|seed, 0 or
            SIM_USER_PROPERTIES|site|name=value
            SIM_USER_PROPERTIES|=lab|name=value
            SIM_USER_PROPERTIES|site=lab,|name=value
            SIM_MESSAGE_EXPIRY|0|greater than 0
            SIM_MESSAGE_EXPIRY|soon|a duration
            LOG_FORMAT|xml|text or json
            SIM_FILE|/nowhere/fleet.yaml|can be read
            SIM_COUNT|0|from 1 to 1000000
            SIM_COUNT|1000001|from 1 to 1000000
            SIM_COUNT|4294967297|from 1 to 1000000
            SIM_CONNECTIONS|own|sensor or a whole number
            SIM_CONNECTIONS|0|sensor or a whole number
            SIM_CONNECT_RATE|0|from 1
            SIM_CONNECT_RATE|100001|to 100000
            SIM_CONNECT_RATE|1e3|from 1
            SIM_CONNECT_LIMIT|0|greater than 0
            SIM_CONNECT_LIMIT|PT9000H|365 days
            SIM_ADDRESSES|a b|a host name or an address
            SIM_LATE|-1|0, seconds
            SIM_DURATION|0|greater than 0
            SIM_DURATION|0.0000000001|greater than 0
            SIM_DURATION|8761h|365 days
            SIM_DURATION|99999999999999999999|365 days
            SIM_RATE|10k,|such as 10k,20k,50k
            SIM_RATE|0|from 0.000000001
            SIM_RATE|10m|such as 500 or 10k
            SIM_RATE|20000k|10 million
            SIM_RATE|0.0000000001|from 0.000000001
            SIM_RATE|99999999999|10 million
            SIM_RATE|1e3|such as 500 or 10k
            SIM_TOLERANCE|1.1|from 0 to 1
            SIM_TOLERANCE|little|from 0 to 1
            SIM_TOLERANCE|-1e-400|from 0 to 1
            SIM_TOLERANCE|1e999999999|from 0 to 1
            SIM_TOLERANCE|NaN|from 0 to 1
            SIM_TOLERANCE|0.1d|from 0 to 1
            SIM_REPORT|xml|text or json
            SIM_DRY_RUN|yes|true or false
            SIM_LEDGER|/|can be written
            SIM_LEDGER|topic:|topic: and a topic
            SIM_LEDGER|topic:fleet/#|topic: and a topic
            SIM_METRICS|0|a port from 1 to 65535
            SIM_METRICS|on|a port from 1 to 65535
            SIM_METRICS|localhost|an address of this machine with a port
            SIM_METRICS|:9100|such as 9100
            SIM_METRICS|::1:9100|such as 9100, 0.0.0.0:9100 or [::1]:9100
            SIM_COMMANDS|fleet/#|without +, #
            SIM_COMMANDS|fleet/|a topic
            """.split("\n")).map(row -> row.strip().split("\\|", -1)).toList();

    static Stream<String[]> refused() {
        return REFUSED.stream();
    }

    @ParameterizedTest
    @MethodSource("refused")
    void a_wrong_value_is_one_line_that_names_the_variable_the_value_and_what_is_allowed(
            String variable, String value, String allowed) {
        List<String> lines = refusal(Map.of(variable, value));
        assertEquals(1, lines.size(), lines::toString);
        assertTrue(lines.get(0).startsWith(variable + "=" + value + ": must"), lines::toString);
        assertTrue(lines.get(0).contains(allowed), lines::toString);
    }

    @Test
    void every_variable_that_does_not_take_any_text_is_tried_with_a_wrong_value() {
        List<String> declared = DeclaredSetting.of(SimulatorConfig.class, SimulatorConfig::variableOf).stream()
                .filter(setting -> !setting.allowed().isEmpty())
                .map(DeclaredSetting::variable)
                .toList();
        assertEquals(Set.copyOf(declared), refused().map(row -> row[0]).collect(Collectors.toSet()));
    }

    @Test
    void a_file_that_is_not_in_pem_form_is_one_line(@TempDir Path directory) throws IOException {
        String file = Files.writeString(directory.resolve("junk.pem"), "junk").toString();
        assertEquals(
                List.of("SIM_CA_FILE=" + file + ": must be certificates in PEM form"),
                refusal(Map.of("SIM_CA_FILE", file)));
    }

    @Test
    void a_certificate_and_a_key_that_do_not_go_together_are_one_line(@TempDir Path directory) throws IOException {
        Certificates.in(directory).issue("T1").issue("T2");
        String certificate = directory.resolve("T1.pem").toString();
        String key = directory.resolve("T1.key").toString();
        String other = directory.resolve("T2.key").toString();
        String junk = Files.writeString(directory.resolve("junk.pem"), "junk").toString();
        String encrypted = Files.writeString(
                        directory.resolve("encrypted.key"),
                        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n")
                .toString();
        assertEquals(List.of(), keyRefusal(certificate, key));
        assertEquals(
                List.of("SIM_KEY_FILE=" + other + ": must be the key of the certificate in " + certificate),
                keyRefusal(certificate, other));
        assertEquals(
                List.of("SIM_KEY_FILE=" + encrypted + ": must be a key that is not encrypted"),
                keyRefusal(certificate, encrypted));
        assertEquals(List.of("SIM_KEY_FILE=" + junk + ": must be a key in PEM form"), keyRefusal(certificate, junk));
        assertEquals(
                List.of("SIM_KEY_FILE=" + certificate + ": must be a key in PEM form"),
                keyRefusal(certificate, certificate));
        assertEquals(
                List.of("SIM_CERTIFICATE_FILE=" + junk + ": must be a certificate in PEM form"), keyRefusal(junk, key));
    }

    private static List<String> keyRefusal(String certificate, String key) {
        return refusal(Map.of("SIM_CERTIFICATE_FILE", certificate, "SIM_KEY_FILE", key, "SIM_NAME", "T1"));
    }

    @Test
    void certificate_and_key_are_set_together(@TempDir Path directory) throws IOException {
        String file = Files.writeString(directory.resolve("key.pem"), "key").toString();
        assertEquals(
                List.of("SIM_CERTIFICATE_FILE and SIM_KEY_FILE: must be set together"),
                refusal(Map.of("SIM_KEY_FILE", file)));
    }

    @Test
    void a_text_with_a_line_feed_or_of_70_000_characters_is_refused_in_one_short_line() {
        assertEquals(
                List.of("SIM_NAME=a?b: must be a name without +, #, / and control characters"),
                refusal(Map.of("SIM_NAME", "a\nb")));
        assertEquals(1, refusal(Map.of("SIM_TOPIC", "a\tb")).size());
        for (String variable : List.of("SIM_NAME", "SIM_TOPIC")) {
            List<String> lines = refusal(Map.of(variable, "x".repeat(70_000)));
            assertEquals(1, lines.size());
            assertTrue(
                    lines.get(0).startsWith(variable + "=xxx") && lines.get(0).length() < 400, lines::toString);
        }
        assertEquals(
                List.of("SIM_TOPIC and SIM_NAME: must be a topic of at most 65,535 bytes together"),
                refusal(Map.of("SIM_NAME", "x".repeat(65_535))));
    }

    @Test
    void a_user_name_or_a_password_longer_than_a_packet_can_carry_is_one_line_without_it() {
        String tooLong = "s3cret".repeat(20_000);
        assertEquals(List.of("SIM_USERNAME: must have at most 65535 bytes"), refusal(Map.of("SIM_USERNAME", tooLong)));
        assertEquals(
                List.of("SIM_PASSWORD: must have at most 65535 bytes"),
                refusal(Map.of("SIM_USERNAME", "me", "SIM_PASSWORD", tooLong)));
    }

    @ParameterizedTest
    @CsvSource({
        "sensor/{name}, sensor/T1",
        "plant/{type}/{name}, plant/pressure/T1",
        "{name}/{name}, T1/T1",
        "a {b} c, a {b} c"
    })
    void the_topic_has_name_and_type_in_place_of_their_placeholders(String topic, String topicOfReadings) {
        SimulatorConfig config = VARIABLES
                .read(Map.of("SIM_TOPIC", topic, "SIM_NAME", "T1", "SIM_TYPE", "pressure"))
                .getConfigMapping(SimulatorConfig.class);
        assertEquals(topicOfReadings, SimulatorConfig.topicOfReadings(config));
    }

    @ParameterizedTest
    @CsvSource({"0,PT0S", "0.25,PT0.25S", "250ms,PT0.25S", "seed,PT0.566561575S"})
    void the_phase_is_a_duration_or_a_part_of_the_period_by_the_seed(String phase, Duration delay) {
        SimulatorConfig config = VARIABLES.read(Map.of("SIM_PHASE", phase)).getConfigMapping(SimulatorConfig.class);
        assertEquals(delay, config.phase().of(Duration.ofSeconds(1), 1));
    }

    @ParameterizedTest
    @CsvSource({"9100, 127.0.0.1:9100", "0.0.0.0:9100, 0.0.0.0:9100", "[::1]:9100, [::1]:9100", "here:1, here:1"})
    void metrics_are_on_the_loopback_address_unless_another_one_is_set(String text, String address) {
        SimulatorConfig config = VARIABLES.read(Map.of("SIM_METRICS", text)).getConfigMapping(SimulatorConfig.class);
        assertEquals(address, config.metrics().orElseThrow().toString());
    }

    @Test
    void a_ledger_is_a_file_or_a_topic() {
        assertEquals(new LedgerPlace.File(Path.of("run.ledger")), ledger("run.ledger"));
        assertEquals(new LedgerPlace.Topic("fleet/ledger"), ledger("topic:fleet/ledger"));
        assertEquals("topic:fleet/ledger", ledger("topic:fleet/ledger").toString());
    }

    private static LedgerPlace ledger(String text) {
        return VARIABLES
                .read(Map.of("SIM_LEDGER", text))
                .getConfigMapping(SimulatorConfig.class)
                .ledger()
                .orElseThrow();
    }

    @Test
    void user_properties_and_expiry_are_sent_as_they_are_set() {
        assertEquals(PublishProperties.NONE, properties(Map.of()));
        assertEquals(
                new PublishProperties(
                        List.of(Map.entry("site", "lab"), Map.entry("url", "a=b"), Map.entry("site", "")),
                        Optional.of(Duration.ofMinutes(1))),
                properties(Map.of(
                        "SIM_MQTT_VERSION", "auto",
                        "SIM_USER_PROPERTIES", "site=lab, url = a=b,site=",
                        "SIM_MESSAGE_EXPIRY", "1m")));
    }

    private static PublishProperties properties(Map<String, String> variables) {
        return SimulatorConfig.propertiesOfReadings(VARIABLES.read(variables).getConfigMapping(SimulatorConfig.class));
    }

    @Test
    void user_properties_and_expiry_need_mqtt_5() {
        assertEquals(
                List.of(
                        "SIM_USER_PROPERTIES=site=lab: must not be set with SIM_MQTT_VERSION=3.1.1: set that to 5 or auto"),
                refusal(Map.of("SIM_USER_PROPERTIES", "site=lab")));
        assertEquals(
                List.of("SIM_MESSAGE_EXPIRY=PT1M: must not be set with SIM_MQTT_VERSION=3.1.1: set that to 5 or auto"),
                refusal(Map.of("SIM_MESSAGE_EXPIRY", "1m")));
        assertEquals(List.of(), refusal(Map.of("SIM_USER_PROPERTIES", "a=b", "SIM_MQTT_VERSION", "5")));
    }

    @Test
    void phases_by_seed_are_spread_over_the_period() {
        Phase phase = new Phase(Optional.empty());
        List<Duration> delays = LongStream.range(0, 100)
                .mapToObj(seed -> phase.of(Duration.ofSeconds(10), seed))
                .sorted()
                .toList();
        assertTrue(delays.get(10).compareTo(Duration.ofSeconds(3)) < 0, delays::toString);
        assertTrue(delays.get(89).compareTo(Duration.ofSeconds(7)) > 0, delays::toString);
        assertTrue(delays.get(99).compareTo(Duration.ofSeconds(10)) < 0, delays::toString);
    }

    @Test
    void a_password_needs_a_user_name() {
        assertEquals(
                List.of("SIM_PASSWORD: must not be set without SIM_USERNAME"),
                refusal(Map.of("SIM_PASSWORD", "s3cret")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"pa$$w0rd", "a${b}c", "x${", "${SIM_HOST}", " a\\b "})
    void a_password_is_taken_as_it_is_set(String password) {
        assertEquals(
                Optional.of(password),
                VARIABLES
                        .read(Map.of("SIM_PASSWORD", password))
                        .getConfigMapping(SimulatorConfig.class)
                        .password());
    }

    @Test
    void each_wrong_variable_has_its_line() {
        assertEquals(
                Set.of("SIM_PORT=x", "SIM_TYPE=y"),
                refusal(Map.of("SIM_PORT", "x", "SIM_TYPE", "y")).stream()
                        .map(line -> line.substring(0, line.indexOf(':')))
                        .collect(Collectors.toSet()));
    }

    /** The channel reads these once more, by parsers of its own. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"SIM_HOST|::1|host", "SIM_HOST|a,b:1884,[::1]:1883|host", "SIM_NAME|' a b '|client-id"})
    void the_channel_reads_every_text_that_is_allowed(String variable, String value, String key) {
        assertEquals(
                value,
                VARIABLES
                        .read(Map.of(variable, value))
                        .getValue("mp.messaging.outgoing.readings." + key, String.class));
    }

    @ParameterizedTest
    @CsvSource({"SIM_PORT,' +1883 ',port,1883", "SIM_PORT,01883,port,1883", "SIM_QOS,' 2 ',qos,2"})
    void the_channel_reads_every_number_that_is_allowed(String variable, String value, String key, int number) {
        assertEquals(
                number,
                VARIABLES
                        .read(Map.of(variable, value))
                        .getValue("mp.messaging.outgoing.readings." + key, Integer.class));
    }

    private static List<String> refusal(Map<String, String> variables) {
        return VARIABLES.refusal(variables, VariablesTest::check);
    }

    /** What beans check before the channel starts. */
    private static void check(SmallRyeConfig config) {
        SimulatorConfig settings = config.getConfigMapping(SimulatorConfig.class);
        new Access().access(settings, VERTX);
        SimulatorConfig.topicOfReadings(settings);
        SimulatorConfig.propertiesOfReadings(settings);
    }
}
