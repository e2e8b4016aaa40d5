package dev.sensorline.fleet.payload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.sensorline.fleet.Format;
import dev.sensorline.fleet.Format.Known;
import dev.sensorline.fleet.Group;
import dev.sensorline.fleet.Measurement;
import dev.sensorline.fleet.Metric;
import dev.sensorline.fleet.NamePattern;
import dev.sensorline.fleet.TopicPattern;
import dev.sensorline.fleet.waveform.Constant;
import dev.sensorline.points.Decoded;
import dev.sensorline.points.Field;
import dev.sensorline.points.FieldsPoint;
import dev.sensorline.points.FloatPoint;
import dev.sensorline.points.Point;
import dev.sensorline.points.Reading;
import dev.sensorline.points.decoding.Decoder;
import dev.sensorline.points.rules.Delimiter;
import dev.sensorline.points.rules.FieldText;
import dev.sensorline.points.rules.Rule;
import dev.sensorline.points.rules.RuleBuilder;
import dev.sensorline.points.rules.Rules;
import dev.sensorline.points.rules.SourceText;
import dev.sensorline.points.rules.TagText;
import dev.sensorline.points.rules.TopicFilter;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What a fleet sends is what the ingestor stores, with the rules of docs/guide/fleets.md. */
class RoundTripTest {

    private static final long ARRIVAL = 1_800_000_000_000_000_000L;
    private static final String TEMPLATE = "{time};\"{name}\";{seq};{sent};%s";

    /** Characters of names; a backslash only where InfluxDB can have one in a tag. */
    private static final List<String> CHARACTERS = List.of(
            "a", "b", "Z", "7", "0", "ü", "ß", "🌡", "\"", "'", ",", ";", "=", "\\b", ".", "-", "_", ":", "~", "&", "<",
            "|", "%");

    private static final List<String> IN_SENML = List.of("a", "b", "Z", "7", "0", ".", "-", "_", ":");

    /**
     * Readings of a group.
     *
     * @param sensor of several, or 0 of one
     */
    record Sent(Group group, int sensor, double[] values, long sequence, long time, long sent) {

        String name() {
            return group.names().name(sensor);
        }

        Decoded decoded(Rule rule) {
            List<Decoded> all = all(rule);
            assertEquals(1, all.size(), () -> payload() + " " + all);
            return all.get(0);
        }

        List<Decoded> all(Rule rule) {
            byte[] payload = payloadBytes();
            return new Decoder(new Rules(List.of(rule)), 2_000)
                    .decode(new Reading("plant/x", payload, payload.length, ARRIVAL));
        }

        byte[] payloadBytes() {
            Measurement measurement = new Measurement(values.length);
            measurement.sensor = sensor;
            measurement.sequence = sequence;
            measurement.time = time;
            measurement.sent = sent;
            System.arraycopy(values, 0, measurement.values, 0, values.length);
            Bytes out = new Bytes();
            Encoders.of(group).encode(measurement, out);
            return out.copy();
        }

        String payload() {
            return new String(payloadBytes(), UTF_8);
        }

        void assertValue(int metric, double decoded) {
            int decimals = group.metrics().get(metric).decimals();
            double value = values[metric];
            if (decimals == Metric.SHORTEST || Math.abs(value) * Math.pow(10, decimals) >= 0x1p53) {
                assertTrue(value == decoded, () -> payload());
            } else {
                double half = 0.5 * Math.pow(10, -decimals);
                assertEquals(value, decoded, half + 4 * Math.ulp(value), () -> payload());
            }
        }
    }

    @Property
    void value(@ForAll("bare") Sent sent) {
        FloatPoint point = assertInstanceOf(
                FloatPoint.class,
                sent.decoded(rule(dev.sensorline.points.rules.Format.VALUE).build(Rule.Origin.of("rule"))));
        sent.assertValue(0, point.value());
    }

    @Property
    void json(@ForAll("json") Sent sent) {
        assertMembers(sent, dev.sensorline.points.rules.Format.JSON);
    }

    @Property
    void cbor(@ForAll("cbor") Sent sent) {
        assertMembers(sent, dev.sensorline.points.rules.Format.CBOR);
    }

    @Property
    void msgpack(@ForAll("msgpack") Sent sent) {
        assertMembers(sent, dev.sensorline.points.rules.Format.MSGPACK);
    }

    private static void assertMembers(Sent sent, dev.sensorline.points.rules.Format format) {
        assertPoint(sent, sent.decoded(members(sent.group(), rule(format), true)), true);
    }

    @Property
    void csv(@ForAll("csv") Sent sent) {
        List<String> columns = new ArrayList<>(List.of("time", "name", "type"));
        sent.group().metrics().forEach(metric -> columns.add(metric.name()));
        columns.addAll(List.of("seq", "sent"));
        RuleBuilder rule = rule(dev.sensorline.points.rules.Format.CSV).csv(new Rule.Csv(columns, Delimiter.COMMA));
        assertPoint(sent, sent.decoded(members(sent.group(), rule, true)), true);
    }

    /** Rows with semicolons, and without the type. */
    @Property
    void template(@ForAll("template") Sent sent) {
        List<String> columns = new ArrayList<>(List.of("time", "name", "seq", "sent"));
        sent.group().metrics().forEach(metric -> columns.add(metric.name()));
        RuleBuilder rule = rule(dev.sensorline.points.rules.Format.CSV).csv(new Rule.Csv(columns, Delimiter.SEMICOLON));
        assertPoint(sent, sent.decoded(members(sent.group(), rule, false)), false);
    }

    @Property
    void line(@ForAll("line") Sent sent) {
        Point point = assertInstanceOf(
                Point.class,
                sent.decoded(rule(dev.sensorline.points.rules.Format.LINE).build(Rule.Origin.of("rule"))));
        assertEquals(sent.time(), point.timeNanos());
        assertSeries(sent, point, true);
        List<String> names = sent.group().metrics().stream()
                .map(metric -> metric.name().replaceAll("[,= ]", "\\\\$0"))
                .toList();
        assertFields(sent, point, names);
    }

    /** A point for each record. */
    @Property
    void senml(@ForAll("senml") Sent sent) {
        List<Decoded> all =
                sent.all(rule(dev.sensorline.points.rules.Format.SENML).build(Rule.Origin.of("rule")));
        Map<String, Double> values = new TreeMap<>();
        for (Decoded decoded : all) {
            FloatPoint point = assertInstanceOf(FloatPoint.class, decoded, sent.payload());
            assertEquals(sent.time(), point.timeNanos());
            values.put(point.series().tags().get("name"), point.value());
        }
        assertEquals(sent.group().metrics().size() + 2, all.size());
        for (int i = 0; i < sent.values().length; i++) {
            String name = sent.group().metrics().get(i).name();
            sent.assertValue(i, values.get(name.equals("value") ? sent.name() : sent.name() + ":" + name));
        }
        assertEquals((double) sent.sequence(), values.get(sent.name() + ":seq"));
        assertEquals((double) milliseconds(sent.sent()), values.get(sent.name() + ":sent"));
    }

    private static RuleBuilder rule(dev.sensorline.points.rules.Format format) {
        return new RuleBuilder(TopicFilter.parse("plant/+")).format(format);
    }

    /** {@code fields=f0=/…, seq:integer, sent:integer}, {@code tags=name=/name, type=/type}, {@code time=/time}. */
    private static Rule members(Group group, RuleBuilder rule, boolean hasType) {
        List<FieldText> fields = new ArrayList<>();
        for (int i = 0; i < group.metrics().size(); i++) {
            String member = group.metrics()
                    .get(i)
                    .name()
                    .replace("~", "~0")
                    .replace("{", "{{")
                    .replace("}", "}}");
            fields.add(FieldText.parse("f%d=/%s".formatted(i, member)));
        }
        fields.add(FieldText.parse("seq:integer"));
        fields.add(FieldText.parse("sent:integer"));
        List<TagText> tags = new ArrayList<>(List.of(TagText.parse("name=/name")));
        if (hasType) {
            tags.add(TagText.parse("type=/type"));
        }
        return rule.fields(fields)
                .tags(tags)
                .time(SourceText.parse("/time"), Optional.empty())
                .build(Rule.Origin.of("rule"));
    }

    private static void assertPoint(Sent sent, Decoded decoded, boolean hasType) {
        Point point = assertInstanceOf(Point.class, decoded, sent.payload());
        assertEquals(milliseconds(sent.time()) * 1_000_000, point.timeNanos());
        assertSeries(sent, point, hasType);
        assertFields(
                sent,
                point,
                IntStream.range(0, sent.values().length)
                        .mapToObj("f%d"::formatted)
                        .toList());
    }

    private static void assertSeries(Sent sent, Point point, boolean hasType) {
        assertEquals("sensor", point.series().measurement());
        Map<String, String> tags = new TreeMap<>(Map.of("name", sent.name()));
        if (hasType) {
            tags.put("type", sent.group().name());
        }
        assertEquals(tags, point.series().tags());
    }

    private static void assertFields(Sent sent, Point point, List<String> names) {
        Map<String, Field> fields = assertInstanceOf(FieldsPoint.class, point).fields().stream()
                .collect(Collectors.toMap(Field::name, field -> field));
        assertEquals(names.size() + 2, fields.size(), () -> sent.payload() + " " + fields);
        for (int i = 0; i < names.size(); i++) {
            sent.assertValue(
                    i,
                    assertInstanceOf(Field.OfFloat.class, fields.get(names.get(i)))
                            .value());
        }
        assertEquals(new Field.OfInteger("seq", sent.sequence()), fields.get("seq"));
        assertEquals(new Field.OfInteger("sent", milliseconds(sent.sent())), fields.get("sent"));
    }

    private static long milliseconds(long nanos) {
        return nanos / 1_000_000;
    }

    @Provide
    Arbitrary<Sent> bare() {
        return sent(Known.VALUE, CHARACTERS, 1);
    }

    @Provide
    Arbitrary<Sent> json() {
        return sent(Known.JSON, CHARACTERS, 20);
    }

    @Provide
    Arbitrary<Sent> cbor() {
        return sent(Known.CBOR, CHARACTERS, 20);
    }

    @Provide
    Arbitrary<Sent> msgpack() {
        return sent(Known.MSGPACK, CHARACTERS, 20);
    }

    @Provide
    Arbitrary<Sent> csv() {
        return sent(Known.CSV, CHARACTERS, 20);
    }

    /** Escaping is left to the user. */
    @Provide
    Arbitrary<Sent> template() {
        return sent(
                new Format.Template(TEMPLATE),
                CHARACTERS.stream().filter(text -> !text.equals("\"")).toList(),
                20);
    }

    @Provide
    Arbitrary<Sent> line() {
        return sent(
                Known.LINE,
                CHARACTERS.stream().filter(text -> !text.contains("\\")).toList(),
                20);
    }

    @Provide
    Arbitrary<Sent> senml() {
        return sent(Known.SENML, IN_SENML, 20);
    }

    private static Arbitrary<Sent> sent(Format format, List<String> characters, int metrics) {
        Arbitrary<Instant> times = Arbitraries.longs()
                .between(Instant.parse("2000-01-02T00:00:00Z").getEpochSecond(), 9_000_000_000L)
                .map(Instant::ofEpochSecond);
        Arbitrary<Long> nanos = Combinators.combine(
                        times, Arbitraries.integers().between(0, 999_999_999))
                .as((time, fraction) -> Duration.between(Instant.EPOCH, time).toNanos() + fraction);
        return Combinators.combine(
                        group(format, characters, metrics),
                        Arbitraries.integers().between(0, 999_999),
                        values().array(double[].class).ofSize(metrics),
                        Arbitraries.longs().between(0, 1L << 53),
                        nanos,
                        nanos)
                .as((group, sensor, values, sequence, time, sent) -> new Sent(
                        group,
                        sensor % group.names().count(),
                        Arrays.copyOf(values, group.metrics().size()),
                        sequence,
                        time,
                        sent));
    }

    /** Finite ones of all magnitudes. */
    private static Arbitrary<Double> values() {
        return Arbitraries.oneOf(
                Arbitraries.longs().map(Double::longBitsToDouble).filter(Double::isFinite),
                Arbitraries.doubles().between(-1e6, 1e6),
                Arbitraries.integers().between(-1_000, 1_000).map(Integer::doubleValue),
                Arbitraries.of(0.0, -0.0, 0.1, -0.05, 1e15, -1e16, 1e-9, Double.MAX_VALUE, Double.MIN_NORMAL));
    }

    private static Arbitrary<Group> group(Format format, List<String> characters, int metrics) {
        Arbitrary<String> names = text(characters);
        List<String> withBlank = new ArrayList<>(characters);
        if (characters != IN_SENML) {
            withBlank.add(" ");
        }
        Arbitrary<NamePattern> patterns = Combinators.combine(
                        text(withBlank).filter(text -> !text.isBlank()),
                        text(withBlank),
                        Arbitraries.of("", "{n}"),
                        Arbitraries.integers().between(0, 1_000_000_000),
                        Arbitraries.integers().between(1, 1_000_000))
                .as((before, after, number, first, count) ->
                        NamePattern.of("x" + before + number + after + "x", first, count));
        Arbitrary<List<Metric>> several = Combinators.combine(
                        names, Arbitraries.integers().between(-1, 9))
                .as((name, decimals) -> new Metric(name, new Constant(0), decimals))
                .list()
                .ofMinSize(1)
                .ofMaxSize(metrics)
                .uniqueElements(Metric::name);
        Arbitrary<List<Metric>> sole = Arbitraries.integers()
                .between(-1, 9)
                .map(decimals -> List.of(new Metric("value", new Constant(0), decimals)));
        return Combinators.combine(names, patterns, Arbitraries.oneOf(sole, several))
                .as((name, pattern, chosen) -> new Group(
                        name,
                        pattern,
                        Duration.ofSeconds(1),
                        Duration.ZERO,
                        Optional.empty(),
                        new TopicPattern("plant/{name}", name, pattern),
                        0,
                        false,
                        format instanceof Format.Template ? template(chosen) : format,
                        chosen,
                        List.of()));
    }

    private static Format template(List<Metric> metrics) {
        return new Format.Template(TEMPLATE.formatted(
                metrics.stream().map(metric -> "{" + metric.name() + "}").collect(Collectors.joining(";"))));
    }

    private static Arbitrary<String> text(List<String> characters) {
        return Arbitraries.of(characters).list().ofMinSize(1).ofMaxSize(8).map(list -> String.join("", list));
    }
}
