package dev.sensorline.ingestor.pipeline;

import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.sensorline.points.Storable;
import dev.sensorline.points.WallClock;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/**
 * Metrics of how long readings take and how many travel together: from the time that a reading carries, else from its
 * arrival, until the destination has accepted it. The slowest reading of each batch counts. Thread-safe.
 */
public final class Latency {

    private final Clock clock;
    private final Timer latency;
    private final DistributionSummary batchSize;

    public Latency(MeterRegistry registry, Clock clock) {
        this.clock = clock;
        this.latency = Timer.builder("sensorline.latency")
                .description(
                        "From a reading's own time, else its arrival, to acceptance by InfluxDB or Kafka; slowest of a batch")
                .publishPercentiles(0.5, 0.99)
                .register(registry);
        this.batchSize = DistributionSummary.builder("sensorline.batch.size")
                .description("Points of a batch")
                .register(registry);
    }

    /** Records a batch that the destination has accepted just now. */
    void accepted(List<? extends Storable> points) {
        batchSize.record(points.size());
        long now = WallClock.nanos(clock);
        points.stream()
                .mapToLong(Storable::timeNanos)
                .min()
                .ifPresent(oldest -> latency.record(Math.max(0, now - oldest), TimeUnit.NANOSECONDS));
    }
}
