package dev.sensorline.ingestor.health;

import java.time.Clock;
import java.util.function.LongSupplier;

import dev.sensorline.points.WallClock;

/**
 * By how much the wall clock has been set since the start: how far it has moved against a clock that cannot be set. Corrections
 * of the clock's rate do not count. Thread-safe.
 */
public final class ClockSteps {

    private static final double NANOS_PER_SECOND = 1e9;

    private final Clock wallClock;
    private final LongSupplier nanoTime;
    private final long startNanos;

    /** @param nanoTime a clock for time differences, such as {@link System#nanoTime} */
    public ClockSteps(Clock wallClock, LongSupplier nanoTime) {
        this.wallClock = wallClock;
        this.nanoTime = nanoTime;
        this.startNanos = difference();
    }

    /** Seconds; negative if the wall clock was set back. */
    double seconds() {
        return (difference() - startNanos) / NANOS_PER_SECOND;
    }

    private long difference() {
        return WallClock.nanos(wallClock) - nanoTime.getAsLong();
    }
}
