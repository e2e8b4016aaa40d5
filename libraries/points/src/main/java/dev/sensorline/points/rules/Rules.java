package dev.sensorline.points.rules;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The rules by which readings become points. They do not contradict each other:
 * <ul>
 * <li>Two whose filters match a common topic either make the same of it, or the filter of one matches less than that of
 * the other, and then it is the one that counts.
 * <li>They share a subscription both or not at all: else a reading of the common topic may come twice.
 * <li>What is a field in a measurement is no tag there, and has one type.
 * </ul>
 */
public final class Rules {

    private final List<Rule> narrowestFirst;

    /** @throws IllegalArgumentException naming two that contradict each other */
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

    /** Those to try in turn: the first whose filter matches counts. */
    public List<Rule> narrowestFirst() {
        return List.copyOf(narrowestFirst);
    }

    /** What to subscribe to so that no reading comes twice: filters that no other one covers. */
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
        one.filter().common(filter).ifPresent(topic -> {
            if (!one.filter().isOfGroupOf(filter)) {
                throw new IllegalArgumentException(("%s: must not match what %s matches, such as %s, as they are not of the same "
                        + "shared subscription and its readings may come twice")
                        .formatted(other.told().topic(), one.told().topic(), topic));
            }
            boolean same = one.filter().covers(filter) && filter.covers(one.filter());
            boolean nested = one.filter().covers(filter) || filter.covers(one.filter());
            if (one.content().equals(other.content()) || nested && !same) {
                return;
            }
            throw new IllegalArgumentException((same
                    ? "%s: must not match the same as %s, which makes other points of it, such as of %s"
                    : "%s: must not match what %s matches, such as %s, as it makes other points of it and neither filter "
                            + "is part of the other").formatted(other.told().topic(), one.told().topic(), topic));
        });
    }

    private static void requireTypesAgree(List<Rule> rules) {
        Map<String, Use> uses = new HashMap<>();
        for (Rule rule : rules) {
            for (Rule.Field field : rule.content().fields()) {
                String type = field.type().name().toLowerCase(Locale.ROOT);
                require(uses, rule, field.name(), new Use("a field, " + type, rule.told().fields()));
            }
            rule.content().tags().keySet()
                    .forEach(tag -> require(uses, rule, tag, new Use("a tag", rule.told().tags())));
        }
    }

    /** What a name is, and where that is said. */
    private record Use(String as, String setting) {
    }

    private static void require(Map<String, Use> uses, Rule rule, String name, Use use) {
        // Of a measurement that is a level not more is known than the level: rules that both take it are taken for one.
        Source measurement = rule.content().measurement();
        Use known = uses.putIfAbsent(measurement + " " + name, use);
        if (known != null && !known.as.equals(use.as)) {
            throw new IllegalArgumentException("%s: must not make '%s' %s, which %s makes %s of the same measurement"
                    .formatted(use.setting, name, use.as, known.setting, known.as));
        }
    }
}
