package dev.sensorline.console.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class RememberedTest {

    private static final Remembered SILENT = new Remembered(
            "abcdefghijklmnop",
            "Küche \"1\"",
            "sensor/T1",
            SensorState.SILENT,
            Instant.parse("2026-11-27T12:00:00Z"),
            Optional.of(Duration.ofMillis(10_000)),
            Duration.ofMillis(500),
            Optional.of(Instant.parse("2026-11-27T11:59:29.5Z")));

    @Test
    void a_state_is_json_for_others() {
        assertEquals(
                "{\"id\":\"abcdefghijklmnop\",\"name\":\"Küche \\\"1\\\"\",\"topic\":\"sensor/T1\",\"state\":\"silent\","
                        + "\"since\":\"2026-11-27T12:00:00.000Z\",\"period\":10.0,\"margin\":0.5,"
                        + "\"last\":\"2026-11-27T11:59:29.500Z\"}",
                new String(SILENT.toJson(), UTF_8));
    }

    @Test
    void a_state_is_read_again() {
        assertEquals(Optional.of(SILENT), Remembered.of(SILENT.toJson()));
    }

    @Test
    void anything_else_is_nothing() {
        for (String payload : List.of(
                "",
                "null",
                "[]",
                "{}",
                "{\"id\":\"a\",\"topic\":\"t\",\"state\":\"dead\",\"since\":\"2026-11-27T12:00:00Z\"}",
                "{\"id\":\"a\",\"topic\":\"t\",\"state\":\"live\",\"since\":\"yesterday\"}",
                "{\"id\":\"a\",\"topic\":\"t\",\"state\":\"live\",\"since\":\"2026-11-27T12:00:00Z\",\"period\":-1}",
                "{\"id\":\"a\",\"topic\":\"t\",\"state\":\"live\",\"since\":\"2026-11-27T12:00:00Z\",\"period\":1e300}")) {
            assertEquals(Optional.empty(), Remembered.of(payload.getBytes(UTF_8)), payload);
        }
    }

    @Property
    void no_payload_makes_it_fail(@ForAll byte[] payload) {
        assertEquals(Optional.empty(), Remembered.of(payload));
    }
}
