package dev.sensorline.ingestor.telegraf;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.sensorline.ingestor.settings.Configured;
import dev.sensorline.points.Point;
import dev.sensorline.points.Reading;
import dev.sensorline.points.decoding.Decoder;
import dev.sensorline.servers.Feature;
import dev.sensorline.servers.ProjectTree;
import dev.sensorline.servers.junit.Needs;
import io.smallrye.config.PropertiesConfigSource;

/**
 * Telegraf as a second opinion: it reads the same random payloads as the ingestor, and the points are the same, except for what
 * docs/guide/from-telegraf.md explains. More payloads: {@code -Dsensorline.samples=1000000}.
 */
@Needs({Feature.TELEGRAF, Feature.MOSQUITTO})
class TelegrafTest {

    private static final int SAMPLES = Integer.getInteger("sensorline.samples", 10_000);
    /** Times before it are those of arrivals at the ingestor, which are small numbers here. */
    private static final long SOME_DAYS_NANOS = 1_000_000_000_000_000L;
    /** Times after it are those of arrivals at Telegraf. */
    private static final long AFTER_ALL_SAMPLES_NANOS = 1_720_000_000_000_000_000L;

    /**
     * What both are to read.
     *
     * @param rule    keys of a rule, one a line
     * @param parser  the settings of Telegraf's parser
     * @param valid   a payload that Telegraf makes a point of
     * @param samples the payloads
     */
    record Case(String rule, String parser, byte[] valid, List<Sample> samples) {

        Case(String rule, String parser, byte[] valid, Supplier<Sample> samples) {
            this(rule, parser, valid, Stream.generate(samples).limit(SAMPLES).toList());
        }

        Case(String rule, String parser, String valid, Supplier<Sample> samples) {
            this(rule, parser, valid.getBytes(UTF_8), samples);
        }

        /** With a recorded payload. */
        Case(String rule, String parser, Sample recorded) {
            this(rule, parser, recorded.payload(), List.of(recorded));
        }
    }

    private static final Map<String, Case> CASES = cases();
    private static final Map<String, List<ReadPoint>> TELEGRAFS = new HashMap<>();

    private static Map<String, Case> cases() {
        Map<String, Case> cases = new LinkedHashMap<>();
        cases.put(
                "object",
                new Case("""
                fields=temp:float?=/env/temp, hum:integer?=/env/hum, second:float?=/list/1, rain:boolean?, sky:string?
                tags=site=/site
                time=/at
                """, """
                data_format = 'json_v2'
                [[INPUT.json_v2]]
                timestamp_path = 'at'
                timestamp_format = 'unix_ms'
                [[INPUT.json_v2.field]]
                path = 'env.temp'
                type = 'float'
                optional = true
                [[INPUT.json_v2.field]]
                path = 'env.hum'
                type = 'int'
                optional = true
                [[INPUT.json_v2.field]]
                path = 'list.1'
                rename = 'second'
                type = 'float'
                optional = true
                [[INPUT.json_v2.field]]
                path = 'rain'
                type = 'bool'
                optional = true
                [[INPUT.json_v2.field]]
                path = 'sky'
                type = 'string'
                optional = true
                [[INPUT.json_v2.tag]]
                path = 'site'
                optional = true
                """, "{\"env\":{\"temp\":1},\"at\":1700000000000}", new JsonSamples(1)::object));
        String fields = """
                optional = true
                disable_prepend_keys = true
                included_keys = ['reading', 'n', 'id', 't']
                tags = ['id']
                timestamp_key = 't'
                timestamp_format = 'unix_ms'
                [INPUT.json_v2.object.fields]
                reading = 'float'
                n = 'int'
                """;
        cases.put(
                "array",
                new Case(
                        """
                fields=reading:float?=/values/{v}/reading, n:integer?=/values/{v}/n
                tags=id=/values/{v}/id, site=/site
                time=/values/{v}/t
                """,
                        """
                data_format = 'json_v2'
                [[INPUT.json_v2]]
                [[INPUT.json_v2.tag]]
                path = 'site'
                optional = true
                [[INPUT.json_v2.object]]
                path = 'values'
                """ + fields,
                        "{\"values\":[{\"reading\":1,\"t\":1700000000000}]}",
                        new JsonSamples(2)::array));
        cases.put(
                "batch",
                new Case("""
                fields=reading:float?=/{v}/reading, n:integer?=/{v}/n
                tags=id=/{v}/id
                time=/{v}/t
                """, """
                data_format = 'json_v2'
                [[INPUT.json_v2]]
                [[INPUT.json_v2.object]]
                path = '@this'
                """ + fields, "[{\"reading\":1,\"t\":1700000000000}]", new JsonSamples(3)::batch));
        cases.put("bare", new Case("""
                format=value
                fields=value
                """, """
                data_format = 'value'
                data_type = 'float'
                """, "1", new JsonSamples(4)::bare));
        Map.<String, UnaryOperator<byte[]>>of("cbor", BinaryDocument::cbor, "msgpack", BinaryDocument::messagePack)
                .forEach((format, encoder) -> {
                    JsonSamples samples = new JsonSamples(format.length());
                    cases.put(
                            format,
                            new Case(
                                    """
                            format=%s
                            fields=reading:float?=/{v}/reading, n:integer?=/{v}/n
                            tags=id=/{v}/id
                            time=/{v}/t
                            """.formatted(format),
                                    """
                            data_format = 'xpath_%s'
                            [[INPUT.xpath]]
                            metric_selection = '/*'
                            timestamp = 't'
                            timestamp_format = 'unix_ms'
                            [INPUT.xpath.tags]
                            id = 'id'
                            [INPUT.xpath.fields]
                            reading = 'number(reading)'
                            [INPUT.xpath.fields_int]
                            n = 'n'
                            """.formatted(format),
                                    encoder.apply("[{\"reading\":1,\"t\":1700000000000}]".getBytes(UTF_8)),
                                    () -> samples.binaryBatch(encoder)));
                });
        cases.put("line", new Case("""
                format=line
                """, """
                data_format = 'influx'
                """, "weather temp=1 1700000000000000000", new TextSamples(7)::lines));
        cases.put("csv", new Case("""
                format=csv
                columns=t, id, temp, hum
                fields=temp, hum:integer
                tags=id=/id
                time=/t
                """, """
                data_format = 'csv'
                csv_column_names = ['t', 'id', 'temp', 'hum']
                csv_column_types = ['int', 'string', 'float', 'int']
                csv_tag_columns = ['id']
                csv_timestamp_column = 't'
                csv_timestamp_format = 'unix_ms'
                """, "1700000000000,a,1,1", new TextSamples(8)::rows));
        cases.put(
                "ttn",
                new Case("""
                fields={m}=/uplink_message/decoded_payload/{m}, f_cnt:integer?=/uplink_message/f_cnt, rssi:float?=/uplink_message/rx_metadata/0/rssi
                time=/uplink_message/received_at
                time-unit=iso8601
                """, """
                data_format = 'json_v2'
                [[INPUT.json_v2]]
                timestamp_path = 'uplink_message.received_at'
                timestamp_format = '2006-01-02T15:04:05.999999999Z07:00'
                [[INPUT.json_v2.field]]
                path = 'uplink_message.f_cnt'
                type = 'int'
                [[INPUT.json_v2.field]]
                path = 'uplink_message.rx_metadata.0.rssi'
                type = 'float'
                [[INPUT.json_v2.object]]
                path = 'uplink_message.decoded_payload'
                """, recipe("The Things Network", "members of other types", Difference.ONLY_TELEGRAF)));
        cases.put("modbus", new Case("""
                fields=value:float?=/r_data/{i}/value
                tags=name=/r_data/{i}/name, unit_id=/r_data/{i}/slave
                time=/ts
                time-unit=s
                """, """
                data_format = 'json_v2'
                [[INPUT.json_v2]]
                timestamp_path = 'ts'
                timestamp_format = 'unix'
                [[INPUT.json_v2.object]]
                path = 'r_data'
                included_keys = ['name', 'slave', 'value']
                tags = ['name', 'slave']
                [INPUT.json_v2.object.renames]
                slave = 'unit_id'
                [INPUT.json_v2.object.fields]
                value = 'float'
                """, recipe("A Modbus gateway", "", Difference.NONE)));
        return cases;
    }

    /** The message of a recipe in the guide. */
    private static Sample recipe(String title, String odd, Difference difference) {
        try {
            String page = Files.readString(ProjectTree.root().resolve("docs/guide/recipes.md"));
            String section = page.substring(page.indexOf("## " + title));
            int start = section.indexOf("```json\n") + "```json\n".length();
            return Sample.odd(section.substring(start, section.indexOf("```", start)), odd, difference);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @BeforeAll
    static void letTelegrafRead() {
        Map<String, String> parsers = new LinkedHashMap<>();
        Map<String, byte[]> valid = new LinkedHashMap<>();
        Map<String, byte[]> payloads = new LinkedHashMap<>();
        CASES.forEach((name, each) -> {
            parsers.put(name, each.parser);
            valid.put(name, each.valid);
            List<Sample> samples = each.samples;
            for (int i = 0; i < samples.size(); i++) {
                payloads.put(name + "/" + i, samples.get(i).payload());
            }
        });
        try (Telegraf telegraf = new Telegraf(parsers, valid)) {
            telegraf.read(payloads, valid)
                    .forEach(point -> TELEGRAFS
                            .computeIfAbsent(
                                    point.measurement() + "/" + point.tags().get("key"), key -> new ArrayList<>())
                            .add(point.timeNanos() > AFTER_ALL_SAMPLES_NANOS ? point.at(0) : point));
        }
    }

    @AfterAll
    static void forget() {
        TELEGRAFS.clear();
    }

    static Set<String> names() {
        return CASES.keySet();
    }

    @ParameterizedTest
    @MethodSource("names")
    void the_points_are_those_of_telegraf_except_for_explained_differences(String name) {
        Decoder decoder = decoder(name, CASES.get(name).rule);
        List<String> unexplained = new ArrayList<>();
        Set<Difference> expected = EnumSet.of(Difference.NONE);
        Set<Difference> seen = EnumSet.noneOf(Difference.class);
        int points = 0;
        List<Sample> samples = CASES.get(name).samples;
        for (int i = 0; i < samples.size(); i++) {
            Sample sample = samples.get(i);
            List<ReadPoint> ours = read(decoder, name + "/" + i, sample.payload());
            List<ReadPoint> theirs = TELEGRAFS.getOrDefault(name + "/" + i, List.of());
            Difference difference = Difference.of(ours, theirs);
            points += ours.size();
            expected.add(sample.difference());
            seen.add(difference);
            if (difference != Difference.NONE && difference != sample.difference()) {
                unexplained.add("%s (%s instead of %s)%n  %s%n  ingestor %s%n  Telegraf %s"
                        .formatted(sample.odd(), difference, sample.difference(), sample, ours, theirs));
            }
        }
        System.out.printf("[telegraf] %s: %d payloads, %d points%n", name, samples.size(), points);
        assertTrue(
                unexplained.isEmpty(),
                () -> unexplained.size() + ", such as\n"
                        + String.join("\n", unexplained.subList(0, Math.min(10, unexplained.size()))));
        seen.add(Difference.NONE);
        assertEquals(expected, seen, "a difference that is explained is no longer there");
        assertTrue(points > samples.size() / 2, "few are read");
    }

    private static Decoder decoder(String name, String rule) {
        Map<String, String> settings = new HashMap<>();
        String prefix = "ingestor.rules." + name + ".";
        settings.put(prefix + "topic", name + "/{key}");
        settings.put(prefix + "measurement", name);
        rule.lines().map(line -> line.split("=", 2)).forEach(setting -> settings.put(prefix + setting[0], setting[1]));
        return new Decoder(Configured.rules(new PropertiesConfigSource(settings, "test", 300)), 10_000);
    }

    private static List<ReadPoint> read(Decoder decoder, String topic, byte[] payload) {
        return decoder.decode(new Reading(topic, payload, payload.length, 1)).stream()
                .filter(Point.class::isInstance)
                .map(Point.class::cast)
                .map(point -> ReadPoint.of(point, point.timeNanos() < SOME_DAYS_NANOS ? 0 : point.timeNanos()))
                .toList();
    }
}
