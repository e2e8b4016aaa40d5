package dev.sensorline.points.decoding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.sensorline.points.Decoded;
import dev.sensorline.points.FieldsPoint;
import dev.sensorline.points.FloatPoint;
import dev.sensorline.points.Point;
import dev.sensorline.points.Reading;
import dev.sensorline.points.lineprotocol.LineProtocol;
import dev.sensorline.points.rules.FieldText;
import dev.sensorline.points.rules.Rule;
import dev.sensorline.points.rules.RuleBuilder;
import dev.sensorline.points.rules.SourceText;
import dev.sensorline.points.rules.TagText;
import dev.sensorline.points.rules.TimeUnit;
import dev.sensorline.points.rules.TopicFilter;

/** Numbers and times of devices as they stand in the line that the store gets. */
class ExactValuesTest {

    private static final long ARRIVAL = 1_700_000_000_123_456_789L;

    private static Decoded decode(RuleBuilder rule, String payload) {
        byte[] bytes = payload.getBytes(UTF_8);
        return TestDecoders.one(
                TestDecoders.forRules(rule.build(Rule.Origin.of("w/+"))),
                new Reading("w/1", bytes, bytes.length, ARRIVAL));
    }

    private static RuleBuilder rule(String field) {
        return new RuleBuilder(TopicFilter.parse("w/+")).fields(List.of(FieldText.parse(field)));
    }

    /** Beyond 2^53 a float would not be exact. */
    @ParameterizedTest
    @CsvSource({
        "9007199254740993, 9007199254740993i",
        "-9007199254740993, -9007199254740993i",
        "9223372036854775807, 9223372036854775807i",
        "1.134553e8, 113455300i",
        "1.134553E+8, 113455300i",
        "4503599627370497.0, 4503599627370497i",
        "-0, 0i"
    })
    void an_integer_is_exact(String number, String field) {
        FieldsPoint point = assertInstanceOf(FieldsPoint.class, decode(rule("v:integer=/v"), "{\"v\":" + number + "}"));
        assertEquals("sensor,name=1 v=" + field + " " + point.timeNanos(), LineProtocol.line(point));
    }

    @ParameterizedTest
    @CsvSource({
        "-0, -0.0",
        "1e-400, 0.0",
        "-1e-400, -0.0",
        "+5, 5.0",
        ".5, 0.5",
        "-.5, -0.5",
        "5., 5.0",
        "1.7976931348623157e308, 1.7976931348623157E308"
    })
    void a_bare_number_is_the_nearest_float(String number, String field) {
        FloatPoint point =
                assertInstanceOf(FloatPoint.class, decode(new RuleBuilder(TopicFilter.parse("w/+")), number));
        assertEquals("sensor,name=1 value=" + field + " " + point.timeNanos(), LineProtocol.line(point));
    }

    @ParameterizedTest
    @CsvSource({"1700000000123456789", "1700000000123456788", "1", "-1", "9000000000000000001"})
    void nanoseconds_are_exact(long nanos) {
        RuleBuilder rule = rule("v=/v")
                .time(SourceText.parse("/t"), Optional.of(TimeUnit.NS))
                .timeEarliest(Instant.parse("1678-01-01T00:00:00Z"));
        Point point = assertInstanceOf(Point.class, decode(rule, "{\"v\":1,\"t\":" + nanos + "}"));
        assertEquals("sensor,name=1 v=1.0 " + nanos, LineProtocol.line(point));
    }

    @Test
    void a_tag_may_be_a_truth_value_or_a_number() {
        RuleBuilder rule = rule("v=/v").tags(List.of(TagText.parse("door=/door"), TagText.parse("channel=/channel")));
        Point point =
                assertInstanceOf(Point.class, decode(rule, "{\"v\":1,\"door\":false,\"channel\":9007199254740993}"));
        assertEquals(
                "sensor,channel=9007199254740993,door=false,name=1",
                point.series().key());
    }
}
