package dev.sensorline.points.rules;

/** How a payload encodes the time: as a number of units since 1970-01-01T00:00Z, or as a text (ISO 8601, RFC 3339). */
public enum TimeUnit {
    S(1_000_000_000L),
    MS(1_000_000L),
    US(1_000L),
    NS(1L),
    ISO8601(0);

    private final long nanos;

    TimeUnit(long nanos) {
        this.nanos = nanos;
    }

    /** Length of the unit in nanoseconds; 0 for {@link #ISO8601}. */
    public long nanos() {
        return nanos;
    }
}
