package dev.sensorline.mqtt.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChannelKeysTest {

    private static final Path README = Path.of("README.md");

    @ParameterizedTest
    @CsvSource({"Connection, CONNECTION", "Incoming channels, INCOMING", "Outgoing channels, OUTGOING"})
    void the_readme_documents_the_keys_as_the_code_declares_them(String heading, String list) throws IOException {
        List<Key<?>> keys = switch (list) {
            case "CONNECTION" -> ChannelKeys.CONNECTION;
            case "INCOMING" -> ChannelKeys.INCOMING;
            default -> ChannelKeys.OUTGOING;
        };
        String expected = keys.stream().map(ChannelKeysTest::row).collect(Collectors.joining("\n"));
        assertEquals(expected, rows(heading), "the table below \"### " + heading + "\" in " + README.toAbsolutePath());
    }

    private static String row(Key<?> key) {
        return "| `%s` | %s | %s | %s |"
                .formatted(key.name(), typeText(key.type()), defaultText(key.defaultValue()), key.meaning());
    }

    private static String typeText(Class<?> type) {
        return type.isEnum()
                ? Arrays.stream(type.getEnumConstants())
                        .map(ChannelKeysTest::defaultText)
                        .collect(Collectors.joining(", "))
                : type.getSimpleName().toLowerCase(Locale.ROOT);
    }

    private static String defaultText(Object value) {
        if (value == null) {
            return "";
        }
        if (value instanceof Enum<?> choice) {
            return choice.name().toLowerCase(Locale.ROOT);
        }
        return value instanceof Duration duration ? duration.toMillis() + "ms" : value.toString();
    }

    /** The rows of the first table below a heading, without its head. */
    private static String rows(String heading) throws IOException {
        return Files.readAllLines(README).stream()
                .dropWhile(line -> !line.equals("### " + heading))
                .dropWhile(line -> !line.startsWith("|"))
                .takeWhile(line -> line.startsWith("|"))
                .skip(2)
                .collect(Collectors.joining("\n"));
    }
}
