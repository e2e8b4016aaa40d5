package dev.sensorline.ingestor.settings;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import dev.sensorline.points.Decoded;
import dev.sensorline.points.Point;
import dev.sensorline.points.Reading;
import dev.sensorline.points.decoding.Decoder;
import dev.sensorline.points.lineprotocol.LineProtocol;
import dev.sensorline.servers.ProjectTree;
import io.smallrye.config.PropertiesConfigSource;

/** The sample rules of docs/guide/rules.md, each with a payload and the lines that it becomes. */
class SampleTest {

    private static final Pattern SAMPLE = Pattern.compile(
            "```properties\n(~)```~```json\n(~)```\\s+on `([^`]*)`~```text\n(~)```".replace("~", "(?:(?!```).)*"),
            Pattern.DOTALL);
    private static final int SAMPLES = 4;

    @Test
    void each_makes_the_lines_that_it_says() throws IOException {
        Matcher sample = SAMPLE.matcher(Files.readString(ProjectTree.root().resolve("docs/guide/rules.md")));
        int samples = 0;
        while (sample.find()) {
            assertEquals(sample.group(4), lines(sample.group(1), sample.group(2), sample.group(3)));
            samples++;
        }
        assertEquals(SAMPLES, samples);
    }

    private static String lines(String properties, String json, String topic) throws IOException {
        Properties settings = new Properties();
        settings.load(new ByteArrayInputStream(properties.getBytes(UTF_8)));
        Map<String, String> rules = new HashMap<>();
        settings.stringPropertyNames().forEach(key -> rules.put(key, settings.getProperty(key)));
        byte[] payload = json.getBytes(UTF_8);
        List<Decoded> decoded = new Decoder(Configured.rules(new PropertiesConfigSource(rules, "README", 260)), 10_000)
                .decode(new Reading(topic, payload, payload.length, 1));
        return new String(
                LineProtocol.of(decoded.stream().map(Point.class::cast).toList()), UTF_8);
    }
}
