package dev.sensorline.ingestor.decoding;

import java.util.ArrayList;
import java.util.List;

import dev.sensorline.ingestor.rules.Rule;
import dev.sensorline.ingestor.rules.RuleBuilder;
import dev.sensorline.ingestor.rules.Rules;
import dev.sensorline.ingestor.rules.TopicFilter;

/** Decoders as they are configured. */
public final class Rulings {

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
        return decoder(new Rules(List.of(rules)));
    }

    public static Decoder decoder(Rules rules) {
        return new Decoder(rules);
    }
}
