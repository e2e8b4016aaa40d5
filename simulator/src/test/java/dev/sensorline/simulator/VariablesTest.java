package dev.sensorline.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.sensorline.application.StartFailure;
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
            SIM_PORT|70000|from 1 to 65535
            SIM_PORT|0|from 1 to 65535
            SIM_PORT|x|from 1 to 65535
            SIM_PASSWORD_FILE|/nowhere/password|can be read
            SIM_TLS|yes|true or false
            SIM_CA_FILE|/nowhere/ca.pem|can be read
            SIM_CERTIFICATE_FILE|/nowhere/certificate.pem|can be read
            SIM_KEY_FILE|/nowhere/key.pem|can be read
            SIM_NAME||a name
            SIM_NAME|a+b|without +, # and /
            SIM_NAME|#|without +, # and /
            SIM_NAME|a/b|without +, # and /
            SIM_PERIOD|0|at least 0.001
            SIM_PERIOD|-1|at least 0.001
            SIM_PERIOD|abc|seconds
            SIM_PERIOD|0.0001|at least 0.001
            SIM_TYPE|humidity|temperature, pressure, current or acceleration
            SIM_TOPIC|sensor/+|without + and #
            SIM_QOS|3|from 0 to 2
            SIM_MQTT_VERSION|3.1|auto, 5 or 3.1.1
            SIM_RETAIN|maybe|true or false
            SIM_FORMAT|xml|value or json
            SIM_SEED|1.5|whole number
            SIM_READINGS|0|from 1
            SIM_QUEUE|0|from 1
            LOG_FORMAT|xml|text or json
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
    void certificate_and_key_are_set_together(@TempDir Path directory) throws IOException {
        String file = Files.writeString(directory.resolve("key.pem"), "key").toString();
        assertEquals(
                List.of("SIM_CERTIFICATE_FILE and SIM_KEY_FILE: must be set together"),
                refusal(Map.of("SIM_KEY_FILE", file)));
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
            value = {"SIM_HOST|::1|host", "SIM_NAME|' a b '|client-id"})
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
        new Access().access(config.getConfigMapping(SimulatorConfig.class), VERTX);
    }
}
