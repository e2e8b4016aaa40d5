package dev.sensorline.console.stream;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/** The summary as JSON, made once a second for all clients. Belongs to the live thread. */
final class Summaries {

    private static final long INTERVAL_MILLIS = 1_000;

    private final Supplier<byte[]> json;
    private byte[] last = {};
    private long lastMillis = Long.MIN_VALUE;

    Summaries(Supplier<byte[]> json) {
        this.json = json;
    }

    void tick(long nowMillis) {
        if (lastMillis == Long.MIN_VALUE || Math.abs(nowMillis - lastMillis) >= INTERVAL_MILLIS) {
            last = json.get();
            lastMillis = nowMillis;
        }
    }

    /** When the last one was made. */
    long lastMillis() {
        return lastMillis;
    }

    /** Null if the client has it. */
    byte @Nullable [] ifNewerThan(long millis) {
        return millis == lastMillis ? null : last;
    }
}
