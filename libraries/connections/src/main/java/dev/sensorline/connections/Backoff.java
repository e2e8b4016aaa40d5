package dev.sensorline.connections;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;

/**
 * Pauses between attempts: each limit is twice the last one, up to the longest, and the pause is a random time between half
 * of the limit and all of it, so that clients that have lost a server together do not come back together. Not thread-safe.
 */
public final class Backoff {

    private final Duration shortest;
    private final Duration longest;
    private final UnaryOperator<Duration> spread;
    private Duration limit;

    public Backoff(Duration shortest, Duration longest) {
        this(shortest, longest, Backoff::spread);
    }

    /** @param spread the pause for a limit */
    Backoff(Duration shortest, Duration longest, UnaryOperator<Duration> spread) {
        this.shortest = shortest;
        this.longest = longest;
        this.spread = spread;
        this.limit = shortest;
    }

    /** The pause before the next attempt. */
    public Duration next() {
        Duration pause = spread.apply(limit);
        Duration doubled = limit.multipliedBy(2);
        limit = doubled.compareTo(longest) < 0 ? doubled : longest;
        return pause;
    }

    /** Starts again from the shortest pause. */
    public void reset() {
        limit = shortest;
    }

    private static Duration spread(Duration limit) {
        return Duration.ofNanos(ThreadLocalRandom.current().nextLong(limit.toNanos() / 2, limit.toNanos() + 1));
    }
}
