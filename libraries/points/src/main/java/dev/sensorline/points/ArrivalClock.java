package dev.sensorline.points;

import java.time.Clock;

/**
 * The wall clock, made strictly increasing: two readings never get the same time, even when they arrive within one tick
 * of the system clock or when that clock is set back. Not thread-safe.
 */
public final class ArrivalClock {

    private static final long NANOS_PER_MILLISECOND = 1_000_000L;

    private final Clock clock;
    private long last;

    public ArrivalClock(Clock clock) {
        this.clock = clock;
    }

    /** Nanoseconds since 1970-01-01T00:00Z, later than all it gave before. */
    public long nextNanos() {
        long next = Math.max(WallClock.nanos(clock), last + 1);
        // Readings that carry their own time have whole milliseconds: these are left to them.
        last = next % NANOS_PER_MILLISECOND == 0 ? next + 1 : next;
        return last;
    }
}
