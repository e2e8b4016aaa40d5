package dev.sensorline.points.decoding.sparkplug;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

import dev.sensorline.points.rules.Condition;
import dev.sensorline.points.rules.Format;
import dev.sensorline.points.rules.JsonPointer;
import dev.sensorline.points.rules.JsonPointer.Step.One;
import dev.sensorline.points.rules.Rule;
import dev.sensorline.points.rules.Rules;
import dev.sensorline.points.rules.Source;
import dev.sensorline.points.rules.Source.Member;

/**
 * The names of the properties of metrics that rules read, by pointers such as <code>/metrics/{metric}/properties/engUnit</code>. No other
 * ones are read and remembered: edge nodes send many with each metric of a birth.
 */
final class WantedProperties implements Predicate<String> {

    private static final int PLACE_OF_MEMBER = 2;
    private static final int PLACE_OF_NAME = 3;
    private static final One PROPERTIES = new One(SparkplugFormat.PROPERTIES);

    private final Set<String> names = new HashSet<>();
    private boolean areAll;

    private WantedProperties() {}

    static WantedProperties of(Rules rules) {
        WantedProperties wanted = new WantedProperties();
        rules.narrowestFirst().stream()
                .map(Rule::content)
                .filter(content -> content.format() == Format.SPARKPLUG)
                .flatMap(WantedProperties::pointers)
                .forEach(wanted::add);
        return wanted;
    }

    private static Stream<JsonPointer> pointers(Rule.Content content) {
        Stream<Source> sources = Stream.of(
                        content.tags().values().stream(),
                        content.fields().stream().map(Rule.Field::source),
                        Stream.ofNullable(content.time()).map(Rule.Time::source))
                .flatMap(each -> each);
        return Stream.concat(
                sources.filter(Member.class::isInstance).map(source -> ((Member) source).pointer()),
                Stream.ofNullable(content.condition()).map(Condition::pointer));
    }

    private void add(JsonPointer pointer) {
        List<JsonPointer.Step> steps = pointer.steps();
        if (steps.size() > PLACE_OF_NAME && Objects.equals(steps.get(PLACE_OF_MEMBER), PROPERTIES)) {
            if (steps.get(PLACE_OF_NAME) instanceof One name) {
                names.add(name.text());
            } else {
                areAll = true;
            }
        }
    }

    /** Whether there is none. */
    boolean isEmpty() {
        return names.isEmpty() && !areAll;
    }

    @Override
    public boolean test(String name) {
        return areAll || names.contains(name);
    }
}
