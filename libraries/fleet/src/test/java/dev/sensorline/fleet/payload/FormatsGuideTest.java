package dev.sensorline.fleet.payload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import dev.sensorline.fleet.file.FleetFile;
import dev.sensorline.points.Decoded;
import dev.sensorline.points.Point;
import dev.sensorline.points.Reading;
import dev.sensorline.points.decoding.Decoder;
import dev.sensorline.points.lineprotocol.LineProtocol;
import dev.sensorline.points.rules.InvalidRulesException;
import dev.sensorline.points.rules.Retained;
import dev.sensorline.points.rules.Rules;
import dev.sensorline.points.rules.RulesReader;
import dev.sensorline.points.rules.SameTime;
import dev.sensorline.points.rules.TopicFilter;

/** The formats in the guide: what its file sends, and what the ingestor makes of it with its rules. */
class FormatsGuideTest {

    private static final Pattern EXAMPLE = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
    private static final Pattern PROPERTIES = Pattern.compile("```properties\n(.*?)```", Pattern.DOTALL);
    private static final Pattern PROPERTY = Pattern.compile("ingestor\\.rules\\.(\\w+)\\.([\\w-]+)=(.*)");
    private static final Pattern ROW = Pattern.compile("\\| `([^`|]+)` \\| `?([^`|]+?)`? \\| (`.*`) \\|");
    /** With a topic that may have blanks. */
    private static final Pattern LINE = Pattern.compile("2026-01-01T00:00:00Z (\\w+/(?:press \\d|\\w+)) (.*)");

    private static final long ARRIVAL = 5;

    private static String section = "";

    @BeforeAll
    static void readSection() throws IOException {
        String guide = Files.readString(Path.of(System.getProperty("sensorline.root"), "docs", "guide", "fleets.md"));
        section = guide.substring(guide.indexOf("\n## Formats"), guide.indexOf("\n## Faults"));
    }

    @Test
    void each_payload_is_sent_and_becomes_what_the_guide_says() throws InvalidRulesException {
        Map<String, String> payloads = payloads();
        Decoder decoder = new Decoder(rules(), 10_000);
        List<MatchResult> rows = ROW.matcher(section).results().toList();
        assertEquals(payloads.keySet(), rows.stream().map(row -> row.group(1)).collect(Collectors.toSet()));
        for (MatchResult row : rows) {
            String topic = row.group(1);
            String payload = payloads.get(topic);
            boolean isBinary = row.group(2).startsWith("in ");
            if (!isBinary) {
                assertEquals(row.group(2), payload);
            }
            byte[] bytes = isBinary ? HexFormat.of().parseHex(payload) : payload.getBytes(UTF_8);
            assertEquals(
                    Arrays.stream(row.group(3).split("<br>"))
                            .map(line -> line.substring(1, line.length() - 1))
                            .map(line -> topic.startsWith("value/") ? line + " " + ARRIVAL : line)
                            .toList(),
                    decoder.decode(new Reading(topic, bytes, bytes.length, ARRIVAL)).stream()
                            .map(FormatsGuideTest::line)
                            .toList());
        }
    }

    private static String line(Decoded decoded) {
        return decoded instanceof Point point ? LineProtocol.line(point) : decoded.toString();
    }

    /** By topic. */
    private static Map<String, String> payloads() {
        Map<String, String> payloads = new LinkedHashMap<>();
        String file =
                EXAMPLE.matcher(section).results().findFirst().orElseThrow().group(1);
        new DryRun(FleetFile.read("fleets.md", file)).run(Duration.ofMillis(1), line -> {
            MatchResult found = LINE.matcher(line).results().findFirst().orElseThrow();
            payloads.put(found.group(1), found.group(2));
        });
        assertTrue(payloads.size() >= 9, payloads::toString);
        return payloads;
    }

    private static Rules rules() throws InvalidRulesException {
        Map<String, Map<String, String>> byName = new LinkedHashMap<>();
        PROPERTIES
                .matcher(section)
                .results()
                .forEach(block -> PROPERTY.matcher(block.group(1))
                        .results()
                        .forEach(property -> byName.computeIfAbsent(property.group(1), name -> new LinkedHashMap<>())
                                .put(property.group(2), property.group(3))));
        RulesReader reader = new RulesReader(SameTime.EXACT, Retained.TIMED);
        byName.forEach((name, texts) -> reader.add(name, texts, key -> name + "." + key));
        reader.add(TopicFilter.parse("value/{name}"), "MQTT_TOPICS");
        reader.add(TopicFilter.parse("sensor/+"), "MQTT_TOPICS");
        return reader.rules();
    }
}
