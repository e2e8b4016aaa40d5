package dev.sensorline.points.rules;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

import dev.sensorline.points.Series;
import dev.sensorline.points.rules.Source.Level;
import dev.sensorline.points.rules.Source.Literal;
import dev.sensorline.points.rules.Source.Member;

/**
 * Makes a rule of what was told, with what holds where nothing was: a measurement {@code sensor}; tags from the levels
 * that have a name and are nothing else, or the tag {@code name} from the last level where none has; and of a payload for
 * which no fields were told, the float {@code value}, the tag {@code type} and the time {@code time} in milliseconds.
 */
public final class RuleBuilder {

    private static final Member DEFAULT_VALUE = member("value");
    private static final Member DEFAULT_TYPE = member("type");
    private static final Rule.Time DEFAULT_TIME = new Rule.Time(member("time"), TimeUnit.MS);

    private final TopicFilter filter;
    private final Set<String> usedLevels = new HashSet<>();
    private final SortedMap<String, Source> tags = new TreeMap<>();
    private final List<Rule.Field> fields = new ArrayList<>();
    private Source measurement = new Literal("sensor");
    private Rule.Time time;

    public RuleBuilder(TopicFilter filter) {
        this.filter = filter;
    }

    private static Member member(String name) {
        return new Member(new JsonPointer(List.of(name)), true);
    }

    /** @throws IllegalArgumentException saying what is allowed */
    public RuleBuilder measurement(SourceText source) {
        measurement = resolved(source);
        boolean isCarried = measurement instanceof Literal text && Series.canBeMeasurement(text.text());
        if (!isCarried && !(measurement instanceof Level)) {
            throw new IllegalArgumentException(
                    "must be a {level} or text without control characters, # at the start or \\ at the end");
        }
        return this;
    }

    /** @throws IllegalArgumentException saying what is allowed */
    public RuleBuilder tags(List<TagText> told) {
        for (TagText tag : told) {
            Source source = resolved(tag.source());
            if (source instanceof Literal text && !Series.canBeTag(text.text())) {
                throw new IllegalArgumentException("must have no line feed in a tag nor a \\ at its end");
            }
            if (tags.put(tag.name(), source) != null) {
                throw new IllegalArgumentException("must not tell the tag '" + tag.name() + "' twice");
            }
        }
        return this;
    }

    /** @throws IllegalArgumentException saying what is allowed */
    public RuleBuilder fields(List<FieldText> told) {
        for (FieldText field : told) {
            if (fields.stream().anyMatch(other -> other.name().equals(field.name()))) {
                throw new IllegalArgumentException("must not tell the field '" + field.name() + "' twice");
            }
            fields.add(new Rule.Field(field.name(), field.type(), resolved(field.source())));
        }
        if (fields.stream().noneMatch(field -> field.source() instanceof Member)) {
            throw new IllegalArgumentException("must take one field at least from the payload");
        }
        return this;
    }

    public RuleBuilder time(JsonPointer pointer, Optional<TimeUnit> unit) {
        time = new Rule.Time(new Member(pointer, false), unit.orElse(TimeUnit.MS));
        return this;
    }

    /** @throws IllegalArgumentException when a tag has the name of a level that is a tag already */
    public Rule build(Rule.Told told) {
        filter.names().forEach((name, level) -> {
            if (!usedLevels.contains(name) && tags.put(name, new Level(level)) != null) {
                throw new IllegalArgumentException("must not tell the tag '%s', which is a level of %s"
                        .formatted(name, filter));
            }
        });
        if (filter.names().isEmpty()) {
            tags.putIfAbsent("name", new Level(Level.LAST));
        }
        if (fields.isEmpty()) {
            fields.add(new Rule.Field("value", FieldType.FLOAT, DEFAULT_VALUE));
            tags.putIfAbsent("type", DEFAULT_TYPE);
            time = time == null ? DEFAULT_TIME : time;
        }
        return new Rule(filter, new Rule.Content(measurement, tags, List.copyOf(fields), time), told);
    }

    private Source resolved(SourceText text) {
        text.level().ifPresent(usedLevels::add);
        return text.under(filter);
    }
}
