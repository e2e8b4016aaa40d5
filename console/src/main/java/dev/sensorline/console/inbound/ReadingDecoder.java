package dev.sensorline.console.inbound;

import java.util.List;
import java.util.concurrent.atomic.LongAdder;

import dev.sensorline.points.Decoded;
import dev.sensorline.points.Point;
import dev.sensorline.points.Reading;
import dev.sensorline.points.Rejection;
import dev.sensorline.points.decoding.Decoder;
import dev.sensorline.rulesettings.CurrentRules;

/**
 * How readings become points: as in the ingestor, by the same rules. What it rejects is only counted here, because the ingestor sets
 * it aside. Belongs to the live thread, except the counters.
 */
public final class ReadingDecoder {

    private final Decoder decoder;
    private final CurrentRules rules;
    private final LongAdder rejected = new LongAdder();
    private final LongAdder ignored = new LongAdder();

    public ReadingDecoder(Decoder decoder, CurrentRules rules) {
        this.decoder = decoder;
        this.rules = rules;
    }

    /** The points of a reading; none where it is rejected or ignored. */
    List<Point> decode(Reading reading) {
        List<Decoded> decoded = decoder.decode(reading);
        if (reading.isRetained() && isIgnored(reading.topic())) {
            ignored.increment();
            return List.of();
        }
        if (decoded.size() == 1 && decoded.get(0) instanceof Point point) {
            return List.of(point);
        }
        if (decoded.size() == 1 && rules.isUnwanted(reading.topic())) {
            ignored.increment();
            return List.of();
        }
        rejected.add(decoded.stream().filter(Rejection.class::isInstance).count());
        return decoded.stream()
                .filter(Point.class::isInstance)
                .map(Point.class::cast)
                .toList();
    }

    /** A retained message arrives again with each subscription: without a time of its own it says nothing of now. */
    private boolean isIgnored(String topic) {
        return switch (rules.retained(topic)) {
            case TAKE -> false;
            case IGNORE -> true;
            case TIMED -> !decoder.isTimed();
        };
    }

    /** Decodes from the next reading on by the rules that there are now. */
    public void useCurrentRules() {
        decoder.use(rules.rules());
    }

    /** The number of readings, or parts of them, so far that are invalid. */
    public long rejected() {
        return rejected.sum();
    }

    /** The number of messages so far that are retained or that no rule is meant for. */
    public long ignored() {
        return ignored.sum();
    }
}
