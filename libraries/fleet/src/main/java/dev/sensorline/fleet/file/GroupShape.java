package dev.sensorline.fleet.file;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.sensorline.fleet.Fault;
import dev.sensorline.fleet.Format;
import dev.sensorline.fleet.Group;
import dev.sensorline.fleet.Metric;
import dev.sensorline.fleet.NamePattern;
import dev.sensorline.fleet.TopicPattern;
import dev.sensorline.fleet.payload.TemplateForm;
import dev.sensorline.fleet.waveform.Waveform;

/** What a file says of a group of sensors. Groups have names, so they are made in two steps. */
final class GroupShape {

    /** A name of a group or of a metric: it may be a level of a topic (MQTT 3.1.1, 4.7). */
    static final Words NAME = new Words(
            "a name of 1 to 100 characters without spaces, control characters, +, #, /, { and }",
            "^[^\\u0000-\\u0020\\u007f-\\u009f+#/{}]{1,100}$");

    /** Payloads have other members of these names. */
    private static final Words METRIC_NAME = new Words(
            NAME.allowed() + ", other than type, name, group, n, time, seq and sent",
            "^(?!(?:type|name|group|n|time|seq|sent)$)"
                    + NAME.pattern().pattern().substring(1));

    private static final int MOST_SENSORS = 1_000_000;
    private static final int MOST_METRICS = 1_000;
    private static final int MOST_FAULTS = 100;
    /** Of UTF-8 (MQTT 3.1.1, 1.5.3). */
    private static final int LONGEST_TOPIC = 65_535;

    /** RFC 8428, 4.5.1. */
    private static final Pattern SENML_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9:./_-]*");

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{[^}]*}?|}");

    private static final Key<String> SENSORS = Key.optional(
            "name",
            "names of the sensors, in which {n} stands for their number; at the end, -{n}, if it is left out and there are several; the group's name by default",
            Words.NAME_PATTERN);
    private static final Key<Long> COUNT = Key.optional("count", "how many sensors", new Whole(1, MOST_SENSORS), 1L);
    private static final Key<Long> FIRST =
            Key.optional("first", "number of the first sensor", new Whole(0, 1_000_000_000), 1L);
    private static final Key<Duration> PERIOD = Key.optional(
            "period",
            "time between two readings of a sensor",
            Length.atLeast(Duration.ofMillis(1)),
            Duration.ofSeconds(1));
    private static final Key<Duration> JITTER = Key.optional(
            "jitter",
            "the most that a reading is later than its period says",
            Length.atLeast(Duration.ZERO),
            Duration.ZERO);
    private static final Key<Duration> OFFSET = Key.optional(
            "offset",
            "time from the start to the first reading; spread evenly over the period if it is left out",
            Length.atLeast(Duration.ZERO));
    private static final Key<String> TOPIC = Key.optional(
            "topic",
            "topic of the readings, in which {group}, {name} and {n} stand for the group, the sensor's name and its number",
            new Words("a topic such as plant/{group}/{name}", "^[\\s\\S]+$"),
            "sensor/{name}");
    private static final Key<Long> QOS = Key.optional("qos", "MQTT quality of service", new Whole(0, 2), 0L);
    private static final Key<Boolean> RETAIN = Key.optional(
            "retain", "whether the broker keeps the last reading for later subscribers", Choice.FLAG, false);
    private static final Key<String> TEXT = Key.required(
            "text", "the payload, in which names in braces stand for values", new Words("a text", "^[\\s\\S]+$"));
    private static final Key<Format> FORMAT = Key.optional(
            "format", "how readings are written", new Variants<>("a format", formats()), Format.Known.JSON);

    private static final Shape<Integer> DECIMAL_COUNT = new Mapped<>(new Whole(0, 9), Long::intValue);
    private static final Key<Integer> DECIMALS = Key.optional(
            "decimals", "decimals that are written; as many as the value needs if it is left out", DECIMAL_COUNT);

    private static final Key<Waveform> WAVEFORM =
            Key.optional("waveform", "what a sensor measures", WaveformShapes.WAVEFORM);
    private static final Key<Waveform> WAVEFORM_OF_METRIC =
            Key.required("waveform", "what is measured", WaveformShapes.WAVEFORM);

    /** A metric without its name. */
    private record Measured(Waveform waveform, int decimals) {}

    private static final Key<Map<String, Measured>> METRICS = Key.optional(
            "metrics",
            "what a sensor measures, by name, if it is more than one value; all of them are in one message",
            new MapOf<>(
                    METRIC_NAME,
                    Keys.of(
                            values -> new Measured(
                                    values.get(WAVEFORM_OF_METRIC),
                                    values.find(DECIMALS).orElse(Metric.SHORTEST)),
                            WAVEFORM_OF_METRIC,
                            DECIMALS),
                    MOST_METRICS));
    private static final Key<List<Fault>> FAULTS =
            Key.optional("faults", "what goes wrong", new ListOf<>(FaultShapes.FAULT, 0, MOST_FAULTS), List.of());

    /** The sole value of a sensor. */
    private static final String SOLE_METRIC = "value";

    /** A group that gets its name. */
    static final Shape<Group> GROUP = Keys.of(
                    GroupShape::group,
                    SENSORS,
                    COUNT,
                    FIRST,
                    PERIOD,
                    JITTER,
                    OFFSET,
                    TOPIC,
                    QOS,
                    RETAIN,
                    FORMAT,
                    WAVEFORM,
                    DECIMALS,
                    METRICS,
                    FAULTS)
            .either(WAVEFORM, METRICS)
            .checked(new Check(
                    List.of(SENSORS, COUNT, FIRST),
                    (values, findings) -> findings.claim(values.place(SENSORS), names(values), "a sensor")))
            .checked(new Check(List.of(PERIOD, JITTER), GroupShape::checkJitter))
            .checked(new Check(List.of(TOPIC, SENSORS, COUNT, FIRST), GroupShape::checkTopic))
            .checked(new Check(List.of(FORMAT, METRICS, SENSORS, COUNT, FIRST), GroupShape::checkFormat))
            .checked(new Check(
                    List.of(SENSORS, COUNT, FIRST, TOPIC, QOS, RETAIN, FORMAT, METRICS), GroupShape::checkSparkplug))
            .checked(new Check(List.of(), (values, findings) -> {
                if (values.has(DECIMALS) && values.has(METRICS)) {
                    findings.add(values.place(DECIMALS), "must be in each of the metrics, not beside them");
                }
            }));

    private GroupShape() {}

    private static Map<String, Shape<? extends Format>> formats() {
        Map<String, Shape<? extends Format>> formats = new LinkedHashMap<>();
        Choice.of(Format.Known.values())
                .values()
                .forEach((name, format) -> formats.put(name, Keys.of(values -> format)));
        formats.put("sparkplug", SparkplugShape.FORMAT);
        formats.put("template", Keys.of(values -> new Format.Template(values.get(TEXT)), TEXT));
        return formats;
    }

    private static Group group(Values values) {
        NamePattern names = names(values);
        String name = name(values);
        return new Group(
                name,
                names,
                values.get(PERIOD),
                values.get(JITTER),
                values.find(OFFSET),
                values.get(FORMAT) instanceof Format.Sparkplug sparkplug
                        ? sparkplug.topic(name, names)
                        : new TopicPattern(values.get(TOPIC), name, names),
                values.get(QOS).intValue(),
                values.get(RETAIN),
                values.get(FORMAT),
                metrics(values),
                values.get(FAULTS));
    }

    private static List<Metric> metrics(Values values) {
        Optional<Map<String, Measured>> several = values.find(METRICS);
        if (several.isEmpty()) {
            return List.of(new Metric(
                    SOLE_METRIC, values.get(WAVEFORM), values.find(DECIMALS).orElse(Metric.SHORTEST)));
        }
        return several.get().entrySet().stream()
                .map(entry -> new Metric(
                        entry.getKey(),
                        entry.getValue().waveform(),
                        entry.getValue().decimals()))
                .toList();
    }

    private static NamePattern names(Values values) {
        return NamePattern.of(
                values.find(SENSORS).orElseGet(() -> name(values)),
                values.get(FIRST).intValue(),
                values.get(COUNT).intValue());
    }

    /** The name of the group: the last step of the way to it. */
    private static String name(Values values) {
        return values.place().step();
    }

    private static void checkJitter(Values values, Findings findings) {
        if (values.get(JITTER).compareTo(values.get(PERIOD)) > 0) {
            findings.add(values.place(JITTER), "must not be longer than the period");
        }
    }

    private static void checkTopic(Values values, Findings findings) {
        String text = values.get(TOPIC);
        Matcher placeholder = PLACEHOLDER.matcher(text);
        while (placeholder.find()) {
            if (!TopicPattern.PLACEHOLDERS.contains(placeholder.group())) {
                findings.add(
                        values.place(TOPIC),
                        "has %s, which stands for nothing: allowed are %s"
                                .formatted(placeholder.group(), Names.listed(TopicPattern.PLACEHOLDERS)));
            }
        }
        NamePattern names = names(values);
        // The number of the last sensor is the longest.
        String longest = new TopicPattern(text, name(values), names).topic(names.count() - 1);
        if (longest.startsWith("$")
                || longest.chars().anyMatch(c -> c == '+' || c == '#' || Character.isISOControl(c))) {
            findings.add(
                    values.place(TOPIC),
                    "must be a topic without +, # and control characters that does not begin with $, not '%s'"
                            .formatted(text));
        }
        if (longest.getBytes(StandardCharsets.UTF_8).length > LONGEST_TOPIC) {
            findings.add(values.place(TOPIC), "must give topics of at most %d bytes".formatted(LONGEST_TOPIC));
        }
    }

    private static void checkSparkplug(Values values, Findings findings) {
        if (values.get(FORMAT) instanceof Format.Sparkplug sparkplug) {
            SparkplugShape.check(sparkplug, name(values), names(values), values.place(FORMAT), findings);
            if (values.has(TOPIC)) {
                findings.add(values.place(TOPIC), "is not for Sparkplug, which says what its topics are");
            }
            if (values.get(QOS) != 0) {
                findings.add(values.place(QOS), "must be 0 for Sparkplug");
            }
            if (values.get(RETAIN)) {
                findings.add(values.place(RETAIN), "must be false for Sparkplug");
            }
            if (values.find(METRICS).orElse(Map.of()).containsKey(SparkplugShape.RESERVED)) {
                findings.add(
                        values.place(METRICS),
                        "'%s' is a metric of Sparkplug's own: choose another name".formatted(SparkplugShape.RESERVED));
            }
        }
    }

    private static void checkFormat(Values values, Findings findings) {
        if (!values.get(FORMAT).takesSeveralMetrics()
                && values.find(METRICS).map(Map::size).orElse(1) > 1) {
            findings.add(values.place(FORMAT), "'value' is for one metric only: choose another format");
        }
        List<String> metrics = values.find(METRICS).map(Map::keySet).orElse(Set.of(SOLE_METRIC)).stream()
                .toList();
        if (values.get(FORMAT) instanceof Format.Template template) {
            TemplateForm.unknown(template.text(), metrics)
                    .forEach(unknown -> findings.add(
                            values.place(FORMAT),
                            "has %s, which stands for nothing: allowed are %s, and {{ and }} for braces"
                                    .formatted(unknown, Names.listed(placeholders(metrics)))));
        }
        String sensor = names(values).name(0);
        if (values.get(FORMAT) == Format.Known.LINE) {
            Stream.concat(metrics.stream(), Stream.of(name(values), sensor))
                    .filter(name -> name.indexOf('\\') >= 0)
                    .forEach(name -> findings.add(
                            values.place(FORMAT), "'line' cannot have the backslash of the name '%s'".formatted(name)));
        }
        if (values.get(FORMAT) == Format.Known.SENML) {
            // The name of a metric follows that of the sensor.
            Stream.concat(
                            metrics.stream()
                                    .filter(name ->
                                            !SENML_NAME.matcher("0" + name).matches()),
                            Stream.of(sensor)
                                    .filter(name -> !SENML_NAME.matcher(name).matches()))
                    .forEach(name -> findings.add(
                            values.place(FORMAT),
                            "'senml' has names of letters from A to Z, digits, -, :, ., / and _ that begin with a letter or digit, not '%s'"
                                    .formatted(name)));
        }
    }

    private static List<String> placeholders(List<String> metrics) {
        return Stream.concat(metrics.stream(), TemplateForm.NAMES.stream())
                .map("{%s}"::formatted)
                .toList();
    }
}
