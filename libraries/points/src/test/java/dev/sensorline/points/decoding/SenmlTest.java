package dev.sensorline.points.decoding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
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
import dev.sensorline.points.rules.Condition;
import dev.sensorline.points.rules.FieldText;
import dev.sensorline.points.rules.Format;
import dev.sensorline.points.rules.Rule;
import dev.sensorline.points.rules.RuleBuilder;
import dev.sensorline.points.rules.SourceText;
import dev.sensorline.points.rules.TagText;
import dev.sensorline.points.rules.TopicFilter;

/** SenML packs; the first are those of RFC 8428, 5. */
class SenmlTest {

    private static final long ARRIVAL = 1_700_000_000_000_000_000L;

    private final Decoder decoder = decoder("senml/+");

    private static RuleBuilder rule(String filter) {
        return new RuleBuilder(TopicFilter.parse(filter)).format(Format.SENML);
    }

    private static Decoder decoder(String filter) {
        return TestDecoders.forRules(rule(filter).build(Rule.Origin.of("rule")));
    }

    private static List<String> decoded(Decoder decoder, byte[] payload) {
        return decoder.decode(new Reading("senml/gateway", payload, payload.length, ARRIVAL)).stream()
                .map(SenmlTest::text)
                .toList();
    }

    private static String text(Decoded decoded) {
        return decoded instanceof Rejection rejection
                ? rejection.reason().key() + " " + rejection.detail()
                : LineProtocol.line((Point) decoded);
    }

    private void assertDecoded(String pack, String... lines) {
        assertEquals(
                Arrays.stream(lines).map(String::strip).collect(Collectors.toList()),
                decoded(decoder, pack.getBytes(UTF_8)));
    }

    @Test
    void a_single_record_without_a_time_is_of_now() {
        assertDecoded(
                "[{\"n\":\"urn:dev:ow:10e2073a01080063\",\"u\":\"Cel\",\"v\":23.1}]",
                "sensor,name=urn:dev:ow:10e2073a01080063,unit=Cel value=23.1 1700000000000000000");
    }

    @Test
    void base_names_are_in_front_of_names() {
        assertDecoded(
                "[{\"bn\":\"urn:dev:ow:10e2073a01080063:\",\"n\":\"voltage\",\"u\":\"V\",\"v\":120.1},"
                        + "{\"n\":\"current\",\"u\":\"A\",\"v\":1.2}]",
                "sensor,name=urn:dev:ow:10e2073a01080063:voltage,unit=V value=120.1 1700000000000000000",
                "sensor,name=urn:dev:ow:10e2073a01080063:current,unit=A value=1.2 1700000000000000001");
    }

    private static final String[] CURRENTS = {
        "sensor,name=urn:dev:ow:10e2073a0108006:voltage,unit=V value=120.1 1276020076001000000",
        "sensor,name=urn:dev:ow:10e2073a0108006:current,unit=A value=1.2 1276020071001000000",
        "sensor,name=urn:dev:ow:10e2073a0108006:current,unit=A value=1.3 1276020072001000000",
        "sensor,name=urn:dev:ow:10e2073a0108006:current,unit=A value=1.4 1276020073001000000",
        "sensor,name=urn:dev:ow:10e2073a0108006:current,unit=A value=1.5 1276020074001000000",
        "sensor,name=urn:dev:ow:10e2073a0108006:current,unit=A value=1.6 1276020075001000000",
        "sensor,name=urn:dev:ow:10e2073a0108006:current,unit=A value=1.7 1276020076001000000"
    };

    @Test
    void times_are_added_to_the_base_time() {
        assertDecoded(
                "[{\"bn\":\"urn:dev:ow:10e2073a0108006:\",\"bt\":1.276020076001e+09,\"bu\":\"A\",\"bver\":5,"
                        + "\"n\":\"voltage\",\"u\":\"V\",\"v\":120.1},{\"n\":\"current\",\"t\":-5,\"v\":1.2},"
                        + "{\"n\":\"current\",\"t\":-4,\"v\":1.3},{\"n\":\"current\",\"t\":-3,\"v\":1.4},"
                        + "{\"n\":\"current\",\"t\":-2,\"v\":1.5},{\"n\":\"current\",\"t\":-1,\"v\":1.6},"
                        + "{\"n\":\"current\",\"v\":1.7}]",
                CURRENTS);
    }

    /** RFC 8428, 6. */
    @Test
    void cbor_has_integers_for_labels() {
        String current = "a3 00 67 63757272656e74 06 ";
        byte[] pack = BinaryFormatsTest.hex("87 a7 21 781b 75726e3a6465763a6f773a3130653230373361303130383030363a"
                + "22 fb41d303a15b001062 23 6141 20 05 00 67 766f6c74616765 01 6156 02 fb405e066666666666"
                + current + "24 02 fb3ff3333333333333"
                + current + "23 02 fb3ff4cccccccccccd"
                + current + "22 02 fb3ff6666666666666"
                + current + "21 02 f93e00"
                + current + "20 02 fb3ff999999999999a"
                + current + "00 02 fb3ffb333333333333");
        assertEquals(List.of(CURRENTS), decoded(decoder, pack));
    }

    @Test
    void each_type_of_value_is_a_field_of_its_own() {
        String[] lines = {
            "sensor,name=urn:dev:ow:10e2073a01080063:temp,unit=Cel value=23.1 1700000000000000000",
            "sensor,name=urn:dev:ow:10e2073a01080063:label text=\"Machine Room\" 1700000000000000001",
            "sensor,name=urn:dev:ow:10e2073a01080063:open flag=false 1700000000000000002",
            "sensor,name=urn:dev:ow:10e2073a01080063:nfc-reader data=\"aGkgCg\" 1700000000000000003"
        };
        assertDecoded(
                "[{\"bn\":\"urn:dev:ow:10e2073a01080063:\",\"n\":\"temp\",\"u\":\"Cel\",\"v\":23.1},"
                        + "{\"n\":\"label\",\"vs\":\"Machine Room\"},{\"n\":\"open\",\"vb\":false},"
                        + "{\"n\":\"nfc-reader\",\"vd\":\"aGkgCg\"}]",
                lines);
    }

    @Test
    void data_in_cbor_is_base64_as_in_json() {
        assertEquals(
                List.of("sensor,name=a data=\"aGkgCg\" 1700000000000000000"),
                decoded(decoder, BinaryFormatsTest.hex("81 a2 00 6161 08 446869200a")));
    }

    @Test
    void base_names_change_within_a_pack() {
        assertDecoded(
                "[{\"bn\":\"2001:db8::2/\",\"bt\":1.320078429e+09,\"n\":\"temperature\",\"u\":\"Cel\",\"v\":25.2},"
                        + "{\"n\":\"humidity\",\"u\":\"%RH\",\"v\":30},"
                        + "{\"bn\":\"2001:db8::1/\",\"n\":\"temperature\",\"u\":\"Cel\",\"v\":12.3},"
                        + "{\"n\":\"humidity\",\"u\":\"%RH\",\"v\":67}]",
                "sensor,name=2001:db8::2/temperature,unit=Cel value=25.2 1320078429000000000",
                "sensor,name=2001:db8::2/humidity,unit=%RH value=30.0 1320078429000000000",
                "sensor,name=2001:db8::1/temperature,unit=Cel value=12.3 1320078429000000000",
                "sensor,name=2001:db8::1/humidity,unit=%RH value=67.0 1320078429000000000");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'bv':20,'n':'a','v':0.1}|value=20.1 1700000000000000000",
                "{'bv':20,'n':'a'}|value=20.0 1700000000000000000",
                "{'bv':20,'n':'a','vb':true}|flag=true 1700000000000000000",
                "{'bv':-1.5,'n':'a','v':9223372036854775808}|value=9.223372036854776E18 1700000000000000000",
                "{'bs':100,'n':'a','s':0.5}|sum=100.5 1700000000000000000",
                "{'bs':100,'n':'a','v':1}|value=1.0,sum=100.0 1700000000000000000",
                "{'n':'a','s':7}|sum=7.0 1700000000000000000",
                "{'n':'a','v':1,'t':-5}|value=1.0 1699999995000000000",
                "{'n':'a','v':1,'t':0.5}|value=1.0 1700000000500000000",
                "{'n':'a','v':1,'t':268435455}|value=1.0 1968435455000000000",
                "{'n':'a','v':1,'t':1700000000.123456789}|value=1.0 1700000000123456789",
                "{'n':'a','v':1,'bt':1700000000,'t':1e-20}|value=1.0 1700000000000000000",
                "{'n':'a','v':1,'x':[1],'y':null,'u':null,'ut':5}|value=1.0 1700000000000000000"
            })
    void base_values_are_added(String record, String line) {
        assertDecoded("[" + record.replace('\'', '"') + "]", "sensor,name=a " + line);
    }

    @Test
    void a_time_below_2_28_is_that_of_a_clock_that_is_relative_to_now() {
        assertDecoded("[{\"n\":\"a\",\"v\":1,\"t\":268435456}]", "sensor,name=a value=1.0 1700000000000000000");
        assertEquals(1, decoder.unsetClocks());
    }

    @Test
    void relative_times_are_not_carried() {
        assertDecoded("[{\"n\":\"a\",\"v\":1,\"t\":-5}]", "sensor,name=a value=1.0 1699999995000000000");
        assertFalse(decoder.isTimed());
        assertDecoded("[{\"n\":\"a\",\"v\":1,\"t\":1600000000}]", "sensor,name=a value=1.0 1600000000000000000");
        assertTrue(decoder.isTimed());
    }

    @Test
    void records_of_one_name_and_one_relative_time_are_points_of_their_own() {
        String records = "[{\"n\":\"a\",\"v\":1,\"t\":-5},{\"n\":\"b\",\"v\":7},{\"n\":\"a\",\"v\":2,\"t\":-5}]";
        assertDecoded(
                records + records,
                "sensor,name=a value=1.0 1699999995000000000",
                "sensor,name=b value=7.0 1700000000000000001",
                "sensor,name=a value=2.0 1699999995000000002",
                "sensor,name=a value=1.0 1699999995000000003",
                "sensor,name=b value=7.0 1700000000000000004",
                "sensor,name=a value=2.0 1699999995000000005");
    }

    @Test
    void records_of_one_name_and_one_time_that_they_carry_are_points_of_their_own_within_the_millisecond() {
        String pack = "[{\"bt\":1600000000,\"n\":\"a\",\"v\":1},{\"n\":\"a\",\"v\":2}]";
        List<String> lines = decoded(decoder, pack.getBytes(UTF_8));
        assertEquals("sensor,name=a value=1.0 1600000000000000000", lines.get(0));
        assertTrue(lines.get(1).matches("sensor,name=a value=2\\.0 1600000000000[0-9]{6}"), lines::toString);
        assertEquals(2, lines.stream().distinct().count());
        assertEquals(lines, decoded(decoder, pack.getBytes(UTF_8)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'n':'b','v':2,'x_':1}|'x_' must be understood",
                "{'n':'b','v':2,'x_':[{'v':1}]}|'x_' must be understood",
                "{'n':'b','v':'2'}|'v' is of another type",
                "{'n':'b','v':[2]}|'v' is of another type",
                "{'n':7,'v':2}|'n' is of another type",
                "{'n':'b','vb':1}|'vb' is of another type",
                "{'n':'b','vd':1}|'vd' is of another type",
                "{'n':'b','v':2,'vs':'x'}|more than one value",
                "{'v':2}|no name",
                "{'n':'-b','v':2}|a name with other characters than A-Z a-z 0-9 - : . / _",
                "{'n':'ü','v':2}|a name with other characters than A-Z a-z 0-9 - : . / _",
                "{'n':'b','v':2,'t':1e999999999}|a number out of range",
                "{'n':'b','v':2,'t':1e99999999999}|a number out of range",
                "{'n':'b','v':2,'t':NaN}|a number out of range",
                "{'n':'b','v':2,'bver':11}|version 11 of SenML is not known",
                "7|not a record",
                "[[]]|not a record"
            })
    void an_invalid_record_is_set_aside_and_the_others_are_stored(String record, String problem) {
        assertDecoded(
                "[{'n':'a','v':1},%s]".formatted(record).replace('\'', '"'),
                "sensor,name=a value=1.0 1700000000000000000",
                "malformed /1: " + problem);
        assertDecoded("[%s]".formatted(record).replace('\'', '"'), "malformed /0: " + problem);
    }

    @Test
    void one_rejection_stands_for_all_invalid_records() {
        assertDecoded("[{},{\"n\":\"a\",\"v\":true},{\"v\":1}]", "malformed /1: 'v' is of another type (and 1 more)");
        assertEquals(0, decoder.ignored(Ignored.EMPTY));
    }

    @Test
    void a_long_name_is_invalid() {
        String name = "n".repeat(600);
        assertDecoded(
                "[{\"bn\":\"%s\",\"n\":\"%s\",\"v\":1}]".formatted(name, name),
                "malformed /0: a name of more than 1024 characters");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "[{\"bn\":\"a\"}]"})
    void a_pack_without_values_is_empty(String pack) {
        byte[] payload = pack.getBytes(UTF_8);
        assertEquals(
                Ignored.EMPTY, TestDecoders.ignored(decoder, new Reading("senml/x", payload, payload.length, ARRIVAL)));
    }

    @ParameterizedTest
    @ValueSource(strings = {" [%s]", "\ufeff[%s]\n", "[%s]\0", "%s", "[{\"bn\":\"\"},%s]"})
    void json_is_told_by_its_first_character(String pack) {
        assertDecoded(pack.formatted("{\"n\":\"a\",\"v\":1}"), "sensor,name=a value=1.0 1700000000000000000");
    }

    @Test
    void several_packs_count_each() {
        assertDecoded(
                "[{\"bn\":\"x\",\"v\":1}][{\"n\":\"b\",\"v\":2}]",
                "sensor,name=x value=1.0 1700000000000000000",
                "sensor,name=b value=2.0 1700000000000000001");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[{\"n\":\"a\",\"v\":1}", "[\0", "21.5", "\"x\""})
    void what_is_no_pack_is_malformed(String payload) {
        List<String> all = decoded(decoder, payload.getBytes(UTF_8));
        assertEquals(1, all.size(), all::toString);
        assertTrue(all.get(0).startsWith("malformed "), all::toString);
    }

    @Test
    void named_levels_stay_tags() {
        byte[] pack = "[{\"n\":\"a\",\"v\":1}]".getBytes(UTF_8);
        assertEquals(
                List.of("sensor,gw=gateway,name=a value=1.0 1700000000000000000"),
                decoded(decoder("senml/{gw}"), pack));
        assertEquals(
                List.of("sensor,n=a,name=gateway value=1.0 1700000000000000000"),
                decoded(decoder("senml/{name}"), pack));
    }

    @Test
    void the_rule_may_take_what_it_wants_from_the_resolved_records() {
        RuleBuilder rule = rule("senml/{gw}")
                .fields(List.of(FieldText.parse("v=/{r}/v"), FieldText.parse("raw:integer?=base64:/{r}/vd:uint8@0")))
                .tags(List.of(TagText.parse("id=/{r}/n")))
                .time(SourceText.parse("/{r}/t"), Optional.empty());
        assertEquals(
                List.of(
                        "sensor,gw=gateway,id=xa v=1.0 1600000001000000000",
                        "sensor,gw=gateway,id=xb raw=104i 1600000000000000000"),
                decoded(
                        TestDecoders.forRules(rule.build(Rule.Origin.of("rule"))),
                        "[{\"bn\":\"x\",\"bt\":1600000000},{\"n\":\"a\",\"v\":1,\"t\":1},{\"n\":\"b\",\"vd\":\"aGkgCg\"}]"
                                .getBytes(UTF_8)));
    }

    @Test
    void tags_may_be_added_to_the_form_that_needs_no_fields() {
        RuleBuilder rule = rule("senml/+")
                .pointers(List.of(), List.of(TagText.parse("u=/{r}/u")), Optional.empty())
                .tags(List.of(TagText.parse("u=/{r}/u")))
                .time(SourceText.parse("/{r}/ut"), Optional.empty());
        assertEquals(
                List.of("sensor,name=a,u=V,unit=V value=1.0 1700000000000000000"),
                decoded(
                        TestDecoders.forRules(rule.build(Rule.Origin.of("rule"))),
                        "[{\"n\":\"a\",\"u\":\"V\",\"v\":1,\"ut\":5}]".getBytes(UTF_8)));
    }

    @Test
    void the_next_rule_is_tried_for_the_same_records() {
        Decoder conditional = TestDecoders.forRules(
                rule("senml/+").when(Condition.parse("/0/n:a")).build(Rule.Origin.of("a")),
                rule("senml/+").fields(List.of(FieldText.parse("v=/0/v"))).build(Rule.Origin.of("b")));
        assertEquals(
                List.of("sensor,name=gateway v=1.0 1700000000000000000"),
                decoded(conditional, "[{\"n\":\"b\",\"v\":1}]".getBytes(UTF_8)));
    }
}
