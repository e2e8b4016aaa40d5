package dev.sensorline.points;

import java.time.Clock;
import java.time.Instant;

/** The time of day in the unit of points. */
public final class WallClock {

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private WallClock() {}

    /** Nanoseconds since 1970-01-01T00:00Z, which a {@code long} holds until the year 2262. */
    public static long nanos(Clock clock) {
        Instant now = clock.instant();
        return now.getEpochSecond() * NANOS_PER_SECOND + now.getNano();
    }
}
