package dev.sensorline.ingestor.health;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

class ClockStepsTest {

    private Instant wall = Instant.ofEpochSecond(1_700_000_000);
    private long nanoTime = -5;

    private final ClockSteps steps = new ClockSteps(
            new Clock() {
                @Override
                public Instant instant() {
                    return wall;
                }

                @Override
                public ZoneId getZone() {
                    return ZoneOffset.UTC;
                }

                @Override
                public Clock withZone(ZoneId zone) {
                    return this;
                }
            },
            () -> nanoTime);

    @Test
    void time_that_passes_is_no_step_and_a_clock_that_is_set_is() {
        wall = wall.plusSeconds(60);
        nanoTime += TimeUnit.SECONDS.toNanos(60);
        assertEquals(0, steps.seconds());
        wall = wall.minusSeconds(86_400);
        assertEquals(-86_400, steps.seconds());
        wall = wall.plusSeconds(90_000);
        assertEquals(3_600, steps.seconds());
    }
}
