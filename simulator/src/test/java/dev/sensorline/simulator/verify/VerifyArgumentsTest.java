package dev.sensorline.simulator.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerifyArgumentsTest {

    private static VerifyArguments until(String text) {
        return VerifyArguments.of(
                List.of("--ledger", "run.ledger", "--influx", "http://localhost:8086", "--until", text));
    }

    @Test
    void the_end_is_a_time() {
        assertEquals(
                Instant.parse("2026-01-01T00:00:00Z"),
                until("2026-01-01T00:00:00Z").until().orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(strings = {"tomorrow", "9999-01-01T00:00:00Z", "-9999-01-01T00:00:00Z"})
    void a_time_that_no_point_can_have_is_refused(String text) {
        assertEquals(
                "--until=" + text + ": must be a time such as 2026-01-01T00:00:00Z",
                assertThrows(IllegalArgumentException.class, () -> until(text)).getMessage());
    }
}
