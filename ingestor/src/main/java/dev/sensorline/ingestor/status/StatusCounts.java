package dev.sensorline.ingestor.status;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.ValueAtPercentile;
import io.micrometer.core.instrument.search.Search;

/** The figures of the status, read from the metrics, so that both say the same. Thread-safe. */
final class StatusCounts {

    private static final double QUANTILE = 0.99;

    private final MeterRegistry registry;

    StatusCounts(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Without what the role does not have. */
    Map<String, Long> counts() {
        Map<String, Long> counts = new LinkedHashMap<>();
        add(counts, "received", "sensorline.readings.received");
        add(counts, "decoded", "sensorline.points.decoded");
        // A bridge has the second, every other role the first.
        add(counts, "written", "sensorline.points.written", "sensorline.points.forwarded");
        add(counts, "rejected", "sensorline.readings.rejected");
        add(counts, "ignored", "sensorline.messages.ignored");
        Gauge inFlight = registry.find("sensorline.batches.in.flight").gauge();
        if (inFlight != null) {
            counts.put("inFlight", (long) inFlight.value());
        }
        return counts;
    }

    private void add(Map<String, Long> counts, String member, String... metrics) {
        Collection<FunctionCounter> counters = Stream.of(metrics)
                .map(registry::find)
                .map(Search::functionCounters)
                .flatMap(Collection::stream)
                .toList();
        if (!counters.isEmpty()) {
            counts.put(member, (long)
                    counters.stream().mapToDouble(FunctionCounter::count).sum());
        }
    }

    /** The 0.99 quantile of the latency of the last minutes, in seconds. */
    OptionalDouble latency99() {
        Timer recent = registry.find("sensorline.latency.recent").timer();
        if (recent == null || recent.count() == 0) {
            return OptionalDouble.empty();
        }
        return Stream.of(recent.takeSnapshot().percentileValues())
                .filter(value -> value.percentile() == QUANTILE)
                .mapToDouble((ValueAtPercentile value) -> value.value(TimeUnit.SECONDS))
                .filter(Double::isFinite)
                .findFirst();
    }
}
