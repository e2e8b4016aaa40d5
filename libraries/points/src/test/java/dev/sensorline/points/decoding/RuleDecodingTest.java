package dev.sensorline.points.decoding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.sensorline.points.Decoded;
import dev.sensorline.points.Field;
import dev.sensorline.points.FieldsPoint;
import dev.sensorline.points.FloatPoint;
import dev.sensorline.points.Ignored;
import dev.sensorline.points.Point;
import dev.sensorline.points.Reading;
import dev.sensorline.points.Rejection;
import dev.sensorline.points.rules.Condition;
import dev.sensorline.points.rules.DecimalMark;
import dev.sensorline.points.rules.FieldText;
import dev.sensorline.points.rules.InvalidTime;
import dev.sensorline.points.rules.Rule;
import dev.sensorline.points.rules.RuleBuilder;
import dev.sensorline.points.rules.SameTime;
import dev.sensorline.points.rules.SourceText;
import dev.sensorline.points.rules.TagText;
import dev.sensorline.points.rules.TimeFormat;
import dev.sensorline.points.rules.TimeUnit;
import dev.sensorline.points.rules.TopicFilter;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Decodes readings with rules other than the default. */
class RuleDecodingTest {

    private static final long ARRIVAL = 1_700_000_000_123_456_789L;

    @ParameterizedTest
    @CsvSource({
        "plant/{site}/{line}/{name},plant/north/7/T1,'sensor,line=7,name=T1,site=north'",
        "plant/{site}/#,plant/north/7/T1,'sensor,site=north'",
        "plant/+/{line}/+,plant/north/7/T1,'sensor,line=7'",
        "plant/{site}/{line}/{name},plant//7/,'sensor,line=7'",
        "plant/{site}/{line}/{name},plant///,sensor",
        "/sensor/{name},/sensor/T1,'sensor,name=T1'",
        "/sensor/+,/sensor/T1,'sensor,name=T1'",
        "{site}/sensor/{name},/sensor/T1,'sensor,name=T1'",
        "+/+/{name},/sensor/T1,'sensor,name=T1'",
        "{a}/+/{b}/#,x/y/z,'sensor,a=x,b=z'",
        "plant/+/+,plant/north/T 1,'sensor,name=T\\ 1'",
        "$share/group/plant/{site}/+,plant/north/T1,'sensor,site=north'"
    })
    void named_levels_are_tags_or_else_the_last_level_is_the_name(String filter, String topic, String series) {
        Point point = assertInstanceOf(Point.class, decode(TestDecoders.forFilters(filter), topic, "1"));
        assertEquals(series, point.series().key());
    }

    @Test
    void measurement_and_tags_come_from_topic_payload_and_constants() {
        Decoder decoder = decoder(
                "plant/{site}/{kind}/{name}",
                builder -> builder.measurement(SourceText.parse("{kind}"))
                        .tags(tags("country=de", "place={site}", "path={topic}", "unit=/meta/unit", "channel=/ch")));
        assertEquals(
                "temp,channel=3,country=de,name=T1,path=plant/north/temp/T1,place=north,unit=°C",
                assertInstanceOf(
                                Point.class,
                                decode(
                                        decoder,
                                        "plant/north/temp/T1",
                                        "{\"value\":1,\"meta\":{\"unit\":\"°C\"},\"ch\":3}"))
                        .series()
                        .key());
        assertEquals(
                "temp,country=de,name=T1,path=plant/north/temp/T1,place=north",
                assertInstanceOf(Point.class, decode(decoder, "plant/north/temp/T1", "1"))
                        .series()
                        .key());
        assertEquals(
                "hum,country=de,name=T1,path=plant/south/hum/T1,place=south,type=x",
                assertInstanceOf(Point.class, decode(decoder, "plant/south/hum/T1", "{\"type\":\"x\",\"value\":2}"))
                        .series()
                        .key());
    }

    @Test
    void the_rule_with_the_narrowest_filter_applies() {
        Decoder decoder = TestDecoders.forRules(
                new RuleBuilder(TopicFilter.parse("plant/#"))
                        .measurement(SourceText.parse("all"))
                        .build(Rule.Origin.of("A")),
                new RuleBuilder(TopicFilter.parse("plant/{site}/temp"))
                        .measurement(SourceText.parse("some"))
                        .build(Rule.Origin.of("B")),
                new RuleBuilder(TopicFilter.parse("plant/north/temp"))
                        .measurement(SourceText.parse("one"))
                        .build(Rule.Origin.of("C")));
        assertEquals(
                "one,name=temp",
                ((Point) decode(decoder, "plant/north/temp", "1")).series().key());
        assertEquals(
                "some,site=south",
                ((Point) decode(decoder, "plant/south/temp", "1")).series().key());
        assertEquals(
                "all,name=hum",
                ((Point) decode(decoder, "plant/south/hum", "1")).series().key());
    }

    @Test
    void a_reading_may_have_several_fields_at_any_depth() {
        Decoder decoder = decoder(
                "weather/{station}/{channel}",
                builder -> builder.fields(fields(
                        "temp=/env/0/temp",
                        "hum:integer=/env/1/hum",
                        "raining:boolean=/rain",
                        "sky:string=/sky",
                        "ch:integer={channel}",
                        "odd=/a~0~1b")));
        assertEquals(
                List.of(
                        new Field.OfInteger("ch", 7),
                        new Field.OfFloat("temp", 21.5),
                        new Field.OfInteger("hum", 40),
                        new Field.OfBoolean("raining", false),
                        new Field.OfString("sky", "a \"b\"\\\n"),
                        new Field.OfFloat("odd", -1)),
                fieldsOf(decode(
                        decoder,
                        "weather/S1/7",
                        "{\"env\":[{\"temp\":21.5,\"x\":{\"temp\":9}},{\"hum\":40}],"
                                + "\"rain\":false,\"sky\":\"a \\\"b\\\"\\\\\\n\",\"a~/b\":-1,\"temp\":8}")));
    }

    @Test
    void absent_and_null_fields_are_omitted_and_at_least_one_is_required() {
        Decoder decoder = decoder("w/+", builder -> builder.fields(fields("a=/x/a", "b=/x/b", "c=/c")));
        assertEquals(
                List.of(new Field.OfFloat("b", 2)), fieldsOf(decode(decoder, "w/1", "{\"x\":{\"a\":null,\"b\":2}}")));
        assertEquals("no_value", reasonOf(decode(decoder, "w/1", "{\"x\":{\"a\":null},\"y\":1}")));
        assertEquals("no_value", reasonOf(decode(decoder, "w/1", "{\"x\":[1,2]}")));
        assertEquals("no_value", reasonOf(decode(decoder, "w/1", "5")), "it could be any of three fields");
    }

    @Test
    void the_last_occurrence_of_a_repeated_member_replaces_the_others_as_a_whole() {
        Decoder decoder = decoder("w/+", builder -> builder.fields(fields("a=/x/a", "b=/x/b")));
        assertEquals(
                List.of(new Field.OfFloat("b", 2)),
                fieldsOf(decode(decoder, "w/1", "{\"x\":{\"a\":1,\"b\":1},\"x\":{\"b\":2}}")));
        assertEquals("no_value", reasonOf(decode(decoder, "w/1", "{\"x\":{\"a\":1},\"x\":7}")));
    }

    @Test
    void an_array_is_read_if_a_pointer_leads_into_it() {
        Decoder decoder = decoder("w/+", builder -> builder.fields(fields("a=/0", "b=/2/v")));
        assertEquals(
                List.of(new Field.OfFloat("a", 1), new Field.OfFloat("b", 3)),
                fieldsOf(decode(decoder, "w/1", "[1,[8,9],{\"v\":3}]")));
        assertEquals("malformed_json", reasonOf(decode(decoder, "w/1", "[1,2")));
    }

    @Test
    void values_of_a_reading_do_not_appear_in_the_next() {
        Decoder decoder = decoder(
                "w/+",
                builder -> builder.fields(fields("a", "b"))
                        .tags(tags("t=/t"))
                        .time(SourceText.parse("/at"), Optional.of(TimeUnit.S)));
        assertEquals(
                List.of(new Field.OfFloat("a", 1), new Field.OfFloat("b", 2)),
                fieldsOf(decode(decoder, "w/1", "{\"a\":1,\"b\":2,\"t\":\"x\",\"at\":1700000000}")));
        FieldsPoint next = assertInstanceOf(FieldsPoint.class, decode(decoder, "w/1", "{\"a\":3}"));
        assertEquals(List.of(new Field.OfFloat("a", 3)), next.fields());
        assertEquals("sensor,name=1", next.series().key());
        assertEquals(ARRIVAL, next.timeNanos());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "float|1|1.0",
                "float|{\"v\":1}|1.0",
                "float|{\"v\":\" 1.5 \"}|1.5",
                "float|{\"v\":true}|not_a_number",
                "float|{\"v\":{}}|no_value",
                "float|{\"v\":[1]}|no_value",
                "float|{\"v\":1e999}|not_finite",
                "float|{\"v\":\"\"}|not_a_number",
                "float|{\"v\":\"NaN\"}|not_finite",
                "integer|12|12",
                "integer|{\"v\":-12}|-12",
                "integer|{\"v\":12.0}|12",
                "integer|{\"v\":1e3}|1000",
                "integer|{\"v\":\"+12\"}|12",
                "integer|9223372036854775807|9223372036854775807",
                "integer|{\"v\":9223372036854775807}|9223372036854775807",
                "integer|{\"v\":-9223372036854775808}|-9223372036854775808",
                "integer|{\"v\":9223372036854775808}|not_a_number",
                "integer|9223372036854775808|not_a_number",
                "integer|{\"v\":1.5}|not_a_number",
                "integer|{\"v\":1e300}|not_a_number",
                "integer|{\"v\":\"٣\"}|not_a_number",
                "integer|1.0|1",
                "integer|412.0|412",
                "integer|{\"v\":\" 412\"}|412",
                "integer|{\"v\":\"412.0\"}|412",
                "integer|{\"v\":\"-4.12e2 \"}|-412",
                "integer|{\"v\":1.134553e8}|113455300",
                "integer|{\"v\":\"9223372036854775807.0\"}|9223372036854775807",
                "integer|{\"v\":9007199254740993.0}|9007199254740993",
                "integer|{\"v\":\"412.5\"}|not_a_number",
                "integer|{\"v\":\"4 12\"}|not_a_number",
                "integer|1e999999999|not_a_number",
                "integer|1e99999999999|not_a_number",
                "integer|1e-999999999|not_a_number",
                "integer|nan|not_finite",
                "integer|{\"v\":[]}|no_value",
                "integer|{\"v\":\"-\"}|not_a_number",
                "boolean|true|true",
                "boolean|{\"v\":false}|false",
                "boolean|{\"v\":1}|true",
                "boolean|{\"v\":\"0\"}|false",
                "boolean|{\"v\":2}|no_value",
                "boolean|{\"v\":\"maybe\"}|no_value",
                "boolean|{\"v\":1.0}|true",
                "boolean|0.0|false",
                "boolean|ON|true",
                "boolean|off|false",
                "boolean|Yes|true",
                "boolean|no|false",
                "boolean|{\"v\":\"OPEN\"}|true",
                "boolean|{\"v\":\" closed \"}|false",
                "boolean|True|true",
                "boolean|{\"v\":\"FALSE\"}|false",
                "boolean|{\"v\":\"\"}|no_value",
                "bit|ON|1",
                "bit|{\"v\":true}|1",
                "bit|{\"v\":\"closed\"}|0",
                "bit|{\"v\":1.0}|1",
                "bit|2|no_value",
                "bit|{\"v\":[]}|no_value",
                "boolean|{\"v\":{}}|no_value",
                "string|open|open",
                "string| a b |a b",
                "string|{\"v\":\"open\"}|open",
                "string|{\"v\":1.50}|1.50",
                "string|{\"v\":true}|true",
                "string|{\"v\":\"\"}|''",
                "string|{\"v\":\"\\ud800\"}|no_value",
                "string|{\"v\":{}}|no_value",
                "string|\"OFF\"|OFF",
                "string|\"a \\\"b\\\"\"|a \"b\"",
                "string|\"a\" and \"b\"|\"a\" and \"b\"",
                "string|\"|\"",
                "string|'ON\0'|ON",
                "string|\uFEFFON|ON",
                "boolean|\"OFF\"|false",
                "integer|\" 412.0\"|412",
                "float|{\"v\":nan}|not_finite",
                "integer|{\"v\":-inf}|not_finite",
                "quantity|{\"v\":Infinity}|not_finite",
                "boolean|{\"v\":NaN}|no_value",
                "string|{broken|malformed_json"
            })
    void a_field_has_the_type_of_its_rule(String type, String payload, String expected) {
        Decoded decoded = decode(decoder("w/+", builder -> builder.fields(fields("v:" + type))), "w/1", payload);
        assertEquals(expected, valueOf(decoded), decoded::toString);
    }

    /** The value of the first field, or the reason of the rejection. */
    private static String valueOf(Decoded decoded) {
        if (decoded instanceof Rejection rejection) {
            return rejection.reason().key();
        }
        if (decoded instanceof FloatPoint point) {
            return Double.toString(point.value());
        }
        Field field = fieldsOf(decoded).get(0);
        if (field instanceof Field.OfFloat real) {
            return Double.toString(real.value());
        }
        if (field instanceof Field.OfInteger integer) {
            return Long.toString(integer.value());
        }
        return field instanceof Field.OfBoolean truth
                ? Boolean.toString(truth.value())
                : ((Field.OfString) field).value();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "20.6 °C|20.6",
                "45%|45.0",
                "-7 ℃|-7.0",
                "20.6C|20.6",
                "12 µg/m³|12.0",
                "9.99 €|9.99",
                "-3 dBm|-3.0",
                "−3 dBm|-3.0",
                "+.5e1 V|5.0",
                "1013.25hPa|1013.25",
                "20.6\u00a0°C|20.6",
                "' 12 '|12.0",
                "3.2 m³/h|3.2",
                "400 ppm CO2|400.0",
                "7 /min|7.0",
                "5 eV|5.0",
                "5e|5.0",
                "1e999 W|not_finite",
                "nan °C|not_finite",
                "-Infinity|not_finite",
                "20,6 °C|not_a_number",
                "1,234.5 kWh|not_a_number",
                "12 000 kWh|not_a_number",
                "12'000 kWh|not_a_number",
                "1_000|not_a_number",
                "0x1F|not_a_number",
                "0xA|not_a_number",
                "21:30|not_a_number",
                "2023-01-10|not_a_number",
                "1.2.3|not_a_number",
                "5 - 7 V|not_a_number",
                "12/5|not_a_number",
                "3 h 20 min|not_a_number",
                "20.6 °C (68 °F)|not_a_number",
                "°C|not_a_number",
                "unknown|not_a_number",
                "٣ V|not_a_number"
            })
    void a_quantity_is_the_number_in_front_of_a_unit(String payload, String expected) {
        Decoder decoder = decoder("w/+", builder -> builder.fields(fields("v:quantity")));
        assertEquals(expected, valueOf(decode(decoder, "w/1", payload)));
        assertEquals(expected, valueOf(decode(decoder, "w/1", "{\"v\":\"" + payload + "\"}")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "float|20,6|20.6",
                "float|-,5|-0.5",
                "float|20|20.0",
                "float|20,6 °C|not_a_number",
                "float|{\"v\":20.6}|20.6",
                "float|{\"v\":\"20,6\"}|20.6",
                "quantity|20,6 °C|20.6",
                "quantity|{\"v\":20.6}|20.6",
                "quantity|{\"v\":1e999}|not_finite",
                "quantity|{\"v\":true}|not_a_number",
                "quantity|20.6|not_a_number",
                "quantity|1.234,5 kWh|not_a_number",
                "quantity|1.234 kWh|not_a_number"
            })
    void a_decimal_comma_is_read_where_the_rule_says_so(String type, String payload, String expected) {
        Decoder decoder =
                decoder("w/+", builder -> builder.decimalMark(DecimalMark.COMMA).fields(fields("v:" + type)));
        assertEquals(expected, valueOf(decode(decoder, "w/1", payload)));
    }

    @Test
    void what_is_not_of_the_type_of_an_optional_field_is_absent() {
        Decoder decoder = decoder(
                "w/{ch}",
                builder -> builder.fields(fields(
                        "a:float?=/A/t",
                        "b:float?=/B/t",
                        "c:float?=/C",
                        "n:integer?=/n",
                        "on:boolean?=/on",
                        "text:string?=/text",
                        "ch:integer?={ch}")));
        assertEquals(
                List.of(new Field.OfInteger("ch", 1), new Field.OfFloat("b", 2)),
                fieldsOf(decode(
                        decoder,
                        "w/1",
                        "{\"A\":{\"t\":\"nan\"},\"B\":{\"t\":2},\"C\":nan,\"n\":1.5,\"on\":{},\"text\":[]}")));
        assertEquals(
                List.of(new Field.OfBoolean("on", true)),
                fieldsOf(decode(decoder, "w/x", "{\"A\":{\"t\":[1]},\"B\":7,\"on\":\"on\"}")));
        assertEquals("malformed_json", reasonOf(decode(decoder, "w/1", "{\"B\":{\"t\":2}")));
    }

    @Test
    void an_array_where_another_device_sends_a_number_leaves_the_other_fields() {
        Decoder decoder = decoder(
                "tele/{plug}/SENSOR",
                builder -> builder.fields(
                        fields("power:float?=/ENERGY/Power", "l1=/ENERGY/Power/0", "total=/ENERGY/Total")));
        assertEquals(
                List.of(new Field.OfFloat("l1", 11), new Field.OfFloat("total", 3)),
                fieldsOf(decode(decoder, "tele/P1/SENSOR", "{\"ENERGY\":{\"Power\":[11,0,0],\"Total\":3}}")));
        assertEquals(
                List.of(new Field.OfFloat("power", 12), new Field.OfFloat("total", 3)),
                fieldsOf(decode(decoder, "tele/P1/SENSOR", "{\"ENERGY\":{\"Power\":12,\"Total\":3}}")));
    }

    @Test
    void text_in_invalid_utf8_has_its_own_reason() {
        Decoder decoder = decoder("w/+", builder -> builder.fields(fields("v:string")));
        assertEquals(
                "not_utf8",
                reasonOf(TestDecoders.one(decoder, new Reading("w/1", new byte[] {(byte) 0xff}, 1, ARRIVAL))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "s|1700000000|1700000000000000000",
                "s|1700000000.5|1700000000500000000",
                "s|-1.25|-1250000000",
                "s|1700000000.1234567891|1700000000123456789",
                "s|\"1700000000\"|1700000000000000000",
                "s|1e9|1000000000000000000",
                "s|1.7000000005e9|1700000000500000000",
                "s|\" 1.7E+9 \"|1700000000000000000",
                "s|1.70000000012345678999e9|1700000000123456789",
                "s|\"1_0\"|bad_time",
                "s|\"٣\"|bad_time",
                "s|\"0x10\"|bad_time",
                "s|1e10|bad_time",
                "s|\"1e999999999\"|bad_time",
                "s|9223372037|bad_time",
                "s|99999999999999999999.5|bad_time",
                "s|true|bad_time",
                "ms|1700000000123|1700000000123000000",
                "ms|1.5|1500000",
                "ms|1700000000123.75|1700000000123750000",
                "ms|1.7e+12|1700000000000000000",
                "us|1700000000123456.25|1700000000123456250",
                "ns|1.700000000123456789e18|1700000000123456789",
                "ns|\"1700000000123456789.9\"|1700000000123456789",
                "ms|\"1700000000123\"|1700000000123000000",
                "us|1700000000123456|1700000000123456000",
                "us|9223372036854775807|bad_time",
                "ns|1700000000123456789|1700000000123456789",
                "ns|9223372036854775807|bad_time",
                "ns|-9223372036854775808|1700000000123456789",
                "ns|9223372036854775805|9223372036854775805",
                "ns|9223372036854775808|bad_time",
                "iso8601|\"2023-11-14T22:13:20Z\"|1700000000000000000",
                "iso8601|\"2023-11-15T00:13:20.123456789+02:00\"|" + "1700000000123456789",
                "iso8601|\"2023-11-14t22:13:20.5z\"|1700000000500000000",
                "iso8601|1700000000|bad_time",
                "iso8601|\"2023-01-10T22:55:31+0100\"|1673387731000000000",
                "iso8601|\"2023-01-10 22:55:31Z\"|1673391331000000000",
                "iso8601|\"2023-01-10 22:55:31 +01\"|1673387731000000000",
                "iso8601|\"2023-01-10T22:55:31,5-01:30\"|1673396731500000000",
                "iso8601|\" 2023-01-10 22:55:31.0000000019 UTC \"|1673391331000000001",
                "iso8601|\"2023-01-10T22:55Z\"|1673391300000000000",
                "iso8601|\"20230110T225531.5Z\"|1673391331500000000",
                "iso8601|\"2023-01-10T22:55:31+25:00\"|bad_time",
                "iso8601|\"2023-02-30T22:55:31Z\"|bad_time",
                "iso8601|\"2023-01-10X22:55:31Z\"|bad_time",
                "iso8601|\"2023-11-14\"|bad_time",
                // The end of a day, and the leap second of 2016.
                "iso8601|\"2023-11-14T24:00:00Z\"|1700006400000000000",
                "iso8601|\"20231114T2400+0100\"|1700002800000000000",
                "iso8601|\"2023-11-14T24:00:00.000Z\"|1700006400000000000",
                "iso8601|\"2023-11-14T24:00:01Z\"|bad_time",
                "iso8601|\"2023-11-14T24:01:00Z\"|bad_time",
                "iso8601|\"2023-11-14T24:00:00.5Z\"|bad_time",
                "iso8601|\"2023-11-14T25:00:00Z\"|bad_time",
                "iso8601|\"2016-12-31T23:59:60Z\"|1483228800000000000",
                "iso8601|\"2016-12-31T15:59:60.5-08:00\"|1483228800500000000",
                "iso8601|\"2016-12-31T23:59:61Z\"|bad_time",
                "iso8601|\"2016-12-31T22:59:60Z\"|bad_time",
                "iso8601|\"2016-12-30T23:59:60Z\"|bad_time",
                "iso8601|\"2023-11-14T22:13:20\"|bad_time",
                "iso8601|\"2262-04-12T00:00:00Z\"|bad_time",
                "iso8601|\"9999-12-31T23:59:59Z\"|bad_time",
                "iso8601|true|bad_time",
                "ms|{}|bad_time",
                "ms|null|1700000000123456789"
            })
    void the_time_has_the_unit_of_its_rule(String unit, String time, String expected) {
        Decoded decoded = decode(
                decoder(
                        "w/+",
                        builder -> builder.fields(fields("v"))
                                .time(
                                        SourceText.parse("/meta/at"),
                                        Optional.of(TimeUnit.valueOf(unit.toUpperCase(Locale.ROOT))))
                                .timeEarliest(Instant.parse("1678-01-01T00:00:00Z"))),
                "w/1",
                "{\"v\":1,\"meta\":{\"at\":" + time + "}}");
        assertEquals(expected, decoded instanceof Point point ? Long.toString(point.timeNanos()) : reasonOf(decoded));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Europe/Berlin||2023-01-10T22:55:31|1673387731",
                "Europe/Berlin||2023-07-10 22:55:31.5|1689022531",
                "Europe/Berlin||2023-07-10T22:55:31Z|1689029731",
                "Europe/Berlin||2023-01-10T24:00:00|1673391600",
                "Europe/Berlin||2017-01-01T00:59:60|1483228800",
                "+05:30||2023-01-10T22:55:31|1673371531",
                "Europe/Berlin|dd.MM.yyyy HH:mm:ss|10.01.2023 22:55:31|1673387731",
                "|dd.MM.yyyy HH:mm:ss XXX|10.01.2023 22:55:31 +01:00|1673387731",
                "|yyyyMMdd'T'HHmmssX|20230110T215531Z|1673387731",
                "UTC|yyyyMMddHHmmssSSS|20230110215531123|1673387731",
                "|EEE, dd MMM yyyy HH:mm:ss Z|Tue, 10 Jan 2023 21:55:31 +0000|1673387731",
                "UTC|d MMMM yy h:mm a|10 january 23 9:55 pm|1673387700",
                "UTC|yyyy-MM-dd|2023-01-10|1673308800",
                "UTC|yyyy/D HH:mm|2023/10 21:55|1673387700",
                "|yyyy-MM-dd HH:mm VV|2023-01-10 22:55 Europe/Berlin|1673387700",
                "UTC|dd.MM.yyyy HH:mm|30.02.2023 22:55|bad_time",
                "UTC|dd.MM.yyyy HH:mm|10.01.2023|bad_time",
                "UTC|dd.MM.yyyy HH:mm|2023-01-10T22:55:31Z|bad_time"
            })
    void a_text_has_the_zone_and_the_format_of_its_rule(String zone, String format, String time, String expected) {
        Decoder decoder = decoder("w/+", builder -> {
            builder.fields(fields("v")).time(SourceText.parse("/at"), Optional.of(TimeUnit.ISO8601));
            Optional.ofNullable(zone).map(ZoneId::of).ifPresent(builder::timeZone);
            Optional.ofNullable(format).map(TimeFormat::parse).ifPresent(builder::timeFormat);
            return builder;
        });
        Decoded decoded = decode(decoder, "w/1", "{\"v\":1,\"at\":\"" + time + "\"}");
        assertEquals(
                expected,
                decoded instanceof Point point ? Long.toString(point.timeNanos() / 1_000_000_000) : reasonOf(decoded));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HH:mm",
                "yyyy",
                "MM-dd HH:mm",
                "yyyy-MM-dd hh:mm",
                "yyyy-MM-dd z",
                "yyyy-MM-dd QQQ",
                "yyyy-MM-dd ZZZZ",
                "yyyy-MM-dd 'T",
                "yyyy-MM-dd MMMMM",
                "yyyy-MM-dd {",
                "w YYYY"
            })
    void a_format_without_a_whole_date_or_with_other_letters_is_refused(String format) {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> TimeFormat.parse(format))
                .getMessage()
                .startsWith("must be a pattern with a whole date"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ms|0|arrival|arrival",
                "ms|0|reject|bad_time",
                "ms|1700000000|reject|bad_time",
                "ms|\"\"|reject|bad_time",
                "ms|1262304000000|reject|1262304000000000000",
                "ms|1262303999999|arrival|arrival",
                "iso8601|\"1970-01-01T00:00:05Z\"|arrival|arrival",
                "iso8601|\"1970-01-01T00:00:05Z\"|reject|bad_time",
                "iso8601|\"0000-00-00T00:00:00\"|arrival|arrival",
                "iso8601|\"\"|arrival|arrival",
                "iso8601|0|arrival|arrival",
                "iso8601|\"soon\"|arrival|bad_time",
                "ms|null|reject|arrival"
            })
    void a_time_before_the_earliest_is_that_of_a_clock_that_is_not_set(
            String unit, String time, String invalid, String expected) {
        Decoder decoder = decoder(
                "w/+",
                builder -> builder.fields(fields("v"))
                        .time(SourceText.parse("/at"), Optional.of(TimeUnit.valueOf(unit.toUpperCase(Locale.ROOT))))
                        .timeEarliest(Instant.parse("2010-01-01T00:00:00Z"))
                        .timeInvalid(InvalidTime.valueOf(invalid.toUpperCase(Locale.ROOT))));
        Decoded decoded = decode(decoder, "w/1", "{\"v\":1,\"at\":" + time + "}");
        assertEquals(
                expected,
                !(decoded instanceof Point point)
                        ? reasonOf(decoded)
                        : point.timeNanos() == ARRIVAL ? "arrival" : Long.toString(point.timeNanos()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "s|1700000000.5|1000000",
                "s|1700000000.1234|1000",
                "s|1700000000.1234567|1",
                "ms|1700000000123|1000000",
                "ms|1.700000000123e12|1000000",
                "ms|1700000000123.7|1000",
                "ms|1700000000123.7001|1",
                "us|1700000000123456|1000",
                "iso8601|\"2023-11-14T22:13:20.12Z\"|1000000",
                "iso8601|\"2023-11-14T22:13:20.1234Z\"|1000"
            })
    void readings_with_the_same_time_share_what_its_digits_leave_open(String unit, String at, long precision) {
        Decoder decoder = decoder(
                "w/+",
                builder -> builder.fields(fields("v"))
                        .time(SourceText.parse("/at"), Optional.of(TimeUnit.valueOf(unit.toUpperCase(Locale.ROOT)))));
        long exact = timeOf(decode(decoder, "w/1", "{\"v\":0,\"at\":" + at + "}"));
        long most = 0;
        for (int i = 1; i < 100; i++) {
            most = Math.max(most, timeOf(decode(decoder, "w/1", "{\"v\":" + i + ",\"at\":" + at + "}")) - exact);
        }
        assertTrue(most < precision && most >= precision / 2, () -> "precision " + precision);
    }

    @ParameterizedTest
    @EnumSource(TimeUnit.class)
    void different_readings_with_the_same_time_are_different_points_within_its_precision(TimeUnit unit) {
        Decoder decoder =
                decoder("w/+", builder -> builder.fields(fields("v")).time(SourceText.parse("/at"), Optional.of(unit)));
        String at = switch (unit) {
            case S -> "1700000000";
            case MS -> "1700000000123";
            case US -> "1700000000123456";
            case NS -> "1700000000123456789";
            case ISO8601 -> "\"2023-11-14T22:13:20.123456Z\"";
        };
        List<Long> times = Stream.of(1, 2, 3, 2, 1)
                .map(value -> ((Point) decode(decoder, "w/1", "{\"v\":" + value + ",\"at\":" + at + "}")).timeNanos())
                .toList();
        long precision = switch (unit) {
            case S, MS -> 1_000_000;
            case US, ISO8601 -> 1_000;
            case NS -> 1;
        };
        assertEquals(unit == TimeUnit.NS ? 1 : 3, times.stream().distinct().count());
        assertEquals(times.get(0), times.get(4));
        assertEquals(times.get(1), times.get(3));
        assertEquals(1, times.stream().map(time -> time / precision).distinct().count());
    }

    @Test
    void readings_of_a_series_with_different_fields_and_the_same_time_have_that_time() {
        Decoder decoder = TestDecoders.forRules(
                new RuleBuilder(TopicFilter.parse("w/{name}/temp"))
                        .fields(fields("temp=/v"))
                        .time(SourceText.parse("/at"), Optional.empty())
                        .build(Rule.Origin.of("A")),
                new RuleBuilder(TopicFilter.parse("w/{name}/hum"))
                        .fields(fields("hum=/v", "path:string={topic}"))
                        .time(SourceText.parse("/at"), Optional.empty())
                        .build(Rule.Origin.of("B")));
        String payload = "{\"v\":1,\"at\":1700000000123}";
        assertEquals(1_700_000_000_123_000_000L, timeOf(decode(decoder, "w/T1/temp", payload)));
        assertEquals(1_700_000_000_123_000_000L, timeOf(decode(decoder, "w/T1/hum", payload)));
        assertEquals(0, decoder.duplicates());
        assertNotEquals(
                1_700_000_000_123_000_000L, timeOf(decode(decoder, "w/T1/temp", "{\"v\":2,\"at\":1700000000123}")));
    }

    @Test
    void readings_that_differ_only_in_a_field_from_the_topic_do_not_overwrite_each_other() {
        Decoder decoder = decoder(
                "w/{ch}",
                builder ->
                        builder.fields(fields("v", "ch:integer={ch}")).time(SourceText.parse("/at"), Optional.empty()));
        String payload = "{\"v\":1,\"at\":1700000000123}";
        assertNotEquals(timeOf(decode(decoder, "w/1", payload)), timeOf(decode(decoder, "w/2", payload)));
    }

    @Property(tries = 200)
    void spread_times_are_the_same_in_every_process_and_in_any_order(
            @ForAll List<@IntRange(max = 20) Integer> values, @ForAll @IntRange(max = 3) int millis) {
        UnaryOperator<RuleBuilder> spread = builder -> builder.sameTime(SameTime.SPREAD);
        Decoder decoder = decoder("w/+", spread);
        for (int value : values) {
            long at = 1_700_000_000_123L + millis;
            String payload = "{\"value\":" + value + ",\"time\":" + at + "}";
            long time = timeOf(decode(decoder, "w/1", payload));
            assertEquals(at, time / 1_000_000);
            assertEquals(time, timeOf(decode(decoder("w/+", spread), "w/1", payload)), "in another process");
        }
        assertEquals(0, decoder.duplicates());
    }

    @Test
    void spread_places_the_first_reading_too_and_leaves_arrival_times_alone() {
        Decoder decoder = decoder("w/+", builder -> builder.sameTime(SameTime.SPREAD));
        assertNotEquals(
                1_700_000_000_123_000_000L, timeOf(decode(decoder, "w/1", "{\"value\":1,\"time\":1700000000123}")));
        assertEquals(ARRIVAL, timeOf(decode(decoder, "w/1", "1")));
        assertEquals("bad_time", reasonOf(decode(decoder, "w/1", "{\"value\":1,\"time\":9223372036854}")));
    }

    @Test
    void tags_and_the_time_may_come_from_user_properties() {
        Decoder decoder = decoder(
                "w/+",
                builder -> builder.tags(
                                tags("site={property:site}", "copy={property:site}", "zone={property:time zone}"))
                        .time(SourceText.parse("{property:ts}"), Optional.of(TimeUnit.MS)));
        FloatPoint point = (FloatPoint) decode(
                decoder,
                "21.5",
                Map.entry("ts", "1"),
                Map.entry("ts", "1700000000123.75"),
                Map.entry("site", "north"),
                Map.entry("other", "x"),
                Map.entry("time zone", ""));
        assertEquals("sensor,copy=north,name=1,site=north", point.series().key());
        assertEquals(1_700_000_000_123_750_000L, point.timeNanos());
        FloatPoint next = (FloatPoint) decode(decoder, "{\"value\":1,\"ts\":1700000000123}");
        assertEquals("sensor,name=1", next.series().key());
        assertEquals(ARRIVAL, next.timeNanos());
        assertEquals(
                "sensor,copy=south,name=1,site=south",
                seriesOf(decode(decoder, "{\"value\":1,\"other\":nan}", Map.entry("site", "south"))));
        assertEquals("bad_time", reasonOf(decode(decoder, "1", Map.entry("ts", "soon"))));
        assertEquals("not_a_tag", reasonOf(decode(decoder, "1", Map.entry("site", "a\nb"))));
        assertEquals(ARRIVAL, timeOf(decode(decoder, "1", Map.entry("ts", "0"))));
        assertEquals(1, decoder.unsetClocks());
    }

    @Test
    void the_time_in_a_user_property_may_be_text() {
        Decoder decoder = decoder(
                "w/+", builder -> builder.time(SourceText.parse("{property:at}"), Optional.of(TimeUnit.ISO8601)));
        assertEquals(1_673_391_331_000_000_000L, timeOf(decode(decoder, "1", Map.entry("at", "2023-01-10 22:55:31Z"))));
        assertEquals("bad_time", reasonOf(decode(decoder, "1", Map.entry("at", "9999-12-31T00:00:00Z"))));
        assertEquals("bad_time", reasonOf(decode(decoder, "1", Map.entry("at", "today"))));
    }

    @SafeVarargs
    private static Decoded decode(Decoder decoder, String payload, Map.Entry<String, String>... properties) {
        byte[] bytes = payload.getBytes(UTF_8);
        return TestDecoders.one(decoder, new Reading("w/1", bytes, bytes.length, ARRIVAL, false, List.of(properties)));
    }

    @Test
    void the_first_rule_whose_condition_is_fulfilled_applies() {
        Decoder decoder = TestDecoders.forRules(
                rule("gw/{id}", builder -> builder.fields(fields("up=/v")).when(Condition.parse("/type:uplink"))),
                rule(
                        "gw/{id}",
                        builder -> builder.measurement(SourceText.parse("status"))
                                .fields(fields("battery=/v", "port:integer=/port"))
                                .when(Condition.parse("/port:2"))),
                rule("gw/{id}", builder -> builder.ignored().when(Condition.parse("/type:join"))));
        assertEquals(1, ((FloatPoint) decode(decoder, "gw/1", "{\"v\":1,\"type\":\"uplink\"}")).value());
        FieldsPoint status =
                assertInstanceOf(FieldsPoint.class, decode(decoder, "gw/1", "{\"port\":2,\"v\":3,\"type\":\"x\"}"));
        assertEquals("status,id=1", status.series().key());
        assertEquals(List.of(new Field.OfFloat("battery", 3), new Field.OfInteger("port", 2)), status.fields());
        assertEquals(1, ((FloatPoint) decode(decoder, "gw/1", "{\"v\":1,\"type\":\"uplink\"}")).value());
        assertEquals(Ignored.RULE, ignoredAs(decoder, "gw/1", "{\"type\":\"join\",\"v\":{}}"));
        for (String other : List.of(
                "{\"v\":1}",
                "{\"v\":1,\"type\":null}",
                "{\"v\":1,\"type\":[\"uplink\"]}",
                "{\"type\":\"uplink\",\"type\":\"ack\"}",
                "online",
                "\"online\"",
                "21.5",
                "[1]")) {
            assertEquals(Ignored.CONDITION, ignoredAs(decoder, "gw/1", other), other);
        }
        assertEquals("no_value", reasonOf(decode(decoder, "gw/1", "{\"type\":\"uplink\"}")));
        assertEquals("malformed_json", reasonOf(decode(decoder, "gw/1", "{\"type\":\"join\"")));
    }

    @Test
    void a_rule_without_a_condition_takes_what_the_others_leave() {
        Decoder decoder = TestDecoders.forRules(
                rule("gw/+", builder -> builder.measurement(SourceText.parse("rest"))),
                rule(
                        "gw/+",
                        builder -> builder.measurement(SourceText.parse("hot"))
                                .tags(tags("type=/type"))
                                .fields(fields("value"))
                                .when(Condition.parse("/state:hot"))));
        String payload = "{\"value\":1,\"type\":\"t\",\"state\":\"%s\"}";
        for (int round = 0; round < 2; round++) {
            assertEquals("hot,name=1,type=t", seriesOf(decode(decoder, "gw/1", payload.formatted("hot"))));
            assertEquals("rest,name=1,type=t", seriesOf(decode(decoder, "gw/1", payload.formatted("cold"))));
        }
        assertEquals("rest,name=1", seriesOf(decode(decoder, "gw/1", "21.5")));
    }

    @Test
    void an_ignored_topic_is_dropped_whatever_it_carries() {
        Decoder decoder =
                TestDecoders.forRules(rule("tele/#", builder -> builder), rule("tele/+/LWT", RuleBuilder::ignored));
        for (String payload : List.of("Online", "21.5", "", "{", "null")) {
            assertEquals(Ignored.RULE, ignoredAs(decoder, "tele/P1/LWT", payload), payload);
        }
        assertEquals(
                Ignored.RULE,
                TestDecoders.ignored(decoder, new Reading("tele/P1/LWT", new byte[1], 1_000_000, ARRIVAL)));
        assertInstanceOf(Point.class, decode(decoder, "tele/P1/T", "21.5"));
    }

    @Test
    void series_are_correct_beyond_the_size_of_the_cache() {
        Decoder decoder = TestDecoders.forRules(
                new RuleBuilder(TopicFilter.parse("a/{name}"))
                        .tags(tags("x=/x", "y=/y", "z=/z"))
                        .build(Rule.Origin.of("A")),
                new RuleBuilder(TopicFilter.parse("b/{name}")).build(Rule.Origin.of("B")));
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 20_000; i++) {
                assertEquals(
                        "sensor,name=T" + i + ",type=t,x=" + i + ",z=z",
                        ((Point) decode(decoder, "a/T" + i, "{\"value\":1,\"type\":\"t\",\"x\":" + i + ",\"z\":\"z\"}"))
                                .series()
                                .key());
                assertEquals(
                        "sensor,name=T" + i + ",type=t",
                        ((Point) decode(decoder, "b/T" + i, "{\"value\":1,\"type\":\"t\"}"))
                                .series()
                                .key());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"plant//T1", "plant/a\\/T1", "plant/#x/T1", "'plant/a\tb/T1'"})
    void a_level_that_cannot_be_a_measurement_is_rejected(String topic) {
        Decoder decoder = decoder("plant/{kind}/{name}", builder -> builder.measurement(SourceText.parse("{kind}")));
        assertEquals("not_a_tag", reasonOf(decode(decoder, topic, "1")));
    }

    @Test
    void a_level_without_a_value_of_its_fields_type_is_rejected() {
        Decoder decoder = decoder("w/{ch}", builder -> builder.fields(fields("v", "ch:integer={ch}")));
        assertEquals("not_a_number", reasonOf(decode(decoder, "w/x", "1")));
        assertEquals(
                List.of(new Field.OfInteger("ch", 4), new Field.OfFloat("v", 1)),
                fieldsOf(decode(decoder, "w/4", "1")));
    }

    private static Decoder decoder(String filter, UnaryOperator<RuleBuilder> settings) {
        return TestDecoders.forRules(rule(filter, settings));
    }

    private static Rule rule(String filter, UnaryOperator<RuleBuilder> settings) {
        return settings.apply(new RuleBuilder(TopicFilter.parse(filter))).build(Rule.Origin.of(filter));
    }

    private static List<FieldText> fields(String... fields) {
        return Stream.of(fields).map(FieldText::parse).toList();
    }

    private static List<TagText> tags(String... tags) {
        return Stream.of(tags).map(TagText::parse).toList();
    }

    private static Decoded decode(Decoder decoder, String topic, String payload) {
        byte[] bytes = payload.getBytes(UTF_8);
        return TestDecoders.one(decoder, new Reading(topic, bytes, bytes.length, ARRIVAL));
    }

    private static long timeOf(Decoded decoded) {
        return assertInstanceOf(Point.class, decoded, decoded::toString).timeNanos();
    }

    private static String seriesOf(Decoded decoded) {
        return assertInstanceOf(Point.class, decoded, decoded::toString)
                .series()
                .key();
    }

    private static Ignored ignoredAs(Decoder decoder, String topic, String payload) {
        byte[] bytes = payload.getBytes(UTF_8);
        return TestDecoders.ignored(decoder, new Reading(topic, bytes, bytes.length, ARRIVAL));
    }

    private static List<Field> fieldsOf(Decoded decoded) {
        return assertInstanceOf(FieldsPoint.class, decoded, decoded::toString).fields();
    }

    private static String reasonOf(Decoded decoded) {
        return assertInstanceOf(Rejection.class, decoded, decoded::toString)
                .reason()
                .key();
    }
}
