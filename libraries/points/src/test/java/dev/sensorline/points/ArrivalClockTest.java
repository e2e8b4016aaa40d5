package dev.sensorline.points;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class ArrivalClockTest {

    private static final long SECOND = 1_000_000_000L;

    private final SettableClock wall = new SettableClock();
    private final List<Long> steps = new ArrayList<>();
    private final ArrivalClock clock = new ArrivalClock(wall, steps::add);

    @Test
    void returns_the_wall_clock_within_16_nanoseconds() {
        wall.now = Instant.parse("2023-11-14T22:13:20.123456789Z");
        long behind = clock.nextNanos() - 1_700_000_000_123_456_789L;
        assertTrue(behind >= 0 && behind < 16, "behind by " + behind);
    }

    @Test
    void advances_while_the_wall_clock_stands_still() {
        long first = clock.nextNanos();
        assertTrue(clock.nextNanos() > first);
    }

    @Test
    void goes_on_increasing_when_the_wall_clock_is_set_back_by_up_to_a_second() {
        long first = clock.nextNanos();
        wall.now = wall.now.minus(Duration.ofMillis(999));
        long second = clock.nextNanos();
        assertTrue(second > first && second < first + 100);
        wall.now = wall.now.plus(Duration.ofSeconds(2));
        assertTrue(clock.nextNanos() > second + SECOND);
        assertEquals(List.of(), steps);
    }

    @Test
    void follows_a_wall_clock_that_was_a_day_ahead_and_says_so_once() {
        wall.now = wall.now.plus(Duration.ofDays(1));
        clock.nextNanos();
        wall.now = wall.now.minus(Duration.ofDays(1));
        for (int i = 0; i < 100; i++) {
            long time = clock.nextNanos();
            assertTrue(time - WallClock.nanos(wall) < 100 * 16, "ahead by " + (time - WallClock.nanos(wall)));
        }
        assertEquals(1, steps.size());
        assertEquals(Duration.ofDays(1).toSeconds(), steps.get(0) / SECOND);
    }

    @Test
    void gives_no_time_again_when_the_wall_clock_passes_a_second_time() {
        Instant start = wall.now;
        Set<Long> times = new HashSet<>();
        for (int round = 0; round < 15; round++) {
            wall.now = start;
            for (int i = 0; i < 1_000; i++) {
                wall.now = wall.now.plusNanos(3);
                assertTrue(times.add(clock.nextNanos()));
            }
            wall.now = start.plus(Duration.ofHours(1));
            assertTrue(times.add(clock.nextNanos()));
        }
    }

    @Property
    void is_never_more_than_a_second_ahead_and_never_gives_a_time_twice_or_a_whole_millisecond(
            @ForAll @Size(max = 200) List<@LongRange(min = -2 * SECOND, max = 2 * SECOND) Long> moves) {
        Set<Long> times = new HashSet<>();
        long last = Long.MIN_VALUE;
        for (long move : moves) {
            // A move of up to a microsecond is most frequent: the clock's own ticks.
            wall.now = wall.now.plusNanos(move % 3 == 0 ? move : Math.floorMod(move, 1_000));
            int stepsBefore = steps.size();
            long time = clock.nextNanos();
            assertTrue(time >= WallClock.nanos(wall));
            assertTrue(time <= WallClock.nanos(wall) + SECOND + 16);
            assertTrue(time > last || steps.size() == stepsBefore + 1);
            assertTrue(steps.size() > 14 || times.add(time));
            assertNotEquals(0, time % 1_000_000);
            last = time;
        }
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
