package dev.sensorline.ingestor.setaside;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

import dev.sensorline.ingestor.pipeline.SetAside;
import dev.sensorline.points.Rejection;
import dev.sensorline.points.Rejection.Reason;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts what is set aside and logs a sample of it, by reason, wherever it goes. Thread-safe. */
public final class ReportingSetAside implements SetAside {

    private final SetAside next;
    private final Map<Reason, LongAdder> counters = new EnumMap<>(Reason.class);
    private final Map<Reason, SampledLog> logs = new EnumMap<>(Reason.class);

    /**
     * @param next     takes the readings over
     * @param nanoTime the time in nanoseconds, such as {@link System#nanoTime}
     */
    public ReportingSetAside(SetAside next, MeterRegistry registry, LongSupplier nanoTime) {
        this.next = next;
        for (Reason reason : Reason.values()) {
            LongAdder counter = new LongAdder();
            counters.put(reason, counter);
            FunctionCounter.builder("sensorline.readings.rejected", counter, LongAdder::sum)
                    .description("Readings set aside")
                    .tag("reason", reason.key())
                    .register(registry);
            logs.put(reason, new SampledLog(nanoTime));
        }
    }

    @Override
    public CompletionStage<Void> setAside(List<Rejection> rejections) {
        for (Rejection rejection : rejections) {
            counters.get(rejection.reason()).increment();
            logs.get(rejection.reason()).report(rejection);
        }
        return next.setAside(rejections);
    }
}
