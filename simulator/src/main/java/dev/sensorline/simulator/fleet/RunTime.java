package dev.sensorline.simulator.fleet;

import java.util.function.LongSupplier;

/**
 * The time of a run, in nanoseconds since 1970-01-01T00:00Z. It is read from the wall clock once: from then on it only goes forward, at the pace
 * of a clock for time differences.
 *
 * @param offset   what is added to that clock
 * @param nanoTime that clock
 */
record RunTime(long offset, LongSupplier nanoTime) {

    private static final long NANOS_PER_MILLI = 1_000_000;

    /** @param epochMillis the wall clock now, in milliseconds since 1970-01-01T00:00Z */
    static RunTime of(long epochMillis, LongSupplier nanoTime) {
        return new RunTime(epochMillis * NANOS_PER_MILLI - nanoTime.getAsLong(), nanoTime);
    }

    long now() {
        return offset + nanoTime.getAsLong();
    }
}
