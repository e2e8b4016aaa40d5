package dev.sensorline.console;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that a test moves. */
public final class VirtualClock extends Clock {

    /** When it begins, in milliseconds since 1970. */
    public static final long START = Instant.parse("2026-11-27T20:00:00Z").toEpochMilli();

    private long millis = START;

    public void pass(Duration time) {
        millis += time.toMillis();
    }

    @Override
    public long millis() {
        return millis;
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException();
    }
}
