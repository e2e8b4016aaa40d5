package dev.sensorline.points;

import java.time.Clock;

/**
 * A strictly increasing wall clock. No two readings get the same time, even if they arrive within one tick of the system
 * clock or after that clock was set back. Not thread-safe.
 */
public final class ArrivalClock {

    private static final long NANOS_PER_MILLISECOND = 1_000_000L;

    private final Clock clock;
    private long last;

    public ArrivalClock(Clock clock) {
        this.clock = clock;
    }

    /** The current time in nanoseconds since 1970-01-01T00:00Z, later than every time returned before. */
    public long nextNanos() {
        long next = Math.max(WallClock.nanos(clock), last + 1);
        // Whole milliseconds are left to readings that carry their own time.
        last = next % NANOS_PER_MILLISECOND == 0 ? next + 1 : next;
        return last;
    }
}
