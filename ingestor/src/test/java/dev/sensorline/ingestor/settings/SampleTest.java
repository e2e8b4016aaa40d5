package dev.sensorline.ingestor.settings;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import dev.sensorline.points.Decoded;
import dev.sensorline.points.Ignored;
import dev.sensorline.points.Point;
import dev.sensorline.points.Reading;
import dev.sensorline.points.Rejection;
import dev.sensorline.points.decoding.Decoder;
import dev.sensorline.points.lineprotocol.LineProtocol;
import dev.sensorline.servers.ProjectTree;
import io.smallrye.config.PropertiesConfigSource;

/** The samples of docs/guide/rules.md. */
class SampleTest {

    private static final Pattern SAMPLE = Pattern.compile(
            "```properties\n(~)```~```json\n(~)```\\s+on `([^`]*)`~```text\n(~)```".replace("~", "(?:(?!```).)*"),
            Pattern.DOTALL);
    private static final int SAMPLES = 4;

    private static final Pattern TABLE = Pattern.compile(
            "```properties\n([^`]*)```\n\n\\| topic \\| payload \\| becomes \\|\n\\| --- \\| --- \\| --- \\|\n((?:\\|.*\\|\n)+)");
    private static final Pattern PUBLISHED = Pattern.compile(
            "```properties\n([^`]*)```\n\n```sh\nmosquitto_pub (.*) -t (\\S+) -m (\\S+)\n```\n\nmakes `(.*)`");
    private static final Pattern PROPERTY = Pattern.compile("-D publish user-property (\\S+) (\\S+)");
    private static final Pattern ROW = Pattern.compile("\\| `(.*?)` \\| `(.*?)` \\| (.*?) \\|\n");

    @Test
    void each_makes_the_lines_that_it_says() throws IOException {
        Matcher sample = SAMPLE.matcher(page());
        int samples = 0;
        while (sample.find()) {
            List<Decoded> decoded = decode(decoder(sample.group(1)), sample.group(3), sample.group(2));
            assertEquals(
                    sample.group(4),
                    new String(
                            LineProtocol.of(
                                    decoded.stream().map(Point.class::cast).toList()),
                            UTF_8));
            samples++;
        }
        assertEquals(SAMPLES, samples);
    }

    /** The tables of examples, each row with the rules above it. */
    static Stream<Arguments> examples() throws IOException {
        List<Arguments> examples = new ArrayList<>();
        Matcher table = TABLE.matcher(page());
        while (table.find()) {
            Matcher row = ROW.matcher(table.group(2));
            int end = 0;
            while (row.find()) {
                assertEquals(end, row.start(), table::group);
                end = row.end();
                examples.add(Arguments.of(table.group(1), row.group(1), row.group(2), row.group(3)));
            }
            assertEquals(table.group(2).length(), end, table::group);
        }
        return examples.stream();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void an_example_becomes_what_its_table_says(String rules, String topic, String payload, String becomes)
            throws IOException {
        Decoder decoder = decoder(rules);
        List<String> all = new ArrayList<>();
        decode(decoder, topic, payload.replace('↵', '\n')).forEach(decoded -> all.add(text(decoded, 2)));
        Stream.of(Ignored.values())
                .filter(reason -> decoder.ignored(reason) > 0)
                .forEach(reason -> all.add("ignored: `" + reason.key() + "`"));
        assertEquals(becomes, String.join("<br>", all));
    }

    /** As the page writes it: without the time if that is an arrival, before the given number of nanoseconds. */
    static String text(Decoded decoded, long lastArrivalNanos) {
        if (decoded instanceof Rejection rejection) {
            return "set aside: `" + rejection.reason().key() + "`";
        }
        Point point = (Point) decoded;
        String line = LineProtocol.line(point);
        return "`" + (point.timeNanos() < lastArrivalNanos ? line.substring(0, line.lastIndexOf(' ')) : line) + "`";
    }

    @Test
    void a_published_example_becomes_what_it_says() throws IOException {
        Matcher example = PUBLISHED.matcher(page());
        assertTrue(example.find());
        List<Map.Entry<String, String>> properties = PROPERTY.matcher(example.group(2))
                .results()
                .map(property -> Map.entry(property.group(1), property.group(2)))
                .toList();
        byte[] payload = example.group(4).getBytes(UTF_8);
        List<Decoded> decoded = decoder(example.group(1))
                .decode(new Reading(example.group(3), payload, payload.length, 1, false, properties));
        assertEquals(1, decoded.size());
        assertEquals(
                example.group(5),
                LineProtocol.line(assertInstanceOf(Point.class, decoded.get(0))),
                properties::toString);
    }

    private static String page() throws IOException {
        return Files.readString(ProjectTree.root().resolve("docs/guide/rules.md"));
    }

    static Decoder decoder(String properties) throws IOException {
        Properties settings = new Properties();
        settings.load(new StringReader(properties));
        Map<String, String> rules = new HashMap<>();
        settings.stringPropertyNames().forEach(key -> rules.put(key, settings.getProperty(key)));
        return new Decoder(Configured.rules(new PropertiesConfigSource(rules, "README", 260)), 10_000);
    }

    /** With 1 as the time of arrival. */
    private static List<Decoded> decode(Decoder decoder, String topic, String payload) {
        byte[] bytes = payload.startsWith("bytes ")
                ? HexFormat.ofDelimiter(" ").parseHex(payload.substring("bytes ".length()))
                : payload.getBytes(UTF_8);
        return decoder.decode(new Reading(topic, bytes, bytes.length, 1));
    }
}
