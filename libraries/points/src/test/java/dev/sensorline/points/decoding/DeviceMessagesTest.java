package dev.sensorline.points.decoding;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.sensorline.points.Decoded;
import dev.sensorline.points.Ignored;
import dev.sensorline.points.Point;
import dev.sensorline.points.Reading;
import dev.sensorline.points.Rejection;
import dev.sensorline.points.lineprotocol.LineProtocol;
import dev.sensorline.points.rules.InvalidRulesException;
import dev.sensorline.points.rules.Retained;
import dev.sensorline.points.rules.RulesReader;
import dev.sensorline.points.rules.SameTime;

/** Messages that devices really send, and the rule that comes to mind first for them. */
class DeviceMessagesTest {

    private static final long ARRIVAL = 1_700_000_000_123_456_000L;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "unavailable",
                "nan",
                "\"unknown\"",
                "{\"v\": null}",
                "{\"v\": [1]}",
                "{\"x\": 1}",
                "{\"v\": \"UNDEF\"}"
            })
    void a_message_without_any_field_is_ignored_where_all_fields_are_optional(String payload) throws Exception {
        Decoder decoder = decoder("fields=v:float?");
        assertEquals(Ignored.NO_FIELDS, TestDecoders.ignored(decoder, reading(payload)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"data\": \"\"}", "{\"data\": \"%%\"}", "{}", "{\"fPort\": 0}"})
    void an_uplink_without_its_optional_bytes_is_no_alert(String payload) throws Exception {
        assertEquals("", lines("fields=temp:float?=base64:/data:int16@0*0.1", payload));
        assertEquals(payload.equals("{}") ? "" : "no_value", lines("fields=temp=base64:/data:int16@0*0.1", payload));
    }

    @Test
    void members_as_fields_may_all_be_missing_where_they_are_optional() throws Exception {
        assertEquals("", lines("fields={k}:float?=/decoded/{k}", "{\"f_port\":0}"));
        assertEquals("no_value", lines("fields={k}=/decoded/{k}", "{\"f_port\":0}"));
    }

    @Test
    void a_message_that_lacks_a_field_which_is_not_optional_is_set_aside() throws Exception {
        assertEquals("no_value", lines("fields=v, w:float?", "{\"x\":1}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "fields=v:quantity | 000171.155*kWh | v=171.155",
                "fields=v:quantity | 230.1*V | v=230.1",
                "fields=v:quantity | 2*3*V | not_a_number",
                // A point between digits may group them.
                "fields=v:integer;decimal=comma | 412,0 | v=412i",
                "fields=v:integer;decimal=comma | 1.000 | not_a_number",
                "fields=v:integer;decimal=comma | 1.000,0 | not_a_number",
                "fields=v:integer;decimal=comma | {'v':412.0} | v=412i",
                "fields=v:integer;decimal=comma | {'v':9.2e18} | v=9200000000000000000i",
                // An array is no value of several fields.
                "fields=a=/0,b=/1 | [] | ''",
                "fields=a,b | [1] | no_value",
                // Bytes are not written as decimals.
                "fields=v=hex:/d:int16@0 | 0012 | no_value",
                "fields=v=int16@0;format=hex | \"00d7\" | v=215.0",
                "fields=v=int16@0;format=hex | null | ''",
                "fields=v=int16@0;format=hex | 0x00 0xD7 | v=215.0",
                "fields=v=int16@0;format=hex | 00,D7 | v=215.0",
                "fields=v=int16@0;format=hex | 00  d7 | v=215.0",
                "fields=v=int16@0;format=hex | 0 0d7 | malformed",
                "fields=v=int16@0;format=hex | :00d7 | malformed",
                "fields=v=int16@0;format=hex | 00d70 | malformed",
                "fields=v=int16@0;format=base64 | \"ANc=\" | v=215.0",
                "fields=v=int16@0;format=base64 | null | ''",
                "format= json ;fields=v | {'v':1} | v=1.0",
                "format=senml;tags=name=x | null | ''"
            })
    void what_a_payload_becomes(String settings, String payload, String becomes) throws Exception {
        assertEquals(becomes, lines(settings, payload.replace('\'', '"')));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // The time of Go that is not set, and times that are earlier than 64 bits of nanoseconds.
                "time-unit=iso8601 | \"0001-01-01T00:00:00Z\" | v=1.0",
                "time-unit=ms | -62135596800000 | v=1.0",
                "time-unit=s | -62135596800.5 | v=1.0",
                "time-unit=s | -1e30 | v=1.0",
                "time-unit=s;time-invalid=reject | -62135596800 | bad_time",
                "time-unit=s | 62135596800 | bad_time",
                "time-unit=iso8601 | \"2023-11-14T23:13:20+01:00[Europe/Berlin]\" | v=1.0 1700000000000000000",
                "time-unit=iso8601 | \"2023-11-14T23:13:20[Europe/Berlin]\" | bad_time",
                // In a gap, what the clock would have shown without it.
                "time-unit=iso8601;time-zone=Europe/Berlin | \"2023-03-26T02:30:00\" | v=1.0 1679794200000000000",
                "time-format=yyyyMMddHHmmss;time-zone=UTC | 20231114221320 | v=1.0 1700000000000000000",
                "time-format=yyyyMMddHHmmss;time-zone=UTC | 0 | v=1.0",
                "time-format=EEE MMM d HH:mm:ss yyyy;time-zone=UTC | \"Wed Nov  1 22:13:20 2023\" | v=1.0 1698876800000000000",
                "time-format=EEE MMM d HH:mm:ss yyyy;time-zone=UTC | \"Tue Nov 14 22:13:20 2023\" | v=1.0 1700000000000000000"
            })
    void times(String settings, String time, String becomes) throws Exception {
        assertEquals(
                becomes,
                lines(
                        "fields=v;time=/t;" + settings,
                        "{'v':1,'t':%s}".formatted(time).replace('\'', '"')));
    }

    @ParameterizedTest
    @CsvSource({
        "cbor, f6, ''",
        "cbor, f7, ''",
        "cbor, f600, malformed",
        "cbor, a0, ''",
        "cbor, 80, ''",
        "msgpack, c0, ''",
        "msgpack, 80, ''",
        "senml, f6, ''",
        "senml, 81a2616e6174617601, value=1.0",
        "senml, 81a20061740201, value=1.0"
    })
    void bytes(String format, String digits, String becomes) throws Exception {
        assertEquals(
                becomes,
                lines(
                        decoder("format=" + format + ";tags=name=x"),
                        HexFormat.of().parseHex(digits)));
    }

    @Test
    void rows_may_be_ignored_beside_others_of_the_same_form() throws Exception {
        RulesReader reader = new RulesReader(SameTime.EXACT, Retained.TIMED);
        Map<String, String> form = Map.of("topic", "d/+", "format", "csv", "columns", "kind, v", "delimiter", "tab");
        Map<String, String> ignored = new LinkedHashMap<>(form);
        ignored.putAll(Map.of("when", "/kind:test", "ignore", "true"));
        Map<String, String> stored = new LinkedHashMap<>(form);
        stored.put("fields", "v");
        reader.add("tests", ignored, key -> key);
        reader.add("values", stored, key -> key);
        Decoder decoder = new Decoder(reader.rules(), TestDecoders.MAX_POINTS);
        assertEquals("v=2.0", lines(decoder, "test\t1\nlive\t2".getBytes(UTF_8)));
        assertEquals(1, decoder.ignored(Ignored.RULE));
    }

    private static String lines(String settings, String payload) throws InvalidRulesException {
        return lines(decoder(settings), payload.getBytes(UTF_8));
    }

    /** Fields, and times that are not that of the arrival, or why a payload is set aside. */
    private static String lines(Decoder decoder, byte[] payload) {
        return TestDecoders.all(decoder, reading(new String(payload, ISO_8859_1))).stream()
                .map(DeviceMessagesTest::text)
                .collect(Collectors.joining("; "));
    }

    private static String text(Decoded decoded) {
        if (decoded instanceof Rejection rejection) {
            return rejection.reason().key();
        }
        String line = LineProtocol.line((Point) decoded);
        return line.substring(line.indexOf(' ') + 1).replace(" " + ARRIVAL, "");
    }

    private static Reading reading(String payload) {
        byte[] bytes = payload.getBytes(ISO_8859_1);
        return new Reading("d/x", bytes, bytes.length, ARRIVAL);
    }

    private static Decoder decoder(String settings) throws InvalidRulesException {
        Map<String, String> texts = new LinkedHashMap<>(Map.of("topic", "d/+"));
        for (String setting : settings.split(";")) {
            String[] parts = setting.split("=", 2);
            texts.put(parts[0], parts[1]);
        }
        RulesReader reader = new RulesReader(SameTime.EXACT, Retained.TIMED);
        reader.add("r", texts, key -> key);
        return new Decoder(reader.rules(), TestDecoders.MAX_POINTS);
    }
}
