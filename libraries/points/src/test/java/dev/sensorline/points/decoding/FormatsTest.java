package dev.sensorline.points.decoding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;

import org.junit.jupiter.api.Test;

import dev.sensorline.points.Decoded;
import dev.sensorline.points.Point;
import dev.sensorline.points.Reading;
import dev.sensorline.points.Rejection;
import dev.sensorline.points.Rejection.Reason;
import dev.sensorline.points.lineprotocol.LineProtocol;
import dev.sensorline.points.rules.Condition;
import dev.sensorline.points.rules.FieldText;
import dev.sensorline.points.rules.Format;
import dev.sensorline.points.rules.Rule;
import dev.sensorline.points.rules.RuleBuilder;
import dev.sensorline.points.rules.Rules;
import dev.sensorline.points.rules.TopicFilter;

class FormatsTest {

    private static RuleBuilder rule(Format format) {
        return new RuleBuilder(TopicFilter.parse("devices/{id}")).format(format);
    }

    private static Decoded decoded(RuleBuilder rule, String payload) {
        byte[] bytes = payload.getBytes(UTF_8);
        return TestDecoders.one(
                TestDecoders.forRules(rule.build(Rule.Origin.of("rule"))),
                new Reading("devices/D1", bytes, bytes.length, 1));
    }

    private static String line(Decoded decoded) {
        return LineProtocol.line(assertInstanceOf(Point.class, decoded));
    }

    @Test
    void a_bare_value_may_begin_as_json_does() {
        assertEquals(
                "sensor,id=D1 text=\"{off}\" 1",
                line(decoded(rule(Format.VALUE).fields(List.of(FieldText.parse("text:string=/text"))), "{off}")));
    }

    @Test
    void json_is_an_object_or_an_array() {
        assertEquals("sensor,id=D1 value=21.5 1", line(decoded(rule(Format.JSON), "{\"value\":21.5}")));
        assertEquals("sensor,id=D1 value=21.5 1", line(decoded(rule(Format.JSON), "[{\"value\":21.5}]")));
        Rejection rejection = assertInstanceOf(Rejection.class, decoded(rule(Format.JSON), "21.5"));
        assertEquals(Reason.MALFORMED_JSON, rejection.reason());
    }

    @Test
    void rules_of_the_same_topics_have_one_format() {
        Rule json = rule(Format.JSON).when(Condition.parse("/type:up")).build(Rule.Origin.of("a"));
        Rule value = rule(Format.VALUE).build(Rule.Origin.of("b"));
        assertEquals(
                "b: must not match the same topics as a, such as devices/…: the rules are for different formats",
                assertThrows(IllegalArgumentException.class, () -> new Rules(List.of(json, value)))
                        .getMessage());
    }
}
