package dev.sensorline.console.status;

import java.time.Clock;
import java.time.Instant;

/** Whether there is a connection to the broker. Thread-safe. */
public final class BrokerState {

    private final Clock clock;
    private volatile Now now;

    /** @param since when it has changed */
    public record Now(boolean isUp, Instant since) {}

    public BrokerState(Clock clock) {
        this.clock = clock;
        now = new Now(false, clock.instant());
    }

    /** May be told the same again. */
    public synchronized void connected(boolean isConnected) {
        if (now.isUp != isConnected) {
            now = new Now(isConnected, clock.instant());
        }
    }

    public Now now() {
        return now;
    }
}
