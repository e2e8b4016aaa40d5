package dev.sensorline.simulator;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * When a sensor begins after it has connected.
 *
 * @param delay the time until the first reading; empty for a part of the period that the seed decides
 */
record Phase(Optional<Duration> delay) {

    static final String BY_SEED = "seed";

    /** The time until the first reading. */
    Duration of(Duration period, long seed) {
        return delay.orElseGet(() ->
                Duration.of((long) (new SplittableRandom(seed).nextDouble() * period.toNanos()), ChronoUnit.NANOS));
    }
}
