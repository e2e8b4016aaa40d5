package dev.sensorline.ingestor.mqtt;

import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Predicate;

import dev.sensorline.ingestor.pipeline.DecodedBatch;
import dev.sensorline.ingestor.pipeline.Decoding;
import dev.sensorline.points.Decoded;
import dev.sensorline.points.Ignored;
import dev.sensorline.points.Point;
import dev.sensorline.points.Reading;
import dev.sensorline.points.Rejection;
import dev.sensorline.points.decoding.Decoder;
import dev.sensorline.points.rules.Retained;
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
    private final LongAdder points = new LongAdder();

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
            FunctionCounter.builder("sensorline.messages.ignored", decoder, d -> d.ignored(reason))
                    .description("Messages, elements or members dropped because of their content or by their rule")
                    .tag("reason", reason.key())
                    .register(registry);
        }
        FunctionCounter.builder("sensorline.points.decoded", points, LongAdder::sum)
                .description("Points made of readings")
                .register(registry);
    }

    @Override
    public void decode(Reading reading, DecodedBatch<Point> batch) {
        List<Decoded> decoded = decoder.decode(reading);
        if (reading.isRetained() && !decoded.isEmpty() && isIgnored(reading.topic())) {
            ignored.increment();
        } else if (isUnwanted(reading.topic(), decoded)) {
            unwanted.increment();
        } else {
            add(decoded, batch);
            if (decoder.unsetClocks() > 0) {
                unsetClocks.add(reading.topic(), decoder.unsetClocks());
            }
        }
    }

    private void add(List<Decoded> decoded, DecodedBatch<Point> batch) {
        int added = 0;
        for (int i = 0; i < decoded.size(); i++) {
            if (decoded.get(i) instanceof Point point) {
                added++;
                batch.add(point);
            } else {
                batch.add((Rejection) decoded.get(i));
            }
        }
        points.add(added);
    }

    private boolean isIgnored(String topic) {
        return switch (retained.apply(topic)) {
            case TAKE -> false;
            case IGNORE -> true;
            case TIMED -> !decoder.isTimed();
        };
    }

    /** What a rule is meant for has points, or something was ignored; what no rule is meant for is rejected as a whole. */
    private boolean isUnwanted(String topic, List<Decoded> decoded) {
        return decoded.size() == 1 && decoded.get(0) instanceof Rejection && isUnwanted.test(topic);
    }
}
