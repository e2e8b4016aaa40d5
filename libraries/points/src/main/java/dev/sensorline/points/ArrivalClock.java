package dev.sensorline.points;

import java.time.Clock;
import java.util.function.LongConsumer;

/**
 * A wall clock that gives no two readings the same time, even if they arrive within one tick of the system clock.
 * <p>
 * While the wall clock is set back by up to {@link #MOST_AHEAD_NANOS}, times go on increasing, and the wall clock catches up.
 * If it is set back by more, times follow it at once, and so go back. Times given before are not given again then: each
 * period between two such steps has nanoseconds of its own, of {@value #PERIODS}; after as many steps they are used again.
 * <p>
 * Not thread-safe.
 */
public final class ArrivalClock {

    /** How far a time may be ahead of the wall clock, in nanoseconds. */
    public static final long MOST_AHEAD_NANOS = 1_000_000_000L;

    /** A whole millisecond is a multiple of one more than this. */
    private static final int PERIODS = 15;

    private final Clock clock;
    private final LongConsumer steppedBack;
    private long last = Long.MIN_VALUE;
    /** The remainder by {@code PERIODS + 1} of all times of this period: never 0, as whole milliseconds have. */
    private int period = 1;

    public ArrivalClock(Clock clock) {
        this(clock, nanos -> {});
    }

    /** @param steppedBack is told by how many nanoseconds times go back, when they follow the wall clock */
    public ArrivalClock(Clock clock, LongConsumer steppedBack) {
        this.clock = clock;
        this.steppedBack = steppedBack;
    }

    /**
     * The current time in nanoseconds since 1970-01-01T00:00Z. Whole milliseconds are left to readings that carry their own
     * time.
     */
    public long nextNanos() {
        long now = WallClock.nanos(clock);
        if (last > now + MOST_AHEAD_NANOS) {
            steppedBack.accept(last - now);
            period = period % PERIODS + 1;
            last = now;
        }
        long next = Math.max(now, last + 1);
        last = next + Math.floorMod(period - next, PERIODS + 1);
        return last;
    }
}
