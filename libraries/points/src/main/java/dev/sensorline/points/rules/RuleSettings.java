package dev.sensorline.points.rules;

import static dev.sensorline.points.rules.RuleKey.COLUMNS;
import static dev.sensorline.points.rules.RuleKey.DECIMAL;
import static dev.sensorline.points.rules.RuleKey.DELIMITER;
import static dev.sensorline.points.rules.RuleKey.FIELDS;
import static dev.sensorline.points.rules.RuleKey.FORMAT;
import static dev.sensorline.points.rules.RuleKey.IGNORE;
import static dev.sensorline.points.rules.RuleKey.MEASUREMENT;
import static dev.sensorline.points.rules.RuleKey.RETAINED;
import static dev.sensorline.points.rules.RuleKey.SAME_TIME;
import static dev.sensorline.points.rules.RuleKey.TAGS;
import static dev.sensorline.points.rules.RuleKey.TIME;
import static dev.sensorline.points.rules.RuleKey.TIME_EARLIEST;
import static dev.sensorline.points.rules.RuleKey.TIME_FORMAT;
import static dev.sensorline.points.rules.RuleKey.TIME_INVALID;
import static dev.sensorline.points.rules.RuleKey.TIME_UNIT;
import static dev.sensorline.points.rules.RuleKey.TIME_ZONE;
import static dev.sensorline.points.rules.RuleKey.TOPIC;
import static dev.sensorline.points.rules.RuleKey.WHEN;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

import dev.sensorline.points.rules.Rule.Origin;

/** A rule as texts of a file or of variables set it: the value of each key. Immutable. */
final class RuleSettings {

    /** Names that mean the same in a file and, in upper case, in a variable. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9]+");

    /** What may be set for readings that are dropped. */
    private static final Set<RuleKey<?>> WITH_IGNORE =
            Set.of(TOPIC, FORMAT, COLUMNS, DELIMITER, WHEN, IGNORE, RETAINED);

    /** In characters: what is longer is recognised by its beginning. */
    private static final int LONGEST_VALUE = 200;

    private final Map<RuleKey<?>, String> texts;
    private final Map<RuleKey<?>, Object> values;
    private final UnaryOperator<String> nameOf;

    private RuleSettings(Map<RuleKey<?>, String> texts, Map<RuleKey<?>, Object> values, UnaryOperator<String> nameOf) {
        this.texts = texts;
        this.values = values;
        this.nameOf = nameOf;
    }

    /**
     * Reads the texts of a rule.
     *
     * @param textsByKey a text that is empty counts as unset
     * @param nameOf     what a message calls the setting of a key
     */
    static RuleSettings read(String name, Map<String, String> textsByKey, UnaryOperator<String> nameOf)
            throws InvalidRulesException {
        if (!NAME.matcher(name).matches()) {
            throw new InvalidRulesException(
                    List.of(nameOf.apply("topic") + ": must have a rule's name of lower-case letters and digits"));
        }
        Map<RuleKey<?>, String> texts = new LinkedHashMap<>();
        Map<RuleKey<?>, Object> values = new LinkedHashMap<>();
        RuleSettings settings = new RuleSettings(texts, values, nameOf);
        List<String> problems = new ArrayList<>();
        textsByKey.forEach((key, text) -> {
            Optional<RuleKey<?>> known = RuleKey.named(key);
            if (known.isEmpty()) {
                problems.add(nameOf.apply(key) + ": must not be set, as there is no such setting");
            } else if (!text.isEmpty()) {
                texts.put(known.get(), text);
                try {
                    values.put(known.get(), known.get().read(text));
                } catch (IllegalArgumentException e) {
                    problems.add(settings.problem(known.get(), String.valueOf(e.getMessage())));
                }
            }
        });
        if (!texts.containsKey(TOPIC)) {
            problems.add(settings.problem(TOPIC, "must not be empty"));
        }
        if (!problems.isEmpty()) {
            throw new InvalidRulesException(problems);
        }
        return settings;
    }

    /** @param sameTime what becomes of different readings with the same time, unless the rule says so */
    Rule rule(SameTime sameTime) throws InvalidRulesException {
        RuleBuilder builder = new RuleBuilder(value(TOPIC).orElseThrow());
        checked(FORMAT, () -> value(FORMAT).map(builder::format));
        value(WHEN).ifPresent(builder::when);
        if (isOf(Format.LINE)) {
            requireUnset(List.of(WHEN), "together with format=line, which has no pointers");
        }
        csv(builder);
        if (value(IGNORE).orElse(false)) {
            requireOnly(WITH_IGNORE, "together with ignore");
            return builder.ignored().build(Origin.of(setting(TOPIC)));
        }
        if (value(FORMAT).filter(Format::isOfPlaces).isPresent() && !isSet(FIELDS)) {
            throw invalid(FORMAT, "must have fields, such as temp=int16@0*0.1");
        }
        value(DECIMAL).ifPresent(builder::decimalMark);
        // A name may be in a pointer of any key.
        checked(
                isSet(FIELDS) ? FIELDS : isSet(TAGS) ? TAGS : TIME,
                () -> builder.pointers(
                        value(FIELDS).orElse(List.of()), value(TAGS).orElse(List.of()), value(TIME)));
        checked(MEASUREMENT, () -> value(MEASUREMENT).map(builder::measurement));
        checked(FIELDS, () -> value(FIELDS).map(builder::fields));
        checked(TAGS, () -> value(TAGS).map(builder::tags));
        if (isOf(Format.LINE)) {
            line(builder);
        } else {
            time(builder);
        }
        builder.sameTime(value(SAME_TIME).orElse(sameTime));
        Origin origin = new Origin(
                setting(TOPIC), setting(isSet(FIELDS) ? FIELDS : TOPIC), setting(isSet(TAGS) ? TAGS : TOPIC));
        return checked(TAGS, () -> builder.build(origin));
    }

    /** What becomes of retained messages, if the rule says so. */
    Optional<Retained> retained() {
        return value(RETAINED);
    }

    private boolean isOf(Format format) {
        return value(FORMAT).orElse(Format.AUTO) == format;
    }

    private void csv(RuleBuilder builder) throws InvalidRulesException {
        if (isOf(Format.CSV)) {
            builder.csv(new Rule.Csv(
                    value(COLUMNS).orElse(List.of()), value(DELIMITER).orElse(Delimiter.COMMA)));
        } else {
            requireUnset(List.of(COLUMNS, DELIMITER), "without format=csv");
        }
    }

    /** Lines have fields and time of their own. */
    private void line(RuleBuilder builder) throws InvalidRulesException {
        String why = "together with format=line, whose lines have fields and a time in a unit";
        requireUnset(List.of(FIELDS, DECIMAL, TIME, TIME_ZONE, TIME_FORMAT), why);
        if (value(TIME_UNIT).filter(unit -> unit == TimeUnit.ISO8601).isPresent()) {
            throw invalid(TIME_UNIT, "must not be set " + why);
        }
        value(TIME_UNIT).ifPresent(builder::timeUnit);
        timeBounds(builder);
    }

    private void timeBounds(RuleBuilder builder) throws InvalidRulesException {
        value(TIME_INVALID).ifPresent(builder::timeInvalid);
        checked(TIME_EARLIEST, () -> value(TIME_EARLIEST).map(builder::timeEarliest));
    }

    private void time(RuleBuilder builder) throws InvalidRulesException {
        if (!isSet(TIME)) {
            requireUnset(List.of(TIME_UNIT, TIME_ZONE, TIME_FORMAT), "without the time");
            if (isSet(FIELDS) && !isOf(Format.SPARKPLUG)) { // Otherwise there is a time by default.
                requireUnset(List.of(TIME_EARLIEST, TIME_INVALID, SAME_TIME), "without the time");
            }
        }
        checked(TIME, () -> value(TIME).map(source -> builder.time(source, value(TIME_UNIT))));
        if (isSet(TIME_UNIT)) {
            requireUnset(List.of(TIME_FORMAT), "together with time-unit");
        }
        if (!isSet(TIME_ZONE)
                && value(TIME_FORMAT).filter(format -> !format.hasZone()).isPresent()) {
            throw invalid(
                    TIME_FORMAT, "must have an offset (such as XXX) or a time zone (VV), or time-zone must be set");
        }
        boolean isText = isSet(TIME_FORMAT)
                || value(TIME_UNIT).filter(unit -> unit == TimeUnit.ISO8601).isPresent();
        if (isSet(TIME_ZONE) && !isText) {
            throw invalid(TIME_ZONE, "must not be set where the time is no text: set time-unit=iso8601");
        }
        value(TIME_FORMAT).ifPresent(builder::timeFormat);
        value(TIME_ZONE).ifPresent(builder::timeZone);
        timeBounds(builder);
    }

    private boolean isSet(RuleKey<?> key) {
        return texts.containsKey(key);
    }

    @SuppressWarnings("unchecked") // Each value is what its key has read.
    private <T> Optional<T> value(RuleKey<T> key) {
        return Optional.ofNullable((T) values.get(key));
    }

    private void requireOnly(Set<RuleKey<?>> allowed, String why) throws InvalidRulesException {
        requireUnset(
                RuleKey.all().stream().filter(key -> !allowed.contains(key)).toList(), why);
    }

    private void requireUnset(List<RuleKey<?>> keys, String why) throws InvalidRulesException {
        for (RuleKey<?> key : keys) {
            if (isSet(key)) {
                throw invalid(key, "must not be set " + why);
            }
        }
    }

    /** The result of a step that throws an IllegalArgumentException if the setting cannot be used. */
    private <T> T checked(RuleKey<?> key, Supplier<T> step) throws InvalidRulesException {
        try {
            return step.get();
        } catch (IllegalArgumentException e) {
            throw invalid(key, String.valueOf(e.getMessage()));
        }
    }

    private InvalidRulesException invalid(RuleKey<?> key, String problem) {
        return new InvalidRulesException(List.of(problem(key, problem)));
    }

    private String problem(RuleKey<?> key, String problem) {
        return setting(key) + ": " + problem;
    }

    /** The setting and its text, on one line. */
    private String setting(RuleKey<?> key) {
        String text = texts.getOrDefault(key, "").replaceAll("[\\p{Cc}\\p{Zl}\\p{Zp}]", "?");
        return nameOf.apply(key.toString()) + "="
                + (text.length() > LONGEST_VALUE ? text.substring(0, LONGEST_VALUE) + "…" : text);
    }
}
