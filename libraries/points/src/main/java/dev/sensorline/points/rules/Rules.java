package dev.sensorline.points.rules;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Rules that do not contradict each other:
 * <ul>
 * <li>If the filters of two rules match a common topic, either both rules have the same content, or one filter is narrower
 * than the other and its rule applies. Rules of filters with the same topics may differ if their conditions do.
 * <li>Both filters then belong to the same shared subscription, or neither is shared. Otherwise a reading of the common
 * topic could arrive twice.
 * <li>Rules of filters with the same topics are for one format.
 * <li>Within a measurement, a name is either a tag or a field, and a field has one type. Fields that are named by a payload or a
 * topic are not known.
 * </ul>
 * A reading arrives once, also from a broker that sends a message once for each subscription that matches (MQTT 3.1.1, 3.3.5): filters
 * that overlap are one subscription, which is wider than both if neither covers the other.
 * Immutable.
 */
public final class Rules {

    private final List<Rule> narrowestFirst;
    private final List<TopicFilter> subscriptions;

    /** @throws IllegalArgumentException with a message that names two rules that contradict each other */
    public Rules(List<Rule> rules) {
        for (int i = 0; i < rules.size(); i++) {
            for (int j = 0; j < i; j++) {
                requireTopicsAgree(rules.get(j), rules.get(i));
            }
        }
        requireTypesAgree(rules);
        narrowestFirst = new ArrayList<>(rules);
        narrowestFirst.sort(Comparator.comparing(Rule::filter, TopicFilter::narrowerFirst)
                .thenComparing(rule -> rule.content().condition() == null));
        subscriptions = united(widest());
    }

    /**
     * All rules, narrower filters first. The first rule whose filter matches a topic applies to it; of rules with the same topics,
     * the first one whose condition is fulfilled. A rule without a condition comes last.
     */
    public List<Rule> narrowestFirst() {
        return List.copyOf(narrowestFirst);
    }

    /** The MQTT topic filters to subscribe to. */
    public List<String> subscriptions() {
        return texts(subscriptions);
    }

    /** The MQTT topic filters of rules that are not subscribed to, because a wider one is. */
    public List<String> replaced() {
        List<String> subscribed = subscriptions();
        return texts(narrowestFirst.stream().map(Rule::filter).toList()).stream()
                .filter(filter -> !subscribed.contains(filter))
                .toList();
    }

    /** Whether a rule is meant for a topic. */
    public boolean isMatched(String topic) {
        return narrowestFirst.stream().anyMatch(rule -> rule.filter().matches(topic));
    }

    /** Whether messages of a topic arrive only because a subscription is wider than the rules. */
    public boolean isUnwanted(String topic) {
        return subscriptions.stream().anyMatch(filter -> filter.matches(topic) && isWiderThanRules(filter))
                && !isMatched(topic);
    }

    /** Pairs of subscriptions that overlap: a broker may send a message of both twice. */
    public List<String> overlaps() {
        List<String> overlaps = new ArrayList<>();
        for (int i = 0; i < subscriptions.size(); i++) {
            for (int j = 0; j < i; j++) {
                TopicFilter one = subscriptions.get(i);
                TopicFilter other = subscriptions.get(j);
                one.commonTopic(other)
                        .ifPresent(topic -> overlaps.add(
                                "%s and %s, such as %s".formatted(one.subscription(), other.subscription(), topic)));
            }
        }
        return overlaps;
    }

    private boolean isWiderThanRules(TopicFilter subscription) {
        return narrowestFirst.stream()
                .noneMatch(rule -> rule.filter().subscription().equals(subscription.subscription()));
    }

    private static List<String> texts(List<TopicFilter> filters) {
        return filters.stream()
                .map(TopicFilter::subscription)
                .distinct()
                .sorted()
                .toList();
    }

    /** The filters that no other filter covers. What is only ignored is not subscribed to. */
    private List<TopicFilter> widest() {
        List<TopicFilter> widest = new ArrayList<>();
        for (int i = narrowestFirst.size() - 1; i >= 0; i--) {
            TopicFilter filter = narrowestFirst.get(i).filter();
            if (!narrowestFirst.get(i).content().isIgnored()
                    && widest.stream().noneMatch(other -> other.covers(filter))) {
                widest.add(filter);
            }
        }
        return widest;
    }

    /** Replaces filters that overlap by their union, as long as there are any that have one. */
    private static List<TopicFilter> united(List<TopicFilter> filters) {
        for (TopicFilter one : filters) {
            for (TopicFilter other : filters) {
                Optional<TopicFilter> union = one == other ? Optional.empty() : one.union(other);
                if (union.isPresent()) {
                    List<TopicFilter> fewer = new ArrayList<>(filters);
                    fewer.removeIf(filter ->
                            union.get().isInGroupOf(filter) && union.get().covers(filter));
                    fewer.add(union.get());
                    return united(fewer);
                }
            }
        }
        return filters;
    }

    private static void requireTopicsAgree(Rule one, Rule other) {
        TopicFilter filter = other.filter();
        one.filter().commonTopic(filter).ifPresent(topic -> {
            boolean isIgnored = one.content().isIgnored() || other.content().isIgnored();
            if (!isIgnored && !one.filter().isInGroupOf(filter)) {
                throw new IllegalArgumentException(
                        ("%s: must not match what %s matches, such as %s: the filters are not in the "
                                        + "same shared subscription, so readings may arrive twice")
                                .formatted(other.origin().topic(), one.origin().topic(), topic));
            }
            boolean same = one.filter().hasTopicsOf(filter);
            boolean nested = one.filter().covers(filter) || filter.covers(one.filter());
            if (same
                    && !(one.content().format() == other.content().format()
                            && one.content().csv().equals(other.content().csv()))) {
                throw new IllegalArgumentException(
                        "%s: must not match the same topics as %s, such as %s: the rules are for different formats"
                                .formatted(other.origin().topic(), one.origin().topic(), topic));
            }
            boolean sameCondition =
                    Objects.equals(one.content().condition(), other.content().condition());
            if (one.content().equals(other.content()) || nested && !(same && sameCondition)) {
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
            if (rule.content().isIgnored()) {
                continue;
            }
            for (Rule.Field field : rule.content().fields()) {
                if (field.naming() != null) {
                    continue;
                }
                String type = field.type().stored().name().toLowerCase(Locale.ROOT);
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
