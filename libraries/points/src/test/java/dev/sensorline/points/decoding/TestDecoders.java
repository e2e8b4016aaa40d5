package dev.sensorline.points.decoding;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import dev.sensorline.points.Decoded;
import dev.sensorline.points.Ignored;
import dev.sensorline.points.Reading;
import dev.sensorline.points.rules.Rule;
import dev.sensorline.points.rules.RuleBuilder;
import dev.sensorline.points.rules.Rules;
import dev.sensorline.points.rules.TopicFilter;

/** Creates decoders as the settings of the ingestor would. */
final class TestDecoders {

    static final int MAX_POINTS = 10_000;

    private TestDecoders() {}

    /** With the default rule of each topic filter. */
    static Decoder forFilters(String... filters) {
        List<Rule> rules = new ArrayList<>();
        for (String filter : filters) {
            rules.add(new RuleBuilder(TopicFilter.parse(filter)).build(Rule.Origin.of(filter)));
        }
        return new Decoder(new Rules(rules), MAX_POINTS);
    }

    static Decoder forRules(Rule... rules) {
        return new Decoder(new Rules(List.of(rules)), MAX_POINTS);
    }

    /** What a reading becomes that is one point or rejection. */
    static Decoded one(Decoder decoder, Reading reading) {
        List<Decoded> all = all(decoder, reading);
        assertEquals(1, all.size(), all::toString);
        return all.get(0);
    }

    /** Why a reading becomes nothing. */
    static Ignored ignored(Decoder decoder, Reading reading) {
        Map<Ignored, Long> before = counts(decoder);
        assertEquals(List.of(), decoder.decode(reading));
        List<Ignored> reasons = new ArrayList<>();
        counts(decoder).forEach((reason, count) -> {
            for (long i = before.get(reason); i < count; i++) {
                reasons.add(reason);
            }
        });
        assertEquals(1, reasons.size(), reasons::toString);
        return reasons.get(0);
    }

    private static Map<Ignored, Long> counts(Decoder decoder) {
        Map<Ignored, Long> counts = new EnumMap<>(Ignored.class);
        for (Ignored reason : Ignored.values()) {
            counts.put(reason, decoder.ignored(reason));
        }
        return counts;
    }

    /** Everything that a reading becomes. */
    static List<Decoded> all(Decoder decoder, Reading reading) {
        return List.copyOf(decoder.decode(reading));
    }
}
