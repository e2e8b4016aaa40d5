package dev.sensorline.console.rejected;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.sensorline.console.VirtualClock;
import dev.sensorline.points.Rejection.Reason;

class RejectedReadingsTest {

    private final RejectedReadings rejected = new RejectedReadings(new VirtualClock());

    private void add(String json) {
        rejected.add(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void the_newest_are_held_and_all_are_counted() {
        for (int i = 0; i < 250; i++) {
            add("{\"topic\":\"sensor/%d\",\"reason\":\"not_a_number\",\"size\":3,\"payload\":\"abc\"}".formatted(i));
        }
        List<RejectedReading> last = rejected.newestFirst();
        assertEquals(RejectedReadings.MOST, last.size());
        assertEquals("sensor/249", last.get(0).topic());
        assertEquals(250, rejected.total());
        assertEquals("2026-11-27T20:00:00.000Z", last.get(0).time());
        assertNull(last.get(0).detail());
        assertTrue(String.valueOf(last.get(0).accept()).contains("_DECIMAL"), last::toString);
    }

    @Test
    void a_long_payload_is_cut() {
        add("{\"topic\":\"a\",\"reason\":\"too_large\",\"size\":900000,\"payload\":\"%s\"}"
                .formatted("x".repeat(90_000)));
        assertEquals(
                RejectedReadings.LONGEST_PAYLOAD,
                rejected.newestFirst().get(0).payload().length());
        assertEquals(900_000, rejected.newestFirst().get(0).size());
    }

    @Test
    void what_is_no_copy_is_ignored() {
        List.of("", "x", "7", "{}", "{\"reason\":7}").forEach(this::add);
        assertEquals(0, rejected.total());
    }

    /** A setting, or the store's own reasons, for which there is none. */
    @ParameterizedTest
    @EnumSource(Reason.class)
    void each_reason_has_a_setting_that_would_accept_such_readings_or_none(Reason reason) {
        String accept = Remedy.of(reason.key(), "sensor/A", 7);
        assertTrue(accept == null || accept.startsWith("INGESTOR_") || accept.startsWith("MQTT_TOPICS"), accept);
    }
}
