package dev.sensorline.fleet.fault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import dev.sensorline.fleet.Format;
import dev.sensorline.fleet.payload.Bytes;
import dev.sensorline.points.Decoded;
import dev.sensorline.points.Point;
import dev.sensorline.points.Reading;
import dev.sensorline.points.Rejection;
import dev.sensorline.points.decoding.Decoder;
import dev.sensorline.points.rules.FieldText;
import dev.sensorline.points.rules.Rule;
import dev.sensorline.points.rules.RuleBuilder;
import dev.sensorline.points.rules.Rules;
import dev.sensorline.points.rules.TopicFilter;

/** Payloads that are damaged are set aside by the ingestor, wherever they are cut. */
class DamageTest {

    private static byte[] text(String text) {
        return text.getBytes(UTF_8);
    }

    private static byte[] hex(String hex) {
        return HexFormat.ofDelimiter(" ").parseHex(hex);
    }

    private static Rule rule(dev.sensorline.points.rules.Format format, String topic) {
        return new RuleBuilder(TopicFilter.parse(topic)).format(format).build(Rule.Origin.of("rule"));
    }

    private static Rule rule(dev.sensorline.points.rules.Format format) {
        return rule(format, "s/{name}");
    }

    private static Rule csv() {
        return new RuleBuilder(TopicFilter.parse("s/{name}"))
                .format(dev.sensorline.points.rules.Format.CSV)
                .fields(Stream.of("value", "seq:integer", "unit:string")
                        .map(FieldText::parse)
                        .toList())
                .build(Rule.Origin.of("rule"));
    }

    static Stream<Arguments> payloads() {
        Rule auto = rule(dev.sensorline.points.rules.Format.AUTO);
        return Stream.of(
                Arguments.of(Format.Known.VALUE, text("21.5"), auto),
                Arguments.of(Format.Known.VALUE, text("7"), auto),
                Arguments.of(Format.Known.JSON, text("{\"value\":21.5,\"time\":1700000000123,\"seq\":17}"), auto),
                Arguments.of(new Format.Template("{value}"), text("210"), auto),
                Arguments.of(
                        Format.Known.LINE,
                        text("sensor,unit=°C value=21.5,seq=17i,text=\"a\" 1700000000123000000"),
                        rule(dev.sensorline.points.rules.Format.LINE)),
                Arguments.of(Format.Known.CSV, text("value,seq,unit\n21.5,17,°C\n"), csv()),
                Arguments.of(
                        Format.Known.SENML,
                        text("[{\"n\":\"value\",\"v\":21.5,\"t\":1700000000.123},{\"n\":\"seq\",\"v\":17}]"),
                        rule(dev.sensorline.points.rules.Format.SENML)),
                // {"value": 21.5, "seq": 17}
                Arguments.of(
                        Format.Known.CBOR,
                        hex("a2 63 73 65 71 11 65 76 61 6c 75 65 fb 40 35 80 00 00 00 00 00"),
                        rule(dev.sensorline.points.rules.Format.CBOR)),
                Arguments.of(
                        Format.Known.CBOR,
                        hex("bf 63 73 65 71 11 65 76 61 6c 75 65 fb 40 35 80 00 00 00 00 00 ff"),
                        rule(dev.sensorline.points.rules.Format.CBOR)),
                Arguments.of(
                        Format.Known.MSGPACK,
                        hex("82 a3 73 65 71 11 a5 76 61 6c 75 65 cb 40 35 80 00 00 00 00 00"),
                        rule(dev.sensorline.points.rules.Format.MSGPACK)),
                Arguments.of(
                        Format.Known.MSGPACK,
                        hex("82 a5 76 61 6c 75 65 cb 40 35 80 00 00 00 00 00 a3 73 65 71 11"),
                        rule(dev.sensorline.points.rules.Format.MSGPACK)),
                // Time, metric "a" with alias 1, time, type 10 (double) and value 21.5, sequence number 0.
                Arguments.of(
                        new Format.Sparkplug(Optional.empty(), Optional.empty(), 0, Optional.empty()),
                        hex("08 e8 07 12 12 0a 01 61 10 01 18 01 20 0a 69 00 00 00 00 00 80 35 40 18 00"),
                        rule(dev.sensorline.points.rules.Format.SPARKPLUG, "spBv1.0/{group}/{type}/{node}")));
    }

    private static List<Decoded> decode(Rule rule, byte[] payload) {
        String topic = rule.filter().toString().startsWith("spBv1.0") ? "spBv1.0/g/NBIRTH/n" : "s/T1";
        return List.copyOf(new Decoder(new Rules(List.of(rule)), 1_000)
                .decode(new Reading(topic, payload, payload.length, 1_700_000_000_000_000_000L)));
    }

    @ParameterizedTest
    @MethodSource("payloads")
    void what_is_damaged_is_set_aside(Format format, byte[] payload, Rule rule) {
        List<Decoded> whole = decode(rule, payload);
        assertTrue(
                !whole.isEmpty() && whole.stream().allMatch(Point.class::isInstance),
                () -> "not valid before: " + whole);
        for (int random = 0; random < 2 * payload.length; random++) {
            Bytes damaged = new Bytes();
            damaged.append(payload);
            Damage.apply(damaged, format, random);
            List<Decoded> left = decode(rule, damaged.copy());
            assertFalse(left.isEmpty(), () -> "ignored: " + HexFormat.of().formatHex(damaged.copy()));
            assertTrue(
                    left.stream().allMatch(Rejection.class::isInstance),
                    () -> left + " of " + HexFormat.of().formatHex(damaged.copy()));
        }
    }
}
