package dev.sensorline.ingestor.setaside;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

import dev.sensorline.ingestor.pipeline.SetAside;
import dev.sensorline.points.Reading;
import dev.sensorline.points.Rejection;
import dev.sensorline.points.Rejection.Reason;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * Counts what is set aside and logs a sample of it, by reason, wherever it goes. Of a message that has many invalid elements only
 * some are passed on. Thread-safe.
 */
public final class ReportingSetAside implements SetAside {

    /** The last of them stands for the others. */
    static final int MOST_OF_A_READING = 10;

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
        return next.setAside(rejections.size() <= MOST_OF_A_READING ? rejections : withoutMany(rejections));
    }

    private static List<Rejection> withoutMany(List<Rejection> rejections) {
        IdentityHashMap<Reading, Integer> counts = new IdentityHashMap<>();
        rejections.forEach(rejection -> counts.merge(rejection.reading(), 1, Integer::sum));
        IdentityHashMap<Reading, Integer> passed = new IdentityHashMap<>();
        List<Rejection> some = new ArrayList<>();
        for (Rejection rejection : rejections) {
            int number = passed.merge(rejection.reading(), 1, Integer::sum);
            int others = counts.get(rejection.reading()) - MOST_OF_A_READING;
            if (number < MOST_OF_A_READING || number == MOST_OF_A_READING && others == 0) {
                some.add(rejection);
            } else if (number == MOST_OF_A_READING) {
                some.add(standingFor(rejection, others));
            }
        }
        return some;
    }

    private static Rejection standingFor(Rejection rejection, int others) {
        String rest = "and " + others + " more of this message";
        return new Rejection(
                rejection.reading(),
                rejection.reason(),
                rejection.detail() == null ? rest : rejection.detail() + ", " + rest);
    }
}
