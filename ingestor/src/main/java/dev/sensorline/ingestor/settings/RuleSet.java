package dev.sensorline.ingestor.settings;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

import dev.sensorline.application.BadConfiguration;
import dev.sensorline.points.rules.InvalidRulesException;
import dev.sensorline.points.rules.RuleKey;
import dev.sensorline.points.rules.Rules;
import dev.sensorline.points.rules.RulesReader;
import dev.sensorline.points.rules.TopicFilter;

/** The rules that a configuration has. Immutable. */
public record RuleSet(Rules rules, RetainedMessages retained) {

    /** The name of a rule's variable without that of the key. */
    private static final String VARIABLE = "INGESTOR_RULES_[A-Z0-9]+_";

    /** @throws BadConfiguration with a line for each problem */
    public static RuleSet of(IngestorConfig config, Environment environment) {
        requireKnown(environment.variables());
        RulesReader reader = new RulesReader(config.sameTime(), config.mqtt().retained());
        List<TopicFilter> topics = config.mqtt().topics().orElse(List.of());
        if (topics.isEmpty() && config.rules().isEmpty()) {
            throw new BadConfiguration("MQTT_TOPICS=: must not be empty where there is no rule");
        }
        topics.forEach(filter -> reader.add(filter, "MQTT_TOPICS=" + filter));
        new TreeMap<>(config.rules())
                .forEach((name, texts) -> reader.add(
                        name, withDashes(texts), key -> environment.nameOf("ingestor.rules." + name + "." + key)));
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
