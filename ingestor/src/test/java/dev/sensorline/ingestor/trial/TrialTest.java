package dev.sensorline.ingestor.trial;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.sensorline.application.StartFailure;
import dev.sensorline.ingestor.settings.Configured;
import dev.sensorline.ingestor.settings.Variables;

/** What the command prints, where, and how it ends. */
class TrialTest {

    private static final Map<String, String> RULES = Map.of(
            "INGESTOR_RULES_UP_TOPIC", "gateway/{gw}/up",
            "INGESTOR_RULES_UP_FIELDS", "value=/values/{v}/x",
            "INGESTOR_RULES_UP_TAGS", "id={v}, site={property:site}",
            "INGESTOR_RULES_UP_WHEN", "/type:up");
    private static final String TIME = "--time 2026-01-01T00:00:00Z ";

    private final ByteArrayOutputStream points = new ByteArrayOutputStream();
    private final ByteArrayOutputStream remarks = new ByteArrayOutputStream();

    private int run(Map<String, String> variables, byte[] payload, String arguments) {
        return new Trial(
                        new ByteArrayInputStream(payload),
                        new PrintStream(points, false, UTF_8),
                        new PrintStream(remarks, false, UTF_8))
                .run(
                        arguments.isEmpty() ? List.of() : List.of(arguments.split(" ")),
                        () -> Configured.config(variables),
                        Configured::ruleSet,
                        new StartFailure("ingestor", Variables::of));
    }

    private int run(String payload, String arguments) {
        return run(RULES, payload.getBytes(UTF_8), arguments);
    }

    private List<String> remarks() {
        return remarks.toString(UTF_8).lines().toList();
    }

    @Test
    void points_are_the_only_output_and_the_rule_is_named_beside_it() {
        String payload = "{\"values\":[{\"x\":1},{\"x\":2}],\"type\":\"up\"}";
        assertEquals(0, run(payload, TIME + "--property site=north --topic gateway/G1/up"));
        assertEquals("""
                sensor,gw=G1,id=0,site=north value=1.0 1767225600000000001
                sensor,gw=G1,id=1,site=north value=2.0 1767225600000000002
                """, points.toString(UTF_8));
        assertEquals(List.of("gateway/G1/up: 2 points, by ingestor.rules.up.topic=gateway/{gw}/up"), remarks());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sensor/A|hello|1|set aside: not_a_number|by MQTT_TOPICS=sensor/+",
                "other|1|1|set aside: no_rule|no_rule",
                "gateway/G1/up|{\"type\":\"join\"}|0|ignored: when|by ingestor.rules.up.topic=gateway/{gw}/up",
                "sensor/A|null|0|ignored: empty|by MQTT_TOPICS=sensor/+"
            })
    void what_is_not_a_point_is_explained(String topic, String payload, int exitCode, String what, String rule) {
        assertEquals(exitCode, run(payload, "--topic " + topic));
        assertEquals(1, remarks().size(), remarks()::toString);
        assertTrue(remarks().get(0).startsWith(topic + ": " + what), remarks()::toString);
        assertTrue(remarks().get(0).endsWith(rule), remarks()::toString);
        assertEquals("", points.toString(UTF_8));
    }

    @Test
    void a_payload_of_any_bytes_and_size_is_read_as_it_is() {
        assertEquals(1, run(Map.of(), new byte[] {(byte) 0xc3, 0x28}, "--topic sensor/A"));
        assertEquals(1, run(Map.of("INGESTOR_MAX_PAYLOAD_BYTES", "3"), "12345".getBytes(UTF_8), "--topic sensor/A"));
        assertTrue(remarks().get(0).startsWith("sensor/A: set aside: not_utf8"), remarks()::toString);
        assertTrue(remarks().get(1).startsWith("sensor/A: set aside: too_large (5 bytes)"), remarks()::toString);
    }

    @Test
    void the_paths_of_samples_are_their_topics_without_the_ending_of_a_format(@TempDir Path directory)
            throws IOException {
        write(directory, "sensor/B.json", "{\"value\":2}");
        write(directory, "sensor/A", "1");
        write(directory, "sensor/v1.5", "3");
        write(directory, ".git/config", "4");
        assertEquals(0, run("", TIME + directory));
        assertEquals(
                List.of("sensor,name=A value=1.0", "sensor,name=B value=2.0", "sensor,name=v1.5 value=3.0"),
                points.toString(UTF_8)
                        .lines()
                        .map(line -> line.substring(0, line.lastIndexOf(' ')))
                        .toList());
        assertEquals(3, remarks().size());
    }

    private static void write(Path directory, String path, String payload) throws IOException {
        Path file = directory.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, payload);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|--topic or a directory is missing",
                "--topic|--topic: must have a value",
                "--topic a/+|--topic a/+: must be a topic, without + and #",
                "--topic a --property b|--property b: must be <name>=<value>",
                "--topic a --time now|--time now: must be a time such as 2026-01-01T00:00:00Z",
                "--topic a .|--topic: must not be given with a directory, whose paths are the topics",
                "--what|--what: must be a directory of samples, or an option"
            })
    void wrong_arguments_are_a_line_and_the_usage(String arguments, String line) {
        assertEquals(2, run("1", arguments));
        assertEquals(line, remarks().get(0));
        assertTrue(remarks().get(1).startsWith("Usage:"), remarks()::toString);
    }

    @Test
    void each_wrong_setting_of_a_rule_is_the_line_of_the_start() {
        Map<String, String> variables = new TreeMap<>(RULES);
        variables.put("INGESTOR_RULES_UP_FIELDS", "a:what");
        variables.put("INGESTOR_RULES_UP_FORMAT", "yaml");
        assertEquals(2, run(variables, new byte[0], "--topic a"));
        assertEquals(2, remarks().size(), remarks()::toString);
        assertTrue(remarks().get(0).startsWith("ingestor.rules.up.fields=a:what: must"), remarks()::toString);
        assertTrue(remarks().get(1).startsWith("ingestor.rules.up.format=yaml: must"), remarks()::toString);
    }
}
