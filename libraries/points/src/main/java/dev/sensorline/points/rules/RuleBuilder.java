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
 * milliseconds. In {@link Format#CSV} they are texts. Of SenML, each record is a point.
 * <li>With {@link Format#LINE}, the payload has the measurement unless it is defined, fields, and the time in nanoseconds.
 * <li>With {@link Format#SPARKPLUG}, group, node and device are tags and the time is that of the metrics. If no fields are defined,
 * each metric is a point with its name as the tag {@code name}, and the float {@code value} or the string {@code text}.
 * </ul>
 * Not thread-safe.
 */
public final class RuleBuilder {

    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final Member DEFAULT_TIME = member("time", false);
    private static final Instant DEFAULT_EARLIEST = Instant.parse("2000-01-01T00:00:00Z");

    private final TopicFilter filter;
    private final StepNames steps;
    private final Set<String> usedLevels = new HashSet<>();
    private final SortedMap<String, Source> tags = new TreeMap<>();
    private final List<Rule.Field> fields = new ArrayList<>();
    private @Nullable Source measurement;
    private DecimalMark decimalMark = DecimalMark.POINT;
    private @Nullable Source time;
    private TimeUnit timeUnit = TimeUnit.MS;
    private Rule.Csv csv = new Rule.Csv(List.of(), Delimiter.COMMA);
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
        if (format == Format.CSV) {
            requireColumns();
        }
        return this;
    }

    /** @throws IllegalArgumentException unless all pointers are to columns, or to columns of every row */
    private void requireColumns() {
        List<JsonPointer> pointers = new ArrayList<>(steps.pointers());
        if (condition != null) {
            pointers.add(condition.pointer());
        }
        boolean areColumns =
                pointers.stream().allMatch(pointer -> pointer.steps().size() == 1);
        boolean areColumnsOfRows = pointers.stream()
                .allMatch(pointer ->
                        pointer.steps().size() == 2 && pointer.steps().get(0) instanceof JsonPointer.Step.Each);
        if (!areColumns && !areColumnsOfRows) {
            throw new IllegalArgumentException(
                    "must have pointers to columns such as /temp, or, where all of them and no when"
                            + " name the row, such as /{row}/temp: the format is csv");
        }
    }

    /** @throws IllegalArgumentException with a message that says what is allowed */
    public RuleBuilder measurement(SourceText source) {
        Source resolved = resolve(source);
        boolean isValidText = resolved instanceof Literal literal && Series.isValidMeasurement(literal.text());
        if (!isValidText && !(resolved instanceof Level)) {
            throw new IllegalArgumentException(
                    "must be a {level} or text without control characters, # at the start or \\ at the end or before = or a blank");
        }
        measurement = resolved;
        return this;
    }

    /** @throws IllegalArgumentException with a message that says what is allowed */
    public RuleBuilder tags(List<TagText> definitions) {
        for (TagText tag : definitions) {
            tag.source().pointer().ifPresent(steps::add);
            Source source = resolve(tag.source());
            if (source instanceof Literal literal && !Series.isValidTag(literal.text())) {
                throw new IllegalArgumentException("must have no line feed in a tag, and no \\ at its end or before =");
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

    /** The unit of the time where the format says what the time is. */
    public RuleBuilder timeUnit(TimeUnit unit) {
        timeUnit = unit;
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

    /**
     * The format of the payloads of the sources that are set after it.
     *
     * @throws IllegalArgumentException if topics of the filter cannot have it
     */
    public RuleBuilder format(Format choice) {
        if (choice == Format.SPARKPLUG && filter.isShared()) {
            throw new IllegalArgumentException(
                    "must not be the format of the shared subscription %s, which would split the sequence of an edge node"
                            .formatted(filter));
        }
        format = choice;
        timeUnit = choice == Format.LINE ? TimeUnit.NS : timeUnit;
        return this;
    }

    /** The form of the rows if the format is {@link Format#CSV}. */
    public RuleBuilder csv(Rule.Csv form) {
        csv = form;
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
        if (format == Format.SPARKPLUG) {
            addSparkplug();
        } else if (filter.levelsByName().isEmpty() && !isOfRecords) {
            tags.putIfAbsent("name", new Level(Level.LAST));
        }
        List<String> names = steps.ofPoints();
        if (format == Format.LINE) {
            requireTagsOutsidePayload();
            time = DEFAULT_TIME;
        } else if (isOfRecords) {
            names = names.isEmpty() ? List.of("record") : names;
            addResolvedRecord(names.get(0));
        } else if (fields.isEmpty()) {
            boolean isStrict = format != Format.CSV;
            fields.add(new Rule.Field("value", null, FieldType.FLOAT, false, decimalMark, member("value", isStrict)));
            tags.putIfAbsent("type", member("type", isStrict));
            time = time == null ? DEFAULT_TIME : time;
        }
        Source ofFormat = format == Format.LINE ? new Source.Payload() : new Literal("sensor");
        Rule.Time ownTime = time == null
                ? null
                : new Rule.Time(time, timeUnit, timeFormat, timeZone, earliestNanos, invalidTime, sameTime);
        return new Rule(
                filter,
                new Rule.Content(
                        format,
                        csv,
                        measurement == null ? ofFormat : measurement,
                        tags,
                        List.copyOf(fields),
                        ownTime,
                        names,
                        condition,
                        isIgnored),
                origin);
    }

    private void requireTagsOutsidePayload() {
        if (tags.values().stream().anyMatch(Member.class::isInstance)) {
            throw new IllegalArgumentException(
                    "must take each tag from text, {level} or {property:name}: a line has its own tags");
        }
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

    private void addSparkplug() {
        for (String tag : List.of("group", "node", "device")) {
            tags.putIfAbsent(tag, member(tag, true));
        }
        boolean isPointPerMetric = fields.isEmpty();
        if (isPointPerMetric) {
            fields(List.of(
                    FieldText.parse("value=/metrics/{metric}/number"),
                    FieldText.parse("text:string=/metrics/{metric}/text")));
            tags.putIfAbsent("name", new Source.Step("metric"));
        }
        if (time == null) {
            time(
                    SourceText.parse(isPointPerMetric ? "/metrics/{metric}/timestamp" : "/timestamp"),
                    Optional.of(TimeUnit.MS));
        }
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
