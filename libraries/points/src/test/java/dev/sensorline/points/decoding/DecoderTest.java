package dev.sensorline.points.decoding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.HashSet;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.sensorline.points.Decoded;
import dev.sensorline.points.FloatPoint;
import dev.sensorline.points.Ignored;
import dev.sensorline.points.Point;
import dev.sensorline.points.Reading;
import dev.sensorline.points.Rejection;

class DecoderTest {

    private static final long ARRIVAL = 1_700_000_000_123_456_789L;

    private final Decoder decoder = TestDecoders.forFilters("sensor/#", "/");

    @ParameterizedTest
    @CsvSource({
        "25.4377,25.4377",
        "0,0",
        "-1,-1",
        "+3.5,3.5",
        ".5,0.5",
        "5.,5",
        "1e3,1000",
        "1E-3,0.001",
        "-0,-0.0",
        "' 25.1 ',25.1",
        "'25.1\n',25.1",
        "4.9e-324,4.9e-324",
        "1.7976931348623157e308,1.7976931348623157e308",
        "0.1000000000000000055511151231257827,0.1",
        "'21.5\0',21.5",
        "'21.5\0\0\n\0 ',21.5",
        "'\uFEFF21.5',21.5",
        "'\uFEFF 21.5\r\n\0',21.5",
        "'\"21.5\"',21.5",
        "'\uFEFF \" 21.5\" \0',21.5"
    })
    void a_plain_decimal_is_a_point_at_its_arrival(String payload, double value) {
        FloatPoint point = assertInstanceOf(FloatPoint.class, decode("sensor/T1", payload));
        assertEquals(value, point.value());
        assertEquals("T1", point.series().tags().get("name"));
        assertNull(point.series().tags().get("type"));
        assertEquals(ARRIVAL, point.timeNanos());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "abc",
                "1f",
                "1d",
                "0x1p3",
                "0x10",
                "1_000",
                "1,5",
                "--1",
                "+-1",
                "1e",
                "e5",
                ".",
                "+",
                "1.2.3",
                "12 13",
                "٣",
                "½",
                "true",
                "1e1.5",
                "Infinit",
                "\"a\"",
                "\"1",
                "\"1\" \"2\"",
                "\"",
                "nul",
                "null 1",
                "1\00023",
                "\0001"
            })
    void text_other_than_a_plain_decimal_is_not_a_number(String payload) {
        assertEquals("not_a_number", reasonOf(payload));
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "nan", "-NaN", "Infinity", "-Infinity", "inf", "1e999", "-1e999"})
    void numbers_that_are_not_finite_are_rejected(String payload) {
        assertEquals("not_finite", reasonOf(payload));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", " null\n", "\uFEFFnull\0"})
    void null_is_ignored_and_not_set_aside(String payload) {
        assertEquals(Ignored.EMPTY, TestDecoders.ignored(decoder, reading("sensor/T1", payload.getBytes(UTF_8))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n", " \t\r\n ", "\0", "\uFEFF", "\uFEFF\0 \0"})
    void a_blank_payload_is_empty(String payload) {
        assertEquals("empty", reasonOf(payload));
    }

    @Test
    void invalid_utf8_has_its_own_reason() {
        assertEquals("not_utf8", reasonOf(new byte[] {(byte) 0xff, (byte) 0xfe, 0x31}));
        assertEquals("not_utf8", reasonOf(concat("{\"value\":1,\"type\":\"", (byte) 0xc3, "\"}")));
    }

    @Test
    void an_oversized_payload_is_too_large() {
        Reading cut = new Reading("sensor/T1", new byte[256], 1_000_000, ARRIVAL);
        assertEquals(
                "too_large",
                assertInstanceOf(Rejection.class, TestDecoders.one(decoder, cut))
                        .reason()
                        .key());
    }

    @Test
    void json_has_type_and_time() {
        FloatPoint point = assertInstanceOf(
                FloatPoint.class,
                decode("sensor/T1", "{\"type\":\"temp\",\"name\":\"other\",\"value\":25.5,\"time\":1700000000123}"));
        assertEquals("T1", point.series().tags().get("name"));
        assertEquals("temp", point.series().tags().get("type"));
        assertEquals(25.5, point.value());
        assertEquals(1_700_000_000_123_000_000L, point.timeNanos());
    }

    @ParameterizedTest
    @CsvSource({
        "1700000000123.0,1700000000123000000",
        "1.700000000123e+12,1700000000123000000",
        "'\"1700000000123.75\"',1700000000123750000",
        "'\" 1700000000123 \"',1700000000123000000"
    })
    void the_time_may_have_a_fraction_or_an_exponent_and_be_text(String time, long nanos) {
        assertEquals(
                nanos,
                assertInstanceOf(Point.class, decode("sensor/T1", "{\"value\":1,\"time\":" + time + "}"))
                        .timeNanos());
        assertEquals(0, decoder.unsetClocks());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0", "0.0", "1700000000", "-1", "\"\"", "\" \"", "\"0\"", "1e-999999999", "1.5", "946684799999"})
    void a_reading_of_a_clock_that_is_not_set_is_a_point_at_its_arrival(String time) {
        assertEquals(
                ARRIVAL,
                assertInstanceOf(Point.class, decode("sensor/T1", "{\"value\":1,\"time\":" + time + "}"))
                        .timeNanos());
        assertEquals(1, decoder.unsetClocks());
        decode("sensor/T1", "1");
        assertEquals(0, decoder.unsetClocks());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"value\":1}",
                " {\"value\":1} \n",
                "{\"value\":1e0,\"extra\":{\"a\":[1,{}]}}",
                "{\"value\":\"x\",\"value\":1}",
                "{\"value\":1,\"time\":null,\"type\":null}",
                "{\"value\":1,\"type\":\"\"}",
                "{\"\\u0076alue\":1}",
                "{\"value\":1}\0",
                "\uFEFF{\"value\":1}\0\0",
                "{\"value\":nan,\"type\":\"inf\",\"type\":\"\",\"value\":1}",
                "{\"value\":1,\"x\":nan}",
                "{\"value\":1,\"type\":5}"
            })
    void a_json_object_without_a_time_is_a_point_at_its_arrival(String payload) {
        FloatPoint point = assertInstanceOf(FloatPoint.class, decode("sensor/T1", payload));
        assertEquals(1, point.value());
        assertNull(point.series().tags().get("type"));
        assertEquals(ARRIVAL, point.timeNanos());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"value\":null}|no_value",
                "{\"value\":\"1\"}|no_value",
                "{\"value\":[1]}|no_value",
                "{\"value\":{\"value\":1}}|no_value",
                "{\"type\":\"temp\"}|no_value",
                "{\"value\":1e999}|not_finite",
                "{\"value\":NaN}|not_finite",
                "{\"value\":nan}|not_finite",
                "{\"value\": -nan ,\"a\":\"nan\\\"\"}|not_finite",
                "{\"value\":-Infinity}|not_finite",
                "{\"a\":[-inf,inf,+INF],\"value\":Inf}|not_finite",
                "{\"value\":nan,\"value\":nano}|malformed_json",
                "{\"value\":1nan}|malformed_json",
                "{\"value\":nan|malformed_json",
                "{\"value\":1,\"time\":nan}|bad_time",
                "{\"value\":1|malformed_json",
                "[1]|no_value",
                "[{}]|no_value",
                "[{\"value\":1}|malformed_json",
                "{value:1}|malformed_json",
                "{|malformed_json",
                "{\"value\":1,\"time\":\"now\"}|bad_time",
                "{\"value\":1,\"time\":[0]}|bad_time",
                "{\"value\":1,\"time\":true}|bad_time",
                "{\"value\":1,\"time\":1e999999999}|bad_time",
                "{\"value\":1,\"time\":1e9999999999}|bad_time",
                "{\"value\":1,\"time\":9223372036855}|bad_time",
                "{\"value\":1,\"time\":99999999999999999999}|bad_time",
                "{\"value\":1,\"type\":\"a\\nb\"}|not_a_tag",
                "{\"value\":1,\"type\":\"a\\\\\"}|not_a_tag",
                "{\"value\":1,\"type\":\"\\ud800\"}|not_a_tag"
            })
    void invalid_json_is_rejected_with_its_reason(String payload, String reason) {
        assertEquals(reason, reasonOf(payload));
    }

    @Test
    void deeply_nested_json_is_rejected() {
        assertEquals("malformed_json", reasonOf("{\"a\":" + "[".repeat(4_000) + "]".repeat(4_000) + ",\"value\":1}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sensor/a\nb", "sensor/a\\"})
    void a_topic_whose_last_level_cannot_be_a_tag_is_rejected(String topic) {
        assertEquals(
                "not_a_tag",
                assertInstanceOf(Rejection.class, decode(topic, "1")).reason().key());
    }

    @ParameterizedTest
    @ValueSource(strings = {"sensor/", "/", "sensor//"})
    void an_empty_level_is_no_tag(String topic) {
        assertEquals(
                "sensor",
                assertInstanceOf(Point.class, decode(topic, "1")).series().key());
    }

    @Test
    void tags_that_are_longer_than_influxdb_allows_are_rejected() {
        String type = "x".repeat(63_900);
        assertInstanceOf(Point.class, decode("sensor/T1", "{\"value\":1,\"type\":\"" + type + "\"}"));
        assertEquals("not_a_tag", reasonOf("{\"value\":1,\"type\":\"" + type + "x".repeat(100) + "\"}"));
        assertEquals("not_a_tag", reasonOf("{\"value\":1,\"type\":\"" + "°".repeat(33_000) + "\"}"));
    }

    @Test
    void long_names_in_json_are_not_kept() {
        assertEquals("malformed_json", reasonOf("{\"" + "n".repeat(2_000) + "\":1,\"value\":1}"));
    }

    @Test
    void a_topic_that_no_filter_matches_is_rejected() {
        assertEquals(
                "no_rule",
                assertInstanceOf(Rejection.class, decode("plant/T1", "1"))
                        .reason()
                        .key());
    }

    @Test
    void a_redelivered_reading_with_its_own_time_is_the_same_point() {
        String reading = "{\"value\":1,\"time\":1700000000123}";
        Point first = assertInstanceOf(Point.class, decode("sensor/T1", reading));
        Point other = assertInstanceOf(Point.class, decode("sensor/T1", "{\"value\":2,\"time\":1700000000123}"));
        Point again = assertInstanceOf(Point.class, decode("sensor/T1", reading));
        Point otherAgain = assertInstanceOf(Point.class, decode("sensor/T1", "{\"value\":2,\"time\":1700000000123}"));
        assertEquals(first.timeNanos(), again.timeNanos());
        assertEquals(other.timeNanos(), otherAgain.timeNanos());
        assertEquals(2, decoder.duplicates());
    }

    @Test
    void different_readings_with_the_same_millisecond_are_different_points_within_it() {
        Set<Long> times = new HashSet<>();
        for (int i = 0; i < 2_000; i++) {
            Point point =
                    assertInstanceOf(Point.class, decode("sensor/T1", "{\"value\":" + i + ",\"time\":1700000000123}"));
            assertEquals(1_700_000_000_123L, Math.floorDiv(point.timeNanos(), 1_000_000L));
            times.add(point.timeNanos());
        }
        assertEquals(2_000, times.size());
    }

    @Test
    void sensors_may_have_the_same_time() {
        Point one = assertInstanceOf(Point.class, decode("sensor/T1", "{\"value\":1,\"time\":1700000000123}"));
        Point other = assertInstanceOf(Point.class, decode("sensor/T2", "{\"value\":2,\"time\":1700000000123}"));
        assertEquals(one.timeNanos(), other.timeNanos());
        assertNotEquals(one.series(), other.series());
    }

    private Decoded decode(String topic, String payload) {
        return TestDecoders.one(decoder, reading(topic, payload.getBytes(UTF_8)));
    }

    private String reasonOf(String payload) {
        return reasonOf(payload.getBytes(UTF_8));
    }

    private String reasonOf(byte[] payload) {
        return assertInstanceOf(Rejection.class, TestDecoders.one(decoder, reading("sensor/T1", payload)))
                .reason()
                .key();
    }

    private static Reading reading(String topic, byte[] payload) {
        return new Reading(topic, payload, payload.length, ARRIVAL);
    }

    private static byte[] concat(String before, byte between, String after) {
        byte[] bytes = (before + " " + after).getBytes(UTF_8);
        bytes[before.length()] = between;
        return bytes;
    }
}
