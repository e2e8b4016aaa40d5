package dev.sensorline.ingestor.health;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

import jakarta.enterprise.context.ApplicationScoped;

import dev.sensorline.points.Storable;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/**
 * How long readings take, and in which batches they go: from the time they carry, else from their arrival, until
 * InfluxDB, or Kafka in the role bridge, has accepted them. Of each batch the slowest counts.
 */
@ApplicationScoped
public class Latency {

    private final Clock clock = Clock.systemUTC();
    private final Timer latency;
    private final DistributionSummary batchSize;

    Latency(MeterRegistry registry) {
        this.latency = Timer.builder("sensorline.latency")
                .description("From a reading's own time, else its arrival, to acceptance by InfluxDB or Kafka; slowest of a batch")
                .publishPercentiles(0.5, 0.99)
                .register(registry);
        this.batchSize = DistributionSummary.builder("sensorline.batch.size")
                .description("Points of a batch")
                .register(registry);
    }

    /** Tells of a batch that has been accepted just now. May be called from any thread. */
    public void written(List<? extends Storable> points) {
        batchSize.record(points.size());
        Instant now = clock.instant();
        long nowNanos = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
        points.stream().mapToLong(Storable::timeNanos).min()
                .ifPresent(oldest -> latency.record(Math.max(0, nowNanos - oldest), TimeUnit.NANOSECONDS));
    }
}
