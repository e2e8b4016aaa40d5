package dev.sensorline.rulesettings;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.sensorline.points.rules.Rule;
import dev.sensorline.points.rules.Rules;

/** What is different between two versions of the rules, in words. */
final class RuleChanges {

    private RuleChanges() {}

    /** Names rules by the setting of their topic. */
    static String between(Rules before, Rules after) {
        Map<String, Rule.Content> old = contents(before);
        Map<String, Rule.Content> current = contents(after);
        List<String> changes = new ArrayList<>();
        current.forEach((topic, content) -> {
            if (!old.containsKey(topic)) {
                changes.add("new: " + topic);
            } else if (!content.equals(old.get(topic))) {
                changes.add("changed: " + topic);
            }
        });
        old.keySet().stream()
                .filter(topic -> !current.containsKey(topic))
                .forEach(topic -> changes.add("gone: " + topic));
        return changes.isEmpty() ? "no rule is different" : String.join("; ", changes);
    }

    private static Map<String, Rule.Content> contents(Rules rules) {
        Map<String, Rule.Content> contents = new LinkedHashMap<>();
        rules.narrowestFirst().forEach(rule -> contents.put(rule.origin().topic(), rule.content()));
        return contents;
    }
}
