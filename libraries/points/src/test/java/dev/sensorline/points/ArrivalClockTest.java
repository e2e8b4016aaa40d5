package dev.sensorline.points;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

import org.junit.jupiter.api.Test;

class ArrivalClockTest {

    private final SettableClock wall = new SettableClock();
    private final ArrivalClock clock = new ArrivalClock(wall);

    @Test
    void returns_the_wall_clock_in_nanoseconds() {
        wall.now = Instant.parse("2023-11-14T22:13:20.123456789Z");
        assertEquals(1_700_000_000_123_456_789L, clock.nextNanos());
    }

    @Test
    void advances_while_the_wall_clock_stands_still() {
        long first = clock.nextNanos();
        assertTrue(clock.nextNanos() > first);
    }

    @Test
    void does_not_go_back_with_the_wall_clock() {
        long first = clock.nextNanos();
        wall.now = wall.now.minus(Duration.ofHours(1));
        assertTrue(clock.nextNanos() > first);
    }

    @Test
    void skips_whole_milliseconds() {
        wall.now = Instant.ofEpochMilli(1_700_000_000_123L);
        assertNotEquals(0, clock.nextNanos() % 1_000_000);
    }

    private static final class SettableClock extends Clock {

        private Instant now = Instant.ofEpochSecond(1_700_000_000L, 500);

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
