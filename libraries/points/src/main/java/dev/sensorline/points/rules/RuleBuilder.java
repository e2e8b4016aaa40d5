package dev.sensorline.points.rules;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import dev.sensorline.points.Series;
import dev.sensorline.points.rules.JsonPointer.Step.Each;
import dev.sensorline.points.rules.JsonPointer.Step.One;
import dev.sensorline.points.rules.Source.Level;
import dev.sensorline.points.rules.Source.Literal;
import dev.sensorline.points.rules.Source.Member;
import dev.sensorline.points.rules.Source.Property;

/**
 * Builds a rule from settings, and adds the defaults:
 * <ul>
 * <li>The measurement is {@code sensor}.
 * <li>Each named level of the filter that no source uses is a tag. If the filter has no named level, the last level is the
 * tag {@code name}.
 * <li>If no fields are defined, the payload has the float {@code value}, the tag {@code type} and the time {@code time} in
 * milliseconds. Of SenML, each record is a point.
 * </ul>
 * Not thread-safe.
 */
public final class RuleBuilder {

    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final Member DEFAULT_VALUE = member("value", true);
    private static final Member DEFAULT_TYPE = member("type", true);
    private static final Member DEFAULT_TIME = member("time", false);
    private static final Instant DEFAULT_EARLIEST = Instant.parse("2000-01-01T00:00:00Z");

    private final TopicFilter filter;
    private final StepNames steps;
    private final Set<String> usedLevels = new HashSet<>();
    private final SortedMap<String, Source> tags = new TreeMap<>();
    private final List<Rule.Field> fields = new ArrayList<>();
    private Source measurement = new Literal("sensor");
    private DecimalMark decimalMark = DecimalMark.POINT;
    private @Nullable Source time;
    private TimeUnit timeUnit = TimeUnit.MS;
    private @Nullable TimeFormat timeFormat;
    private @Nullable ZoneId timeZone;
    private long earliestNanos = nanos(DEFAULT_EARLIEST);
    private InvalidTime invalidTime = InvalidTime.ARRIVAL;
    private SameTime sameTime = SameTime.EXACT;
    private @Nullable Condition condition;
    private boolean isIgnored;
    private Format format = Format.AUTO;

    public RuleBuilder(TopicFilter filter) {
        this.filter = filter;
        this.steps = new StepNames(filter);
    }

    private static Member member(String name, boolean isStrict) {
        return new Member(new JsonPointer(List.of(new One(name))), isStrict);
    }

    /**
     * Makes the names of steps known. Needed before a source uses a name that is only in a pointer that is set later.
     *
     * @throws IllegalArgumentException with a message that says what is allowed
     */
    public RuleBuilder pointers(List<FieldText> fields, List<TagText> tags, Optional<SourceText> time) {
        fields.forEach(steps::add);
        tags.forEach(tag -> tag.source().pointer().ifPresent(steps::add));
        time.flatMap(SourceText::pointer).ifPresent(steps::add);
        steps.ofPoints();
        return this;
    }

    /** @throws IllegalArgumentException with a message that says what is allowed */
    public RuleBuilder measurement(SourceText source) {
        measurement = resolve(source);
        boolean isValidText = measurement instanceof Literal literal && Series.isValidMeasurement(literal.text());
        if (!isValidText && !(measurement instanceof Level)) {
            throw new IllegalArgumentException(
                    "must be a {level} or text without control characters, # at the start or \\ at the end");
        }
        return this;
    }

    /** @throws IllegalArgumentException with a message that says what is allowed */
    public RuleBuilder tags(List<TagText> definitions) {
        for (TagText tag : definitions) {
            tag.source().pointer().ifPresent(steps::add);
            Source source = resolve(tag.source());
            if (source instanceof Literal literal && !Series.isValidTag(literal.text())) {
                throw new IllegalArgumentException("must have no line feed in a tag and no \\ at its end");
            }
            if (tags.put(tag.name(), source) != null) {
                throw new IllegalArgumentException("must not define the tag '" + tag.name() + "' twice");
            }
        }
        return this;
    }

    /** What separates the fraction of numbers in texts, in the fields that are defined after it. */
    public RuleBuilder decimalMark(DecimalMark mark) {
        decimalMark = mark;
        return this;
    }

    /** @throws IllegalArgumentException with a message that says what is allowed */
    public RuleBuilder fields(List<FieldText> definitions) {
        definitions.forEach(steps::add);
        for (FieldText field : definitions) {
            if (fields.stream().anyMatch(other -> other.name().equals(field.name()))) {
                throw new IllegalArgumentException("must not define the field '" + field.name() + "' twice");
            }
            Source source = resolve(field.source());
            if (field.naming().isPresent() && !(source instanceof Member)) {
                throw new IllegalArgumentException(
                        "must take %s from a JSON pointer such as /temp".formatted(field.name()));
            }
            fields.add(
                    new Rule.Field(field.name(), naming(field), field.type(), field.isOptional(), decimalMark, source));
        }
        if (fields.stream().noneMatch(field -> field.source() instanceof Member)) {
            throw new IllegalArgumentException("must take at least one field from the payload");
        }
        return this;
    }

    /** The form of the text that is the time, instead of ISO 8601. */
    public RuleBuilder timeFormat(TimeFormat format) {
        timeFormat = format;
        timeUnit = TimeUnit.ISO8601;
        return this;
    }

    /** The zone of texts that are the time and have no offset. */
    public RuleBuilder timeZone(ZoneId zone) {
        timeZone = zone;
        return this;
    }

    /** @throws IllegalArgumentException if InfluxDB has no such time */
    public RuleBuilder timeEarliest(Instant earliest) {
        try {
            earliestNanos = nanos(earliest);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("must be from 1677-09-22 to 2262-04-11");
        }
        return this;
    }

    /** What becomes of a reading whose time is before the earliest one. */
    public RuleBuilder timeInvalid(InvalidTime choice) {
        invalidTime = choice;
        return this;
    }

    /**
     * The time, from a JSON pointer or a user property.
     *
     * @throws IllegalArgumentException with a message that says what is allowed
     */
    public RuleBuilder time(SourceText source, Optional<TimeUnit> unit) {
        source.pointer().ifPresent(steps::add);
        time = source.resolve(filter, steps.all());
        requireOfFormat(time, source);
        timeUnit = unit.orElse(format == Format.SENML ? TimeUnit.S : TimeUnit.MS);
        if (!(time instanceof Member) && !(time instanceof Property)) {
            throw new IllegalArgumentException("must be a JSON pointer such as /time or a {property:name}");
        }
        return this;
    }

    public RuleBuilder sameTime(SameTime choice) {
        sameTime = choice;
        return this;
    }

    /** The rule applies only to documents that fulfil a condition. */
    public RuleBuilder when(Condition required) {
        condition = required;
        return this;
    }

    /** The format of the payloads of the sources that are set after it. */
    public RuleBuilder format(Format choice) {
        format = choice;
        return this;
    }

    /** Readings are dropped. */
    public RuleBuilder ignored() {
        isIgnored = true;
        return this;
    }

    /** @throws IllegalArgumentException if a tag has the name of a level that is already a tag, or names of steps contradict */
    public Rule build(Rule.Origin origin) {
        filter.levelsByName().forEach((name, level) -> {
            if (!usedLevels.contains(name) && tags.put(name, new Level(level)) != null) {
                throw new IllegalArgumentException(
                        "must not define the tag '%s', which is a level of %s".formatted(name, filter));
            }
        });
        boolean isOfRecords = fields.isEmpty() && format == Format.SENML;
        if (filter.levelsByName().isEmpty() && !isOfRecords) {
            tags.putIfAbsent("name", new Level(Level.LAST));
        }
        List<String> names = steps.ofPoints();
        if (isOfRecords) {
            names = names.isEmpty() ? List.of("record") : names;
            addResolvedRecord(names.get(0));
        } else if (fields.isEmpty()) {
            fields.add(new Rule.Field("value", null, FieldType.FLOAT, false, decimalMark, DEFAULT_VALUE));
            tags.putIfAbsent("type", DEFAULT_TYPE);
            time = time == null ? DEFAULT_TIME : time;
        }
        Rule.Time ownTime = time == null
                ? null
                : new Rule.Time(time, timeUnit, timeFormat, timeZone, earliestNanos, invalidTime, sameTime);
        return new Rule(
                filter,
                new Rule.Content(format, measurement, tags, List.copyOf(fields), ownTime, names, condition, isIgnored),
                origin);
    }

    /** A point of each record. The types of values are fields of their own, because a field has one type. */
    private void addResolvedRecord(String step) {
        addField("value", FieldType.FLOAT, ofRecord(step, "v"));
        addField("text", FieldType.STRING, ofRecord(step, "vs"));
        addField("flag", FieldType.BOOLEAN, ofRecord(step, "vb"));
        addField("data", FieldType.STRING, ofRecord(step, "vd"));
        addField("sum", FieldType.FLOAT, ofRecord(step, "s"));
        tags.putIfAbsent(tags.containsKey("name") ? "n" : "name", ofRecord(step, "n"));
        tags.putIfAbsent("unit", ofRecord(step, "u"));
        if (time == null) {
            time = ofRecord(step, "t");
            timeUnit = TimeUnit.S;
        }
    }

    private void addField(String name, FieldType type, Member source) {
        fields.add(new Rule.Field(name, null, type, false, decimalMark, source));
    }

    private static Member ofRecord(String step, String member) {
        return new Member(new JsonPointer(List.of(new Each(step), new One(member))), false);
    }

    private static long nanos(Instant time) {
        return Math.addExact(Math.multiplyExact(time.getEpochSecond(), NANOS_PER_SECOND), time.getNano());
    }

    /** Payloads of places have no pointers, and others no places. */
    private void requireOfFormat(Source source, SourceText text) {
        if (source instanceof Member member && member.isPlace() != format.isOfPlaces()) {
            throw new IllegalArgumentException(
                    format.isOfPlaces()
                            ? "must take %s from a place in the bytes such as int16@0, because the format has no pointers"
                                    .formatted(text.text())
                            : "must have format=bytes, hex or base64 for %s, or the pointer to a text as in base64:/data:int16@0"
                                    .formatted(text.text()));
        }
    }

    /** The level or step that names a field; null if it has a name of its own. */
    private @Nullable Source naming(FieldText field) {
        return field.naming()
                .map(name -> resolve(SourceText.parse("{" + name + "}"), false))
                .orElse(null);
    }

    private Source resolve(SourceText text) {
        return resolve(text, true);
    }

    private Source resolve(SourceText text, boolean isValue) {
        text.level().ifPresent(usedLevels::add);
        Source source = text.resolve(filter, steps.all());
        requireOfFormat(source, text);
        if (isValue && source instanceof Source.Step step && steps.isFieldName(step.name())) {
            throw new IllegalArgumentException(
                    "must not use {%s}, which names fields, as a value".formatted(step.name()));
        }
        return source;
    }
}
