package dev.sensorline.points.rules;

/** How a payload tells the time: as a number of units since 1970-01-01T00:00Z, or as a text (RFC 3339). */
public enum TimeUnit {

    /** Seconds, also with a fraction. */
    S(1_000_000_000L),
    MS(1_000_000L),
    US(1_000L),
    NS(1L),
    RFC3339(0);

    private final long nanos;

    TimeUnit(long nanos) {
        this.nanos = nanos;
    }

    /** Its length in nanoseconds; 0 of text. */
    public long nanos() {
        return nanos;
    }
}
