package dev.sensorline.points.decoding;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import dev.sensorline.points.Decoded;
import dev.sensorline.points.Ignored;
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
import dev.sensorline.points.rules.SourceText;
import dev.sensorline.points.rules.TagText;
import dev.sensorline.points.rules.TimeUnit;
import dev.sensorline.points.rules.TopicFilter;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.Size;

/** CBOR, MessagePack, and numbers at fixed places of bytes. */
class BinaryFormatsTest {

    private static final String TOPIC = "d/1";

    static RuleBuilder rule(Format format, String... fields) {
        List<FieldText> all = Arrays.stream(fields).map(FieldText::parse).toList();
        RuleBuilder builder = new RuleBuilder(TopicFilter.parse("d/{id}")).format(format);
        return all.isEmpty() ? builder : builder.fields(all);
    }

    static Decoder decoder(RuleBuilder rule) {
        return TestDecoders.forRules(rule.build(Rule.Origin.of("rule")));
    }

    static Reading reading(byte[] payload) {
        return new Reading(TOPIC, payload, payload.length, 1);
    }

    static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }

    /** The points as line protocol without the usual series, and why the rest is set aside. */
    static String decoded(Decoder decoder, byte[] payload) {
        StringBuilder all = new StringBuilder();
        for (Decoded decoded : decoder.decode(reading(payload))) {
            all.append(all.isEmpty() ? "" : " | ")
                    .append(
                            decoded instanceof Rejection rejection
                                    ? rejection.reason().key()
                                    : LineProtocol.line((Point) decoded)
                                            .replaceFirst("^sensor[, ](?:id=1[, ])?", "")
                                            .replaceFirst(",id=1 ", " ")
                                            .replaceFirst(" 1$", ""));
        }
        return all.toString();
    }

    /** Of a value under the key "v". */
    private static String decoded(Format format, String type, String digits) {
        String key = format == Format.CBOR ? "a1 61 76" : "81 a1 76";
        return decoded(decoder(rule(format, "v:" + type)), hex(key + digits));
    }

    @ParameterizedTest
    @CsvSource({
        // RFC 8949, appendix A
        "integer, 00, v=0i",
        "integer, 17, v=23i",
        "integer, 1818, v=24i",
        "integer, 1903e8, v=1000i",
        "integer, 1a000f4240, v=1000000i",
        "integer, 1b000000e8d4a51000, v=1000000000000i",
        "float, 1bffffffffffffffff, v=1.8446744073709552E19",
        "integer, 1bffffffffffffffff, not_a_number",
        "float, c249010000000000000000, v=1.8446744073709552E19",
        "float, 3bffffffffffffffff, v=-1.8446744073709552E19",
        "integer, 20, v=-1i",
        "integer, 3903e7, v=-1000i",
        "integer, 1b7fffffffffffffff, v=9223372036854775807i",
        "integer, 3b7fffffffffffffff, v=-9223372036854775808i",
        "float, f90000, v=0.0",
        "float, f98000, v=-0.0",
        "float, f93c00, v=1.0",
        "float, fb3ff199999999999a, v=1.1",
        "float, f93e00, v=1.5",
        "float, f97bff, v=65504.0",
        "float, fa47c35000, v=100000.0",
        "float, fa7f7fffff, v=3.4028234663852886E38",
        "float, fb7e37e43c8800759c, v=1.0E300",
        "float, f90001, v=5.960464477539063E-8",
        "float, f90400, v=6.103515625E-5",
        "float, f9c400, v=-4.0",
        "float, f97c00, not_finite",
        "float, f97e00, not_finite",
        "float, fbfff0000000000000, not_finite",
        "float?, f97e00, ''",
        "boolean, f4, v=false",
        "boolean, f5, v=true",
        "integer, f6, no_value",
        "integer, f7, no_value",
        "string, c074323031332d30332d32315432303a30343a30305a, 'v=\"2013-03-21T20:04:00Z\"'",
        "integer, c11a514b67b0, v=1363896240i",
        "float, c1fb41d452d9ec200000, v=1.3638962405E9",
        "string, d74401020304, 'v=\"01020304\"'",
        "float, d74401020304, no_value",
        "string, 60, 'v=\"\"'",
        "string, 6161, 'v=\"a\"'",
        "string, 62c3bc, 'v=\"ü\"'",
        "string, 64f0908591, 'v=\"\ud800\udd51\"'",
        "string, 7f657374726561646d696e67ff, 'v=\"streaming\"'",
        "string, 5f42010243030405ff, 'v=\"0102030405\"'",
        "float, c48221196ab3, v=273.15",
    })
    void cbor_values_are_those_of_json(String type, String digits, String becomes) {
        assertEquals(becomes, decoded(Format.CBOR, type, digits));
    }

    @ParameterizedTest
    @CsvSource({
        "integer, 00, v=0i",
        "integer, 7f, v=127i",
        "integer, ff, v=-1i",
        "integer, e0, v=-32i",
        "integer, cc80, v=128i",
        "integer, cdffff, v=65535i",
        "integer, ceffffffff, v=4294967295i",
        "integer, cf7fffffffffffffff, v=9223372036854775807i",
        "float, cfffffffffffffffff, v=1.8446744073709552E19",
        "integer, cfffffffffffffffff, not_a_number",
        "integer, d080, v=-128i",
        "integer, d18000, v=-32768i",
        "integer, d280000000, v=-2147483648i",
        "integer, d38000000000000000, v=-9223372036854775808i",
        "float, ca41ac0000, v=21.5",
        "float, cb3ff199999999999a, v=1.1",
        "float, ca7fc00000, not_finite",
        "boolean, c2, v=false",
        "boolean, c3, v=true",
        "float, c0, no_value",
        "float, c1, malformed",
        "string, a161, 'v=\"a\"'",
        "string, d903616263, 'v=\"abc\"'",
        "string, da0003616263, 'v=\"abc\"'",
        "string, db00000003616263, 'v=\"abc\"'",
        "string, a1ff, malformed",
        "string, c402cafe, 'v=\"cafe\"'",
        "string, c50002cafe, 'v=\"cafe\"'",
        "string, c600000002cafe, 'v=\"cafe\"'",
        "string, c70205cafe, 'v=\"cafe\"'",
        "string, c8000205cafe, 'v=\"cafe\"'",
        "string, c90000000205cafe, 'v=\"cafe\"'",
        "string, d405ca, 'v=\"ca\"'",
        "string, d505cafe, 'v=\"cafe\"'",
        "string, d80500112233445566778899aabbccddeeff, 'v=\"00112233445566778899aabbccddeeff\"'",
        "integer, d6ff6553f100, v=1700000000i",
        "float, d7ff773594006553f100, v=1.7000000005E9",
        "float, c70cff1dcd6500000000006553f100, v=1.7000000005E9",
    })
    void messagepack_values_are_those_of_json(String type, String digits, String becomes) {
        assertEquals(becomes, decoded(Format.MSGPACK, type, digits));
    }

    @Test
    void keys_that_are_integers_are_names_in_decimal() {
        String[] fields = {"a=/1", "b=/-2", "c=/500"};
        assertEquals("a=1.0,b=2.0,c=3.0", decoded(decoder(rule(Format.CBOR, fields)), hex("a3 01 01 21 02 1901f4 03")));
        assertEquals(
                "a=1.0,b=2.0,c=3.0", decoded(decoder(rule(Format.MSGPACK, fields)), hex("83 01 01 fe 02 cd01f4 03")));
        assertEquals("a=1.0", decoded(decoder(rule(Format.MSGPACK, "a")), hex("81 c40161 01")));
        assertEquals("malformed", decoded(decoder(rule(Format.MSGPACK, "a")), hex("81 c3 01")));
        assertEquals("malformed", decoded(decoder(rule(Format.CBOR, "a")), hex("a1 f5 01")));
    }

    @ParameterizedTest
    @CsvSource({
        "CBOR, a2 6161 82 01 02 6162 9f 03 ff",
        "CBOR, d9d9f7 bf 6161 9f 01 02 ff 6162 81 03 ff",
        "MSGPACK, 82 a161 92 01 02 a162 dc0001 03",
        "MSGPACK, de0002 a161 dd00000002 01 02 a162 91 03"
    })
    void steps_in_braces_are_members_and_elements(Format format, String digits) {
        Decoder decoder = decoder(rule(format, "value=/{list}/{i}").pointers(List.of(), List.of(), Optional.empty()));
        assertEquals("value=1.0 | value=2.0 2 | value=3.0 3", decoded(decoder, hex(digits)));
    }

    @ParameterizedTest
    @CsvSource({
        "CBOR, a2 647479706501 6161 07, a2 647479706502 6161 08",
        "MSGPACK, 82 a47479706501 a161 07, 82 a47479706502 a161 08"
    })
    void several_documents_are_told_apart_by_a_condition(Format format, String one, String other) {
        Supplier<Decoder> decoder = () -> TestDecoders.forRules(
                rule(format, "one=/a").when(Condition.parse("/type:1")).build(Rule.Origin.of("a")),
                rule(format, "two=/a").when(Condition.parse("/type:2")).build(Rule.Origin.of("b")));
        assertEquals("one=7.0 | two=8.0 2 | two=8.0 3", decoded(decoder.get(), hex(one + other + other)));
        assertEquals("one=7.0 | malformed", decoded(decoder.get(), hex(one + (format == Format.CBOR ? "ff" : "c1"))));
        assertEquals("one=7.0 | malformed", decoded(decoder.get(), hex(one + "01")));
        String truncated = other.substring(0, other.length() - 3);
        assertEquals("one=7.0 | malformed", decoded(decoder.get(), hex(one + truncated)));
    }

    @Test
    void bytes_are_hexadecimal_digits_as_a_tag_and_as_a_condition() {
        RuleBuilder rule =
                rule(Format.CBOR, "v").tags(List.of(TagText.parse("eui=/e"))).when(Condition.parse("/e:70b3"));
        Decoder decoder = decoder(rule);
        assertEquals("eui=70b3 v=1.0", decoded(decoder, hex("a2 6165 4270b3 6176 01")));
        assertEquals(Ignored.CONDITION, TestDecoders.ignored(decoder, reading(hex("a2 6165 4270b4 6176 01"))));
    }

    @Test
    void a_timestamp_of_messagepack_is_in_seconds() {
        RuleBuilder rule = rule(Format.MSGPACK, "v").time(SourceText.parse("/t"), Optional.of(TimeUnit.S));
        assertEquals("v=1.0 1700000000500000000", decoded(decoder(rule), hex("82 a174 d7ff773594006553f100 a176 01")));
    }

    @Test
    void bytes_are_no_time() {
        RuleBuilder rule = rule(Format.CBOR, "v").time(SourceText.parse("/t"), Optional.of(TimeUnit.ISO8601));
        assertEquals("bad_time", decoded(decoder(rule), hex("a2 6174 42cafe 6176 01")));
    }

    @ParameterizedTest
    @CsvSource({
        "CBOR, 9bffffffffffffffff",
        "CBOR, a1 6176 5a7fffffff 01",
        "CBOR, a1 6176 7a7fffffff 61",
        "CBOR, a1 6176 7bffffffffffffffff 61",
        "CBOR, a1 6176 c25a7fffffff 01",
        "CBOR, a1 7a7fffffff 61",
        "CBOR, bf",
        "CBOR, a1 6176 5f",
        "CBOR, a1 6176 62c328",
        "CBOR, a1",
        "CBOR, ff",
        "MSGPACK, ddffffffff",
        "MSGPACK, dfffffffff",
        "MSGPACK, 81 a176 c6ffffffff 01",
        "MSGPACK, 81 a176 c97fffffff 01",
        "MSGPACK, 81 a176 dbffffffff 61",
        "MSGPACK, 81 a176 cb00",
        "MSGPACK, 81"
    })
    void a_length_beyond_the_payload_is_malformed(Format format, String digits) {
        assertEquals("malformed", decoded(decoder(rule(format, "v:string")), hex(digits)));
    }

    @ParameterizedTest
    @CsvSource({"CBOR, fa41ac0000, f6", "MSGPACK, ca41ac0000, c0"})
    void a_payload_may_be_a_value_without_a_name(Format format, String value, String nothing) {
        assertEquals("v=21.5", decoded(decoder(rule(format, "v")), hex(value)));
        assertEquals("malformed", decoded(decoder(rule(format, "v")), hex(value + value)));
        assertEquals("no_value", decoded(decoder(rule(format, "v", "w")), hex(value)));
        assertEquals(Ignored.EMPTY, TestDecoders.ignored(decoder(rule(format, "v")), reading(hex(nothing))));
        Decoder conditional = decoder(rule(format, "v").when(Condition.parse("/a:1")));
        assertEquals(Ignored.CONDITION, TestDecoders.ignored(conditional, reading(hex(value))));
    }

    @ParameterizedTest
    @EnumSource(names = {"CBOR", "MSGPACK"})
    void the_nesting_is_bounded(Format format) {
        byte[] deep = new byte[33];
        Arrays.fill(deep, (byte) (format == Format.CBOR ? 0x81 : 0x91));
        deep[32] = 1;
        assertEquals("no_value", decoded(decoder(rule(format, "v")), deep));
        byte[] deeper = new byte[200_000];
        Arrays.fill(deeper, deep[0]);
        assertEquals("malformed", decoded(decoder(rule(format, "v")), deeper));
    }

    @Test
    void a_huge_integer_takes_little_time() {
        byte[] payload = new byte[250_000];
        Arrays.fill(payload, (byte) 0x55);
        System.arraycopy(hex("a16176c25a0003d087"), 0, payload, 0, 9);
        byte[] pack = new byte[250_000];
        Arrays.fill(pack, (byte) 0x55);
        System.arraycopy(hex("81a3006161240102c25a0003d083"), 0, pack, 0, 14);
        Decoder senml = decoder(rule(Format.SENML));
        Assertions.assertTimeout(Duration.ofSeconds(2), () -> assertEquals("malformed", decoded(senml, pack)));
        byte[] repeated = hex("9fa3216161020122c25a0001e848" + "55".repeat(125_000) + "a10201".repeat(40_000) + "ff");
        Assertions.assertTimeout(Duration.ofSeconds(2), () -> senml.decode(reading(repeated)));
        for (String type : List.of("float", "integer", "string", "boolean", "quantity")) {
            Decoder decoder = decoder(rule(Format.CBOR, "v:" + type));
            Assertions.assertTimeout(Duration.ofSeconds(2), () -> decoder.decode(reading(payload)));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "uint8@0, 01ff, v=1.0",
        "uint8@1, 01ff, v=255.0",
        "int8@1, 01ff, v=-1.0",
        "int16@0*0.1, 00d7, v=21.5",
        "int16@0*0.1, ff29, v=-21.5",
        "int16le@0*0.1, d700, v=21.5",
        "int16@0*.1, 00d7, v=21.5",
        "int16@0*1., 00d7, v=215.0",
        "int16@0/10, 00d7, v=21.5",
        "int16@0/10-.5, 00d7, v=21.0",
        "int16@0/-2.5, 00d7, v=-86.0",
        "int16@0/3, 00d8, v=72.0",
        "uint16@0, ff29, v=65321.0",
        "uint8@0*0.5-40, 7d, v=22.5",
        "uint8@0+0.25, 7d, v=125.25",
        "uint8@0*2, 7d, v=250.0",
        "uint8@0*-1, 7d, v=-125.0",
        "uint8@0*1e-3, 7d, v=0.125",
        "int24@1, 00800000, v=-8388608.0",
        "uint24le@0, 010203, v=197121.0",
        "uint32@0, ffffffff, v=4.294967295E9",
        "int48@0, ffffffffffff, v=-1.0",
        "uint64@0, ffffffffffffffff, v=1.8446744073709552E19",
        "uint64@0*0.1, ffffffffffffffff, v=1.8446744073709553E18",
        "float16@0, 3e00, v=1.5",
        "float16@0, c000, v=-2.0",
        "float16@0, 0001, v=5.960464477539063E-8",
        "float16@0, 7c00, not_finite",
        "float16@0, 7e00, not_finite",
        "float32@0, 41ac0000, v=21.5",
        "float32le@0*10, 0000ac41, v=215.0",
        "float32@0*10, 7fc00000, not_finite",
        "float64@0, 3ff199999999999a, v=1.1",
        "uint8@-1, 010203, v=3.0",
        "uint16@-2, 010203, v=515.0",
        "uint16@-4, 010203, no_value",
        "uint8@3, 010203, no_value",
        "uint16@2, 010203, no_value",
    })
    void numbers_are_at_places_of_the_payload(String place, String digits, String becomes) {
        assertEquals(becomes, decoded(decoder(rule(Format.BYTES, "v=" + place)), hex(digits)));
        assertEquals(becomes, decoded(decoder(rule(Format.HEX, "v=" + place)), digits.getBytes(UTF_8)));
        assertEquals(
                becomes,
                decoded(
                        decoder(rule(Format.BASE64, "v=" + place)),
                        Base64.getEncoder().encode(hex(digits))));
        assertEquals(
                becomes,
                decoded(
                        decoder(rule(Format.JSON, "v=base64:/a:b/{i}:" + place)),
                        "{\"a:b\":[\"%s\"]}"
                                .formatted(
                                        Base64.getUrlEncoder().withoutPadding().encodeToString(hex(digits)))
                                .getBytes(UTF_8)));
        assertEquals(
                becomes,
                decoded(
                        decoder(rule(Format.MSGPACK, "v=bytes:/d:" + place)),
                        hex("81a164c4%02x%s".formatted(digits.length() / 2, digits))));
    }

    @ParameterizedTest
    @CsvSource({
        "integer=int64@0, 8000000000000000, v=-9223372036854775808i",
        "integer=uint64@0, 7fffffffffffffff, v=9223372036854775807i",
        "integer=uint64@0, 8000000000000000, not_a_number",
        "integer=uint8@0*0.5, 04, v=2i",
        "integer=uint8@0*0.5, 05, not_a_number",
        "integer=uint8@0*3+1, 05, v=16i",
        "boolean=uint8@0, 01, v=true",
        "bit=uint8@0, 00, v=0i",
        "string=int16@0*0.1, 00d7, 'v=\"21.5\"'",
        "string=uint8@9, 00, no_value",
        "float?=uint8@9, 00, ''"
    })
    void the_number_has_the_type_of_the_field(String source, String digits, String becomes) {
        assertEquals(becomes, decoded(decoder(rule(Format.BYTES, "v:" + source)), hex(digits)));
    }

    @Test
    void a_short_payload_has_the_fields_that_are_in_it() {
        Decoder decoder = decoder(rule(Format.BYTES, "temp=int16@0*0.1", "hum:float?=uint8@2"));
        assertEquals("temp=21.5,hum=40.0", decoded(decoder, hex("00d728")));
        assertEquals("temp=21.5", decoded(decoder, hex("00d7")));
        assertEquals("no_value", decoded(decoder, hex("00")));
        assertEquals("empty", decoded(decoder, new byte[0]));
    }

    @Test
    void zeros_and_blanks_are_bytes_as_others() {
        assertEquals("v=2560.0", decoded(decoder(rule(Format.BYTES, "v=uint16@0")), hex("0a00")));
    }

    @Test
    void tags_and_time_are_numbers_in_bytes_too() {
        RuleBuilder rule = rule(Format.BYTES, "v=uint8@0")
                .tags(List.of(TagText.parse("channel=uint8@1"), TagText.parse("absent=uint8@9")))
                .time(SourceText.parse("uint32@2"), Optional.of(TimeUnit.S));
        Decoder decoder = decoder(rule);
        assertEquals("channel=2 v=1.0 1700000000000000000", decoded(decoder, hex("01026553f100")));
        assertEquals("bad_time", decoded(decoder, hex("0102")));
        Decoder ofText = decoder(
                rule(Format.BYTES, "v=uint8@0").time(SourceText.parse("uint32@2"), Optional.of(TimeUnit.ISO8601)));
        assertEquals("bad_time", decoded(ofText, hex("0102")));
        assertEquals("bad_time", decoded(ofText, hex("010200000001")));
    }

    @Test
    void names_of_steps_work_in_front_of_a_place() {
        RuleBuilder rule = rule(Format.JSON, "v=base64:/up/{u}/data:uint8@0", "{key}=hex:/named/{key}:uint8@0")
                .tags(List.of(TagText.parse("u={u}"), TagText.parse("port=hex:/up/{u}/head:uint8@0")))
                .time(SourceText.parse("hex:/up/{u}/head:uint32@1"), Optional.of(TimeUnit.S));
        assertEquals(
                "port=7,u=0 v=1.0,x=255.0 1700000000000000000 | u=1 v=2.0,x=255.0 2",
                decoded(
                        decoder(rule),
                        ("{\"up\":[{\"data\":\"AQ==\",\"head\":\"07 65:53-f1 00\"},{\"data\":\"Ag\",\"head\":null}],"
                                        + "\"named\":{\"x\":\"0xFF\"}}")
                                .getBytes(UTF_8)));
    }

    @ParameterizedTest
    @CsvSource({
        "hex:/d:uint8@0, '\"0\"'",
        "hex:/d:uint8@0, '\"0g\"'",
        "hex:/d:uint8@0, '\"1 2\"'",
        "hex:/d:uint8@0, 12",
        "hex:/d:uint8@0, '[\"12\"]'",
        "base64:/d:uint8@0, '\"A\"'",
        "base64:/d:uint8@0, '\"A*==\"'",
        "bytes:/d:uint8@0, '\"12\"'"
    })
    void what_stands_for_no_bytes_has_no_number(String source, String value) {
        byte[] payload = "{\"d\":%s,\"e\":1}".formatted(value).getBytes(UTF_8);
        assertEquals("no_value", decoded(decoder(rule(Format.JSON, "v=" + source)), payload));
        assertEquals("e=1.0", decoded(decoder(rule(Format.JSON, "e", "v:float?=" + source)), payload));
    }

    @Test
    void a_payload_that_stands_for_no_bytes_is_malformed() {
        assertEquals("malformed", decoded(decoder(rule(Format.HEX, "v=uint8@0")), "0g".getBytes(UTF_8)));
        assertEquals("malformed", decoded(decoder(rule(Format.BASE64, "v=uint8@0")), "A".getBytes(UTF_8)));
        assertEquals("v=255.0", decoded(decoder(rule(Format.HEX, "v=uint8@0")), " 0xFF\r\n\0".getBytes(UTF_8)));
    }

    @ParameterizedTest
    @CsvSource({
        "int12@0, must take a number of bytes as int16@0",
        "int72@0, must take a number of bytes as int16@0",
        "int0@0, must take a number of bytes as int16@0",
        "float8@0, must take a number of bytes as int16@0",
        "int16@, must take a number of bytes as int16@0",
        "int16be@0, must take a number of bytes as int16@0",
        "int16@0*, must take a number of bytes as int16@0",
        "int16@0/0, must not divide by zero",
        "int16@0/0.0, must not divide by zero",
        "int16@0*., must take a number of bytes as int16@0",
        "int16@0*0.1*2, must take a number of bytes as int16@0",
        "hex:/data, must take a number of bytes as int16@0",
        "hex:/data:text, must take a number of bytes as int16@0",
        "hex:/da~ta:int8@0, must be a JSON pointer",
        "int16@-1, must have the whole number in the payload: one of 16 bits is at most at @-2",
        "int16@-0, must have the whole number in the payload",
    })
    void a_place_that_is_none_is_refused(String source, String message) {
        String refusal = assertThrows(IllegalArgumentException.class, () -> FieldText.parse("v=" + source))
                .getMessage();
        assertTrue(refusal.startsWith(message), refusal);
    }

    @Test
    void places_are_refused_where_the_format_has_pointers_and_the_other_way_round() {
        assertEquals(
                "must have format=bytes, hex or base64 for int16@0, or the pointer to a text as in base64:/data:int16@0",
                assertThrows(IllegalArgumentException.class, () -> rule(Format.AUTO, "v=int16@0"))
                        .getMessage());
        assertEquals(
                "must take /v from a place in the bytes such as int16@0, because the format has no pointers",
                assertThrows(IllegalArgumentException.class, () -> rule(Format.HEX, "v"))
                        .getMessage());
        RuleBuilder bytes = rule(Format.BYTES, "v=int16@0");
        assertThrows(IllegalArgumentException.class, () -> bytes.time(SourceText.parse("/t"), Optional.empty()));
    }

    @Property
    @Tag("fuzz")
    void random_bytes_are_points_or_set_aside(@ForAll byte[] bytes) {
        for (Format format : List.of(Format.CBOR, Format.MSGPACK, Format.SENML)) {
            TestDecoders.all(decoder(rule(format)), reading(bytes));
            TestDecoders.all(
                    decoder(rule(format, "a:string=/{x}", "b=/{x}/{y}", "c:boolean=/{x}/{y}/0")
                            .tags(List.of(TagText.parse("t=/{x}/1")))
                            .time(SourceText.parse("/{x}/0"), Optional.empty())),
                    reading(bytes));
        }
        for (Format format : List.of(Format.BYTES, Format.HEX, Format.BASE64)) {
            TestDecoders.all(decoder(rule(format, "a:string=uint64@0", "b=float32le@-4*0.3")), reading(bytes));
        }
    }

    @Property
    @Tag("fuzz")
    void damaged_documents_are_points_or_set_aside(
            @ForAll @Size(min = 1, max = 6) List<Integer> places, @ForAll @Size(6) List<Byte> values) {
        for (String valid : List.of(
                "a5616101616282fb3ff199999999999a7f6173ff6163c24901000000000000000061645f4101ff6165c482211903e8",
                "85a16101a16292cb3ff199999999999aa173a163cfffffffffffffffffa164c70cff1dcd6500000000006553f100a165d80500112233445566778899aabbccddeeff",
                "82a721646e616d653a221b000000012c0b6c4001c10463432f6162f5a3006161024100065a00000001")) {
            byte[] payload = hex(valid);
            for (int i = 0; i < places.size(); i++) {
                payload[Math.floorMod(places.get(i), payload.length)] = values.get(i);
            }
            for (Format format : List.of(Format.CBOR, Format.MSGPACK, Format.SENML)) {
                Decoder decoder = decoder(
                        rule(format, "a:string=/{x}", "b=/{x}/{y}").time(SourceText.parse("/{x}"), Optional.empty()));
                for (Decoded decoded : decoder.decode(reading(payload))) {
                    assertTrue(decoded instanceof Rejection
                            || !LineProtocol.line((Point) decoded).isEmpty());
                }
                TestDecoders.all(decoder(rule(format)), reading(payload));
            }
        }
        assertEquals(Reason.EMPTY.key(), decoded(decoder(rule(Format.SENML)), "".getBytes(ISO_8859_1)));
    }
}
