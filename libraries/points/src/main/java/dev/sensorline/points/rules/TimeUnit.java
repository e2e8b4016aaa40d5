package dev.sensorline.points.rules;

/** How a payload encodes the time: as a number of units since 1970-01-01T00:00Z, or as a text (RFC 3339). */
public enum TimeUnit {

    /** Seconds, optionally with a fraction. */
    S(1_000_000_000L),
    MS(1_000_000L),
    US(1_000L),
    NS(1L),
    RFC3339(0);

    private final long nanos;

    TimeUnit(long nanos) {
        this.nanos = nanos;
    }

    /** Length of the unit in nanoseconds; 0 for {@link #RFC3339}. */
    public long nanos() {
        return nanos;
    }
}
