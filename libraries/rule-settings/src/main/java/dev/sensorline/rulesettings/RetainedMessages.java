package dev.sensorline.rulesettings;

import java.util.LinkedHashMap;
import java.util.Map;

import dev.sensorline.points.rules.Retained;
import dev.sensorline.points.rules.Rule;
import dev.sensorline.points.rules.Rules;
import dev.sensorline.points.rules.TopicFilter;

/** What becomes of messages that the broker had retained, by the rule of their topic. Immutable. */
public final class RetainedMessages {

    /** The narrowest filters first. */
    private final Map<TopicFilter, Retained> byFilter = new LinkedHashMap<>();

    /** @param byFilter the choice of each rule, by its filter, the same object */
    RetainedMessages(Rules rules, Map<TopicFilter, Retained> byFilter) {
        for (Rule rule : rules.narrowestFirst()) {
            this.byFilter.put(rule.filter(), byFilter.get(rule.filter()));
        }
    }

    /** What becomes of the retained messages of a topic. */
    public Retained ofTopic(String topic) {
        return byFilter.entrySet().stream()
                .filter(rule -> rule.getKey().matches(topic))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(Retained.TIMED);
    }
}
