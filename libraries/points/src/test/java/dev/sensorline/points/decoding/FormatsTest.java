package dev.sensorline.points.decoding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.Charset;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

    private static Decoded decoded(RuleBuilder rule, byte[] payload) {
        return TestDecoders.one(
                TestDecoders.forRules(rule.build(Rule.Origin.of("rule"))),
                new Reading("devices/D1", payload, payload.length, 1));
    }

    private static String problem(Decoded decoded) {
        Rejection rejection = assertInstanceOf(Rejection.class, decoded);
        return rejection.reason().key() + ": " + rejection.detail();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'value':1,} | Unexpected character ('}' (code 125)): was expecting double-quote to start field name (line 1, column 12)",
                "{'value':↵ 21.5 | Unexpected end-of-input: expected close marker for Object (start marker at line 1, column 1) (line 2, column 6)",
                "{'value':on} | Unrecognized token 'on': was expecting (JSON String, Number (or 'NaN'/'+INF'/'-INF'), Array, Object or token 'null', 'true' or 'false') (line 1, column 10)",
                "{'value':1}↵{'value':'↵'} | document 2: Illegal unquoted character ((CTRL-CHAR, code 10)): has to be escaped using backslash to be included in string value (line 2, column 11)",
            })
    void malformed_json_says_what_is_wrong_and_where(String payload, String detail) {
        byte[] bytes = payload.replace('\'', '"').replace('↵', '\n').getBytes(UTF_8);
        List<Decoded> decoded = TestDecoders.all(
                TestDecoders.forRules(rule(Format.JSON).build(Rule.Origin.of("rule"))),
                new Reading("devices/D1", bytes, bytes.length, 1));
        assertEquals("malformed_json: " + detail, problem(decoded.get(decoded.size() - 1)));
    }

    @Test
    void malformed_cbor_says_what_is_wrong_and_where() {
        assertEquals(
                "malformed: Unexpected end-of-input in FIELD_NAME (byte 4)",
                problem(decoded(rule(Format.CBOR), new byte[] {(byte) 0xa1, 0x61, 'v', (byte) 0xf9})));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE"})
    void a_text_in_utf16_is_read_by_its_byte_order_mark(String charset) {
        assertEquals(
                "sensor,id=D1 value=21.5 1",
                line(decoded(rule(Format.AUTO), "\ufeff21.5\r\n".getBytes(Charset.forName(charset)))));
        assertEquals(
                "sensor,id=D1,type=°C value=21.5 1",
                line(decoded(
                        rule(Format.JSON),
                        "\ufeff{\"value\":21.5,\"type\":\"°C\"}".getBytes(Charset.forName(charset)))));
        assertEquals(
                "sensor,id=D1 value=21.5 1",
                line(decoded(rule(Format.CSV), "\ufeffvalue\n21.5\n".getBytes(Charset.forName(charset)))));
    }

    @ParameterizedTest
    @CsvSource({
        "AUTO, UTF-16LE",
        "AUTO, UTF-16BE",
        "JSON, UTF-16LE",
        "JSON, UTF-16BE",
        "CSV, UTF-16LE",
        "LINE, UTF-16BE",
        "SENML, UTF-16LE"
    })
    void a_text_in_utf16_without_a_byte_order_mark_says_what_to_send(Format format, String charset) {
        for (String text : List.of("21.5", "{\"value\":1}", "[{}]")) {
            if (format != Format.SENML || !text.startsWith("2")) {
                assertEquals(
                        "not_utf8: UTF-16 without a byte order mark: send UTF-8, or the byte order mark",
                        problem(decoded(rule(format), text.getBytes(Charset.forName(charset)))));
            }
        }
    }

    @Test
    void malformed_utf16_is_set_aside() {
        assertEquals("not_utf8: malformed UTF-16: send UTF-8", problem(decoded(rule(Format.AUTO), new byte[] {
            (byte) 0xff, (byte) 0xfe, '1'
        })));
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
