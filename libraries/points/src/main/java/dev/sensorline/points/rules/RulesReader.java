package dev.sensorline.points.rules;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Reads rules from texts, as they are in a file or in variables, and collects the problems of all of them. Not thread-safe.
 */
public final class RulesReader {

    private final SameTime sameTime;
    private final Retained retained;
    private final List<Rule> rules = new ArrayList<>();
    private final Map<TopicFilter, Retained> retainedByFilter = new HashMap<>();
    private final List<String> problems = new ArrayList<>();

    /** @param sameTime and {@code retained} apply to rules that do not say so themselves */
    public RulesReader(SameTime sameTime, Retained retained) {
        this.sameTime = sameTime;
        this.retained = retained;
    }

    /** Adds a rule of defaults, for a topic filter. */
    public void add(TopicFilter filter, String setting) {
        rules.add(new RuleBuilder(filter).sameTime(sameTime).build(Rule.Origin.of(setting)));
        retainedByFilter.put(filter, retained);
    }

    /**
     * Adds a rule that is written in full.
     *
     * @param texts  by key, as {@code time-unit}; one that is empty counts as unset
     * @param nameOf what a message calls the setting of a key
     */
    public void add(String name, Map<String, String> texts, UnaryOperator<String> nameOf) {
        try {
            RuleSettings settings = RuleSettings.read(name, texts, nameOf);
            Rule rule = settings.rule(sameTime);
            rules.add(rule);
            retainedByFilter.put(rule.filter(), settings.retained().orElse(retained));
        } catch (InvalidRulesException e) {
            problems.addAll(e.lines());
        }
    }

    /** @throws InvalidRulesException if a rule cannot be used, or two of them contradict each other */
    public Rules rules() throws InvalidRulesException {
        if (!problems.isEmpty()) {
            throw new InvalidRulesException(problems);
        }
        try {
            return new Rules(rules);
        } catch (IllegalArgumentException e) {
            throw new InvalidRulesException(List.of(String.valueOf(e.getMessage())));
        }
    }

    /** What becomes of retained messages, by the filter of the rule, the same object. */
    public Map<TopicFilter, Retained> retainedByFilter() {
        return Map.copyOf(retainedByFilter);
    }
}
