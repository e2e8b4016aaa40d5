package dev.sensorline.ingestor.mqtt;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

import org.jboss.logging.Logger;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * Counts points of sensors whose clock is not set, and logs one line at most in ten minutes. Belongs to the thread that decodes.
 */
public final class UnsetClocks {

    private static final Logger LOG = Logger.getLogger(UnsetClocks.class);
    private static final Duration PERIOD = Duration.ofMinutes(10);

    private final LongAdder count = new LongAdder();
    private final LongSupplier nanoTime;
    private long unreported;
    private long nextNanos;

    /** @param nanoTime a clock for time differences, such as {@link System#nanoTime} */
    public UnsetClocks(MeterRegistry registry, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.nextNanos = nanoTime.getAsLong();
        FunctionCounter.builder("sensorline.readings.clock.unset", count, LongAdder::sum)
                .description("Points that got the time of arrival, because the sensor's clock is not set")
                .register(registry);
    }

    /** @param points of a reading that have the time of its arrival */
    void add(String topic, int points) {
        count.add(points);
        unreported += points;
        long now = nanoTime.getAsLong();
        if (now - nextNanos >= 0) {
            nextNanos = now + PERIOD.toNanos();
            // What comes from outside must not write log lines of its own.
            LOG.warnf(
                    "The clock of a sensor is not set, so its points get the time of arrival: %d since the last such line, now from %s",
                    unreported, topic.replaceAll("\\p{Cntrl}", "?"));
            unreported = 0;
        }
    }
}
