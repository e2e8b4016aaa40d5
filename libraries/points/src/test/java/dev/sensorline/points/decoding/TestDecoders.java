package dev.sensorline.points.decoding;

import java.util.ArrayList;
import java.util.List;

import dev.sensorline.points.rules.Rule;
import dev.sensorline.points.rules.RuleBuilder;
import dev.sensorline.points.rules.Rules;
import dev.sensorline.points.rules.TopicFilter;

/** Creates decoders as the settings of the ingestor would. */
final class TestDecoders {

    private TestDecoders() {}

    /** With the default rule of each topic filter. */
    static Decoder forFilters(String... filters) {
        List<Rule> rules = new ArrayList<>();
        for (String filter : filters) {
            rules.add(new RuleBuilder(TopicFilter.parse(filter)).build(Rule.Origin.of(filter)));
        }
        return new Decoder(new Rules(rules));
    }

    static Decoder forRules(Rule... rules) {
        return new Decoder(new Rules(List.of(rules)));
    }
}
