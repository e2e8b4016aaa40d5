package dev.sensorline.rulesettings;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

import dev.sensorline.application.BadConfiguration;
import dev.sensorline.points.rules.InvalidRulesException;
import dev.sensorline.points.rules.Retained;
import dev.sensorline.points.rules.RuleKey;
import dev.sensorline.points.rules.Rules;
import dev.sensorline.points.rules.RulesReader;
import dev.sensorline.points.rules.SameTime;
import dev.sensorline.points.rules.TopicFilter;

/** The rules that a configuration has. Immutable. */
public record RuleSet(Rules rules, RetainedMessages retained) {

    /** What the properties of rules begin with, of whichever service: a rule is written once for all that read its topics. */
    private static final String PREFIX = "ingestor.rules.";
    /** The name of a rule's variable without that of the key. */
    private static final String VARIABLE = "INGESTOR_RULES_[A-Z0-9]+_";

    /** Whether it is a property of a rule, which SmallRye Config finds by its variable itself. */
    public static boolean isOfRule(String property) {
        return property.startsWith(PREFIX);
    }

    /**
     * The rules of settings.
     *
     * @param topics   topic filters of rules of defaults: MQTT_TOPICS
     * @param texts    rules that are written in full: the texts of their keys, by their names
     * @param sameTime and {@code retained} apply to rules that do not say so themselves
     * @throws BadConfiguration with a line for each problem
     */
    public static RuleSet of(
            List<TopicFilter> topics,
            Map<String, Map<String, String>> texts,
            SameTime sameTime,
            Retained retained,
            Environment environment) {
        requireKnown(environment.variables());
        RulesReader reader = new RulesReader(sameTime, retained);
        if (topics.isEmpty() && texts.isEmpty()) {
            throw new BadConfiguration("MQTT_TOPICS=: must not be empty where there is no rule");
        }
        topics.forEach(filter -> reader.add(filter, "MQTT_TOPICS=" + filter));
        new TreeMap<>(texts)
                .forEach((name, rule) ->
                        reader.add(name, withDashes(rule), key -> environment.nameOf(PREFIX + name + "." + key)));
        try {
            Rules rules = reader.rules();
            return new RuleSet(rules, new RetainedMessages(rules, reader.retainedByFilter()));
        } catch (InvalidRulesException e) {
            throw new BadConfiguration(e.lines());
        }
    }

    /** SmallRye Config cannot know where the name of a variable had a dash: INGESTOR_RULES_A_TIME_UNIT sets {@code time.unit}. */
    private static Map<String, String> withDashes(Map<String, String> texts) {
        Map<String, String> byKey = new TreeMap<>();
        texts.forEach((key, text) -> byKey.put(key.replace('.', '-'), text));
        return byKey;
    }

    /** @throws BadConfiguration if a variable is meant for a rule, and there is no such key */
    private static void requireKnown(Set<String> variables) {
        List<String> keys = RuleKey.all().stream()
                .map(key -> key.toString().toUpperCase(Locale.ROOT).replace('-', '_'))
                .toList();
        Pattern known = Pattern.compile(VARIABLE + "(?:" + String.join("|", keys) + ")");
        for (String variable : variables) {
            if (variable.startsWith("INGESTOR_RULES_")
                    && !known.matcher(variable).matches()) {
                int last = keys.size() - 1;
                throw new BadConfiguration("%s: must be INGESTOR_RULES_<NAME>_%s or _%s, the name of letters and digits"
                        .formatted(variable, String.join(", _", keys.subList(0, last)), keys.get(last)));
            }
        }
    }
}
