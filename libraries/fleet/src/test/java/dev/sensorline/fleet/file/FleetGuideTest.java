package dev.sensorline.fleet.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.sensorline.fleet.payload.DryRun;

/** The guide of fleet files: its examples work, and it has all keys. */
class FleetGuideTest {

    private static final Pattern EXAMPLE = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
    private static final Pattern TABLE = Pattern.compile("```csv\n(.*?)```", Pattern.DOTALL);
    private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");

    private static String guide = "";

    @BeforeAll
    static void readGuide() throws IOException {
        guide = Files.readString(Path.of(System.getProperty("sensorline.root"), "docs", "guide", "fleets.md"));
    }

    @Test
    void its_examples_are_read() {
        List<Long> sensors = EXAMPLE.matcher(guide)
                .results()
                .map(example -> FleetFile.read("fleets.md", example.group(1), path -> table())
                        .sensors())
                .toList();
        assertEquals(List.of(1_001L, 50L, 1L, 9L, 10_000L), sensors);
    }

    private static String table() {
        return TABLE.matcher(guide).results().findFirst().orElseThrow().group(1);
    }

    @Test
    void its_recording_is_played() {
        String file = EXAMPLE.matcher(guide)
                .results()
                .map(example -> example.group(1))
                .filter(example -> example.contains("replay"))
                .findFirst()
                .orElseThrow();
        List<String> temperatures = new ArrayList<>();
        new DryRun(FleetFile.read("fleets.md", file, path -> table()))
                .run(
                        Duration.ofSeconds(45),
                        line -> temperatures.add(
                                line.substring(line.indexOf("\"temp\":") + 7, line.indexOf(",\"time\""))));
        assertEquals(
                List.of(
                        "21.5,\"state\":1",
                        "21.5,\"state\":1",
                        "22.0,\"state\":1",
                        "22.0,\"state\":1",
                        "22.0,\"state\":1",
                        "21.8,\"state\":0",
                        "21.8,\"state\":0",
                        "21.8,\"state\":0",
                        "21.5,\"state\":1"),
                temperatures);
    }

    @Test
    void every_name_of_the_schema_is_in_it() throws IOException {
        Set<String> names = new TreeSet<>();
        collect(new ObjectMapper().readTree(SchemaText.of(FleetFile.FLEET)), names);
        Matcher code = CODE.matcher(guide.replaceAll("(?s)```.*?```", ""));
        while (code.find()) {
            names.remove(code.group(1));
            // Formats with keys of their own are shown with them.
            if (code.group(1).startsWith("{template: {text: ")) {
                names.removeAll(List.of("template", "text"));
            }
        }
        assertTrue(names.isEmpty(), () -> "docs/guide/fleets.md has no " + names);
    }

    /** Keys and the names that are values. */
    private static void collect(JsonNode node, Set<String> names) {
        node.path("properties").fieldNames().forEachRemaining(names::add);
        node.path("enum").forEach(name -> names.add(name.textValue()));
        StreamSupport.stream(node.spliterator(), false).forEach(child -> collect(child, names));
    }
}
