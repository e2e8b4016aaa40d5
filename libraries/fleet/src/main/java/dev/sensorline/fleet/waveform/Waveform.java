package dev.sensorline.fleet.waveform;

/**
 * What a sensor measures, as a pure function of the sensor's seed, the number of the reading and its time: a reading does not depend
 * on the readings before it. The same arguments give the same value, on any thread and any machine. One waveform serves all
 * sensors of a group, and computing a value allocates nothing. Thread-safe.
 */
public interface Waveform {

    /**
     * A reading.
     *
     * @param seed  of the sensor: random numbers come from it alone
     * @param step  the number of the reading: 0, 1, 2, …
     * @param nanos when the reading is due, in nanoseconds since 1970-01-01T00:00Z
     */
    double at(long seed, long step, long nanos);

    /**
     * The same waveform in a run that begins at a time: a replay begins then, unless it has begun; others are as they were.
     *
     * @param nanos since 1970-01-01T00:00Z
     */
    default Waveform startingAt(long nanos) {
        return this;
    }

    /** When it ends, in nanoseconds since 1970-01-01T00:00Z: it has no values from then on. {@link Long#MAX_VALUE} if it does not. */
    default long end() {
        return Long.MAX_VALUE;
    }

    /** Whether whole readings are written without a fraction: {@code 4}, not {@code 4.0}. */
    default boolean isWhole() {
        return false;
    }

    /** Writes a reading: the shortest text that is parsed to the same value. */
    default String text(double reading) {
        return isWhole() ? Long.toString((long) reading) : ShortestText.of(reading);
    }
}
