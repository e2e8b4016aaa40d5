package dev.sensorline.ingestor.pipeline;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

import dev.sensorline.points.Storable;
import dev.sensorline.points.WallClock;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/**
 * Metrics of how long readings take and how many travel together. Each batch is recorded once, by its slowest reading: from its
 * arrival in this process until the destination has accepted it. The age of the times that readings carry, which depend on the
 * sensors' clocks, is a metric of its own. Thread-safe.
 */
public final class Latency {

    private static final long[] LATENCY_BUCKETS_MILLIS = {
        5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000
    };
    private static final double[] AGE_BUCKETS_SECONDS = {0.1, 0.5, 1, 2, 5, 10, 60, 600, 3_600, 86_400};
    private static final double NANOS_PER_SECOND = 1e9;
    /** Points without a time of their own get that of the arrival, and those of one message follow one another by nanoseconds. */
    private static final long ARRIVAL_SPAN_NANOS = 1_000_000L;

    private final Clock clock;
    private final Timer latency;
    private final Timer recent;
    private final DistributionSummary age;
    private final DistributionSummary batchSize;

    public Latency(MeterRegistry registry, Clock clock) {
        this.clock = clock;
        this.latency = Timer.builder("sensorline.latency")
                .description("From arrival to acceptance by InfluxDB or Kafka; slowest reading of a batch")
                .serviceLevelObjectives(LongStream.of(LATENCY_BUCKETS_MILLIS)
                        .mapToObj(Duration::ofMillis)
                        .toArray(Duration[]::new))
                .register(registry);
        // Not of the timer above: a histogram of Prometheus has no quantiles.
        this.recent = Timer.builder("sensorline.latency.recent")
                .description("Quantiles of the latency of this process in the last minutes")
                .publishPercentiles(0.5, 0.99)
                .register(registry);
        // A timer would add up nanoseconds in 64 bits, which is too few for ten readings of 1970.
        this.age = DistributionSummary.builder("sensorline.reading.age")
                .baseUnit("seconds")
                .description(
                        "From the time that a reading carries to acceptance by InfluxDB or Kafka; oldest of a batch")
                .serviceLevelObjectives(AGE_BUCKETS_SECONDS)
                .register(registry);
        this.batchSize = DistributionSummary.builder("sensorline.batch.size")
                .description("Points of a batch")
                .register(registry);
    }

    /** Records a batch that the destination has accepted just now. */
    void accepted(List<? extends Storable> points) {
        batchSize.record(points.size());
        if (points.isEmpty()) {
            return;
        }
        long firstArrival = Long.MAX_VALUE;
        long oldest = Long.MAX_VALUE;
        for (Storable point : points) {
            long arrival = point.origin().arrivalNanos();
            firstArrival = Math.min(firstArrival, arrival);
            long afterArrival = point.timeNanos() - arrival;
            if (afterArrival < 0 || afterArrival >= ARRIVAL_SPAN_NANOS) {
                oldest = Math.min(oldest, point.timeNanos());
            }
        }
        long now = WallClock.nanos(clock);
        long nanos = Math.max(0, now - firstArrival);
        latency.record(nanos, TimeUnit.NANOSECONDS);
        recent.record(nanos, TimeUnit.NANOSECONDS);
        if (oldest != Long.MAX_VALUE) {
            age.record(Math.max(0, ((double) now - oldest) / NANOS_PER_SECOND));
        }
    }
}
