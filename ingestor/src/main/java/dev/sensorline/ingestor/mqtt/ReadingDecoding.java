package dev.sensorline.ingestor.mqtt;

import static java.util.Objects.requireNonNull;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Predicate;

import dev.sensorline.ingestor.pipeline.DecodedBatch;
import dev.sensorline.ingestor.pipeline.Decoding;
import dev.sensorline.ingestor.settings.IngestorConfig.Retained;
import dev.sensorline.points.Decoded;
import dev.sensorline.points.Dropped;
import dev.sensorline.points.Ignored;
import dev.sensorline.points.Point;
import dev.sensorline.points.Reading;
import dev.sensorline.points.Rejection;
import dev.sensorline.points.decoding.Decoder;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * How readings become points: by the rules. Retained messages arrive again with each subscription: where the rule does not say
 * whether they are taken, they are ignored if the payload carries no time, because they would become a new point each time. What
 * arrives only because a subscription is wider than the rules is ignored, too, and so is what the rules say.
 * Belongs to the thread that decodes.
 */
public final class ReadingDecoding implements Decoding<Point> {

    private final Decoder decoder;
    private final Function<String, Retained> retained;
    private final Predicate<String> isUnwanted;
    private final UnsetClocks unsetClocks;
    private final LongAdder ignored = new LongAdder();
    private final LongAdder unwanted = new LongAdder();
    private final Map<Ignored, LongAdder> byRule = new EnumMap<>(Ignored.class);

    /**
     * @param retained   what becomes of retained messages of a topic
     * @param isUnwanted whether no rule is meant for a topic
     */
    public ReadingDecoding(
            Decoder decoder,
            Function<String, Retained> retained,
            Predicate<String> isUnwanted,
            UnsetClocks unsetClocks,
            MeterRegistry registry) {
        this.decoder = decoder;
        this.unsetClocks = unsetClocks;
        this.retained = retained;
        this.isUnwanted = isUnwanted;
        FunctionCounter.builder("sensorline.messages.ignored", ignored, LongAdder::sum)
                .description("Messages dropped because the broker had retained them")
                .tag("reason", "retained")
                .register(registry);
        FunctionCounter.builder("sensorline.messages.ignored", unwanted, LongAdder::sum)
                .description("Messages dropped because no rule matches, but a subscription for several rules")
                .tag("reason", "unwanted")
                .register(registry);
        for (Ignored reason : Ignored.values()) {
            LongAdder count = new LongAdder();
            byRule.put(reason, count);
            FunctionCounter.builder("sensorline.messages.ignored", count, LongAdder::sum)
                    .description("Messages dropped because of their content or by their rule")
                    .tag("reason", reason.key())
                    .register(registry);
        }
    }

    @Override
    public void decode(Reading reading, DecodedBatch<Point> batch) {
        Decoded decoded = decoder.decode(reading);
        if (reading.isRetained() && isIgnored(reading, decoded)) {
            ignored.increment();
        } else if (decoded instanceof Point point) {
            batch.add(point);
            if (decoder.hasUnsetClock()) {
                unsetClocks.add(reading.topic());
            }
        } else if (isUnwanted.test(reading.topic())) {
            unwanted.increment();
        } else if (decoded instanceof Dropped dropped) {
            requireNonNull(byRule.get(dropped.reason())).increment();
        } else {
            batch.add((Rejection) decoded);
        }
    }

    private boolean isIgnored(Reading reading, Decoded decoded) {
        return switch (retained.apply(reading.topic())) {
            case TAKE -> false;
            case IGNORE -> true;
            // A point without a time of its own has that of its reading's arrival.
            case TIMED -> !(decoded instanceof Point point && point.timeNanos() != reading.arrivalNanos());
        };
    }
}
