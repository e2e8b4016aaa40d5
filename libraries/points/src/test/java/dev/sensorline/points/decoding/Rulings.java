package dev.sensorline.points.decoding;

import java.util.ArrayList;
import java.util.List;

import dev.sensorline.points.rules.Rule;
import dev.sensorline.points.rules.RuleBuilder;
import dev.sensorline.points.rules.Rules;
import dev.sensorline.points.rules.TopicFilter;

/** Decoders as they are configured. */
final class Rulings {

    private Rulings() {
    }

    /** With nothing but topic filters. */
    static Decoder decoder(String... filters) {
        List<Rule> rules = new ArrayList<>();
        for (String filter : filters) {
            rules.add(new RuleBuilder(TopicFilter.parse(filter)).build(Rule.Told.by(filter)));
        }
        return new Decoder(new Rules(rules));
    }

    /** With rules. */
    static Decoder decoder(Rule... rules) {
        return new Decoder(new Rules(List.of(rules)));
    }
}
