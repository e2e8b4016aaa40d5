package dev.sensorline.points.rules;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Rules that do not contradict each other:
 * <ul>
 * <li>If the filters of two rules match a common topic, either both rules have the same content, or one filter is narrower
 * than the other and its rule applies.
 * <li>Both filters then belong to the same shared subscription, or neither is shared. Otherwise a reading of the common
 * topic could arrive twice.
 * <li>Within a measurement, a name is either a tag or a field, and a field has one type.
 * </ul>
 * Immutable.
 */
public final class Rules {

    private final List<Rule> narrowestFirst;

    /** @throws IllegalArgumentException with a message that names two rules that contradict each other */
    public Rules(List<Rule> rules) {
        for (int i = 0; i < rules.size(); i++) {
            for (int j = 0; j < i; j++) {
                requireTopicsAgree(rules.get(j), rules.get(i));
            }
        }
        requireTypesAgree(rules);
        narrowestFirst = new ArrayList<>(rules);
        narrowestFirst.sort((one, other) -> TopicFilter.narrowerFirst(one.filter(), other.filter()));
    }

    /** All rules, narrower filters first. The first rule whose filter matches a topic applies to it. */
    public List<Rule> narrowestFirst() {
        return List.copyOf(narrowestFirst);
    }

    /** The MQTT topic filters to subscribe to: those that no other filter covers, so that no reading arrives twice. */
    public List<String> subscriptions() {
        List<TopicFilter> widest = new ArrayList<>();
        for (int i = narrowestFirst.size() - 1; i >= 0; i--) {
            TopicFilter filter = narrowestFirst.get(i).filter();
            if (widest.stream().noneMatch(other -> other.covers(filter))) {
                widest.add(filter);
            }
        }
        return widest.stream().map(TopicFilter::subscription).sorted().toList();
    }

    private static void requireTopicsAgree(Rule one, Rule other) {
        TopicFilter filter = other.filter();
        one.filter().commonTopic(filter).ifPresent(topic -> {
            if (!one.filter().isInGroupOf(filter)) {
                throw new IllegalArgumentException(
                        ("%s: must not match what %s matches, such as %s: the filters are not in the "
                                        + "same shared subscription, so readings may arrive twice")
                                .formatted(other.origin().topic(), one.origin().topic(), topic));
            }
            boolean same = one.filter().covers(filter) && filter.covers(one.filter());
            boolean nested = one.filter().covers(filter) || filter.covers(one.filter());
            if (one.content().equals(other.content()) || nested && !same) {
                return;
            }
            throw new IllegalArgumentException((same
                            ? "%s: must not match the same topics as %s, such as %s: the rules make different points of them"
                            : "%s: must not match what %s matches, such as %s: the rules make different points, and neither filter "
                                    + "covers the other")
                    .formatted(other.origin().topic(), one.origin().topic(), topic));
        });
    }

    private static void requireTypesAgree(List<Rule> rules) {
        Map<String, Use> usesByName = new HashMap<>();
        for (Rule rule : rules) {
            for (Rule.Field field : rule.content().fields()) {
                String type = field.type().name().toLowerCase(Locale.ROOT);
                requireSame(
                        usesByName,
                        rule,
                        field.name(),
                        new Use("a field, " + type, rule.origin().fields()));
            }
            rule.content()
                    .tags()
                    .keySet()
                    .forEach(tag -> requireSame(
                            usesByName,
                            rule,
                            tag,
                            new Use("a tag", rule.origin().tags())));
        }
    }

    /** What a name stands for, and the setting that says so. */
    private record Use(String as, String setting) {}

    private static void requireSame(Map<String, Use> usesByName, Rule rule, String name, Use use) {
        // The value of a measurement that is a level is not known yet: rules that use the same level count as one
        // measurement.
        Source measurement = rule.content().measurement();
        Use known = usesByName.putIfAbsent(measurement + " " + name, use);
        if (known != null && !known.as.equals(use.as)) {
            throw new IllegalArgumentException("%s: must not make '%s' %s, which %s makes %s of the same measurement"
                    .formatted(use.setting, name, use.as, known.setting, known.as));
        }
    }
}
