package dev.sensorline.ingestor.settings;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

import dev.sensorline.points.Point;
import dev.sensorline.points.Reading;
import dev.sensorline.points.decoding.Decoder;
import dev.sensorline.points.lineprotocol.LineProtocol;
import dev.sensorline.servers.ProjectTree;
import io.smallrye.config.PropertiesConfigSource;

/** The sample rule of docs/guide/rules.md. */
class SampleTest {

    private static final Pattern SAMPLE = Pattern.compile(
            "```properties\n(.*?)```.*?```json\n(.*?)```\\s+on `(.*?)`.*?```text\n(.*?)```", Pattern.DOTALL);

    @Test
    void makes_the_line_that_it_says() throws IOException {
        Matcher sample = SAMPLE.matcher(Files.readString(ProjectTree.root().resolve("docs/guide/rules.md")));
        assertTrue(sample.find());
        Properties settings = new Properties();
        settings.load(new ByteArrayInputStream(sample.group(1).getBytes(UTF_8)));
        Map<String, String> rules = new HashMap<>();
        settings.stringPropertyNames().forEach(key -> rules.put(key, settings.getProperty(key)));
        byte[] payload = sample.group(2).getBytes(UTF_8);
        Point point = assertInstanceOf(
                Point.class,
                new Decoder(Configured.rules(new PropertiesConfigSource(rules, "README", 260)))
                        .decode(new Reading(sample.group(3), payload, payload.length, 1)));
        assertEquals(sample.group(4), new String(LineProtocol.of(List.of(point)), UTF_8));
    }
}
