package dev.sensorline.points.decoding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.sensorline.points.Decoded;
import dev.sensorline.points.Ignored;
import dev.sensorline.points.Point;
import dev.sensorline.points.Reading;
import dev.sensorline.points.Rejection;
import dev.sensorline.points.lineprotocol.LineProtocol;
import dev.sensorline.points.rules.Format;
import dev.sensorline.points.rules.InvalidTime;
import dev.sensorline.points.rules.Rule;
import dev.sensorline.points.rules.RuleBuilder;
import dev.sensorline.points.rules.SourceText;
import dev.sensorline.points.rules.TagText;
import dev.sensorline.points.rules.TimeUnit;
import dev.sensorline.points.rules.TopicFilter;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;

class LineFormatTest {

    private static final long ARRIVAL = 1_750_000_000_000_000_001L;

    private final Decoder decoder = decoder(rule("lines/{gw}"));

    private static RuleBuilder rule(String filter) {
        return new RuleBuilder(TopicFilter.parse(filter)).format(Format.LINE);
    }

    private static Decoder decoder(RuleBuilder rule) {
        return TestDecoders.forRules(rule.build(Rule.Origin.of("rule")));
    }

    private static Reading reading(String topic, byte[] payload, List<Map.Entry<String, String>> properties) {
        return new Reading(topic, payload, payload.length, ARRIVAL, false, properties);
    }

    private static Reading reading(String payload) {
        return reading("lines/G", payload.getBytes(UTF_8), List.of());
    }

    private static List<String> texts(Decoder decoder, Reading reading) {
        List<String> texts = new ArrayList<>();
        for (Decoded decoded : decoder.decode(reading)) {
            texts.add(
                    decoded instanceof Point point
                            ? LineProtocol.line(point)
                            : ((Rejection) decoded).reason().key() + ": " + ((Rejection) decoded).detail());
        }
        return texts;
    }

    private List<String> texts(String payload) {
        return texts(decoder, reading(payload));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "m f=1 1700000000000000001|m,gw=G f=1.0 1700000000000000001",
                "m,b=2,a=1 f=1 1700000000000000001|m,a=1,b=2,gw=G f=1.0 1700000000000000001",
                "m f=1|m,gw=G f=1.0 1750000000000000001",
                "m f=1i|m,gw=G f=1i 1750000000000000001",
                "m f=-9223372036854775808i|m,gw=G f=-9223372036854775808i 1750000000000000001",
                "m f=18u|m,gw=G f=18i 1750000000000000001",
                "m f=t,g=False,h=TRUE,i=F|m,gw=G f=true,g=false,h=true,i=false 1750000000000000001",
                "m f=-1.5e3,g=.5,h=+1,i=1E2|m,gw=G f=-1500.0,g=0.5,h=1.0,i=100.0 1750000000000000001",
                "m s=`\"a \\\"b\\\" c:\\\\d\\e,=\"`|m,gw=G s=`\"a \\\"b\\\" c:\\\\d\\\\e,=\"` 1750000000000000001",
                "m s=`\"\"`|m,gw=G s=`\"\"` 1750000000000000001",
                "my\\ m\\,x=,a\\ b=c\\=d\\,e f\\ g\\==1|my\\ m\\,x=,a\\ b=c\\=d\\,e,gw=G f\\ g\\==1.0 1750000000000000001",
                "m,a=1,a=2 f=1,f=2|m,a=2,gw=G f=2.0 1750000000000000001",
                "m,a= f=1|m,gw=G f=1.0 1750000000000000001",
                "m  f=1   1700000000000000001  |m,gw=G f=1.0 1700000000000000001",
                "m f=1 1700000000000000001.5|m,gw=G f=1.0 1700000000000000001",
                "m f=1 1.7e18|m,gw=G f=1.0 1700000000000000000",
                "m f=1 0|m,gw=G f=1.0 1750000000000000001",
                "m f=1,time=2,_field=3|m,gw=G f=1.0 1750000000000000001",
                "temperatur,ort=Küche wert=1|temperatur,gw=G,ort=Küche wert=1.0 1750000000000000001",
                "m f=1.2345678901234567|m,gw=G f=1.2345678901234567 1750000000000000001"
            })
    void a_line_is_a_point_with_the_tags_of_the_topic(String line, String point) {
        assertEquals(List.of(point.replace("`", "")), texts(line.replace("`", "")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "m|malformed: line 1: no field",
                ",a=1 f=1|malformed: line 1: no measurement",
                "m,a f=1|malformed: line 1: a tag without a name, or with no or more than one equals sign",
                "m,=a f=1|malformed: line 1: a tag without a name, or with no or more than one equals sign",
                "m,a=b=c f=1|malformed: line 1: a tag without a name, or with no or more than one equals sign",
                "m, f=1|malformed: line 1: a tag without a name, or with no or more than one equals sign",
                "m f|malformed: line 1: a field has no name or no value",
                "m =1|malformed: line 1: a field has no name or no value",
                "m f=1,|malformed: line 1: a field has no name or no value",
                "m f=|malformed: line 1: no value of 'f'",
                "m f=,g=1|malformed: line 1: no value of 'f'",
                "m f=abc|malformed: line 1: the value of 'f'",
                "m f=\"abc|malformed: line 1: a text without a closing quotation mark",
                "m f=\"abc\\\"|malformed: line 1: a text without a closing quotation mark",
                "m f=\"abc\"d|malformed: line 1: there is more behind a text",
                "m f=1 1700000000000000001 x|malformed: line 1: there is more behind the time",
                "m f=nan|not_finite: line 1: the value of 'f'",
                "m f=-inf|not_finite: line 1: the value of 'f'",
                "m f=1e999|not_finite: line 1: the value of 'f'",
                "m f=1x|not_a_number: line 1: the value of 'f'",
                "m f=1.5i|not_a_number: line 1: the value of 'f'",
                "m f=-i|not_a_number: line 1: the value of 'f'",
                "m f=-1u|not_a_number: line 1: the value of 'f'",
                "m f=18446744073709551615u|not_a_number: line 1: the value of 'f'",
                "m f=9223372036854775808i|not_a_number: line 1: the value of 'f'",
                "m f=1 yesterday|bad_time: line 1: 'time' must be nanoseconds since 1970",
                "m f=1 -|bad_time: line 1: 'time' must be nanoseconds since 1970",
                "m f=1 9999999999999999999|bad_time: line 1: 'time' is outside 1677 to 2262",
                "m f=1 9223372036854775807|bad_time: line 1: 'time' is outside 1677 to 2262",
                "m time=1|no_value: line 1: no field with a valid name",
                "m f\\\\=1|no_value: line 1: no field with a valid name",
                "m,a=b\\\\=c f=1|not_a_tag: line 1: 'a' has a line feed, a backslash at its end or before =, or is not valid text",
                "m\\\\ n f=1|not_a_tag: line 1: the measurement is empty, has a control character, begins with # or has a backslash at its end or before = or a blank",
                "m,time=1 f=1|not_a_tag: line 1: 'time' cannot be the name of a tag",
                "m,a=b\\ f=1|malformed: line 1: no field"
            })
    void what_is_invalid_is_set_aside_with_the_number_of_the_line(String line, String rejection) {
        assertEquals(List.of(rejection), texts(line));
    }

    @Test
    void lines_end_with_cr_and_lf_or_without_and_others_are_blank_or_comments() {
        assertEquals(
                List.of(
                        "m,gw=G f=1.0 1700000000000000001",
                        "m,gw=G f=2.0 1750000000000000002",
                        "m,gw=G f=3.0 1750000000000000003"),
                texts("\ufeff# a comment\r\n\r\nm f=1 1700000000000000001\r\n \t \n\tm f=2\r\n#m f=9\nm f=3\0\0"));
    }

    @Test
    void others_than_an_invalid_line_are_stored() {
        assertEquals(
                List.of(
                        "m,gw=G f=1.0 1750000000000000001",
                        "malformed: line 3: no field",
                        "m,gw=G s=\"a\nb\",f=2.0 1750000000000000003",
                        "malformed: line 6: a text without a closing quotation mark",
                        "m,gw=G f=3.0 1750000000000000005"),
                texts("m f=1\n# comment\nbroken\nm s=\"a\nb\",f=2\nm s=\"open\nm f=3"));
    }

    @Test
    void line_feeds_in_texts_count_as_lines() {
        assertEquals(
                List.of(
                        "m,gw=G s=\"a\n\",t=\"\\\\\nb\n\" 1750000000000000001",
                        "malformed: line 5: no field",
                        "m,gw=G f=1.0 1750000000000000003",
                        "malformed: line 7: no field"),
                texts("m s=\"a\n\",t=\"\\\nb\n\"\nbroken\nm f=1\nbroken"));
    }

    @Test
    void lines_that_are_not_utf8_are_set_aside() {
        byte[] payload = "m s=\"?\"\nm f=1".getBytes(UTF_8);
        payload[5] = (byte) 0xff;
        assertEquals(
                List.of("not_utf8: line 1", "m,gw=G f=1.0 1750000000000000002"),
                texts(decoder, reading("lines/G", payload, List.of())));
    }

    @Test
    void a_message_without_lines_is_ignored() {
        assertEquals(Ignored.EMPTY, TestDecoders.ignored(decoder, reading("# nothing\n\n#")));
    }

    @Test
    void fields_without_a_valid_name_are_left_out_and_counted() {
        long before = decoder.ignored(Ignored.NOT_A_FIELD);
        assertEquals(
                List.of("m,gw=G f=1.0 1750000000000000001"),
                texts("m f=1,time=2,a\u0001=3,b\\\\\\,=4," + "x".repeat(300) + "=5," + "y".repeat(900) + "=6"));
        assertEquals(before + 5, decoder.ignored(Ignored.NOT_A_FIELD));
    }

    @Test
    void a_line_has_at_most_1024_fields() {
        StringBuilder line = new StringBuilder("m f0=0");
        for (int i = 1; i < 1_024; i++) {
            line.append(",f").append(i).append("=1");
        }
        assertTrue(texts(line.toString()).get(0).startsWith("m,gw=G f0=0.0,f1=1.0"));
        assertEquals(
                List.of("malformed: line 1: more than 1024 fields"),
                texts(line.append(",f1024=1").toString()));
    }

    @Test
    void series_are_as_long_as_influxdb_allows() {
        assertEquals(
                List.of("not_a_tag: line 1: the tags are longer than 64000 bytes"),
                texts("m,a=" + "x".repeat(64_000) + " f=1"));
        String tag = "x".repeat(60_000);
        assertEquals(List.of("m,a=" + tag + ",gw=G f=1.0 1750000000000000001"), texts("m,a=" + tag + " f=1"));
    }

    @Test
    void tags_of_the_rule_win() {
        Decoder own = decoder(
                rule("lines/{gw}").tags(List.of(TagText.parse("site=north"), TagText.parse("room={property:room}"))));
        String line = "m,gw=X,site=Y,room=Z f=1 1700000000000000001";
        assertEquals(List.of("m,gw=G,room=Z,site=north f=1.0 1700000000000000001"), texts(own, reading(line)));
        for (String room : List.of("R1", "R2", "R1")) {
            assertEquals(
                    List.of("m,gw=G,room=" + room + ",site=north f=1.0 1700000000000000001"),
                    texts(own, reading("lines/G", line.getBytes(UTF_8), List.of(Map.entry("room", room)))));
        }
    }

    @Test
    void the_tag_that_rules_have_by_default_gives_way() {
        Decoder unnamed = decoder(rule("lines/+"));
        assertEquals(
                List.of("disk,name=sda f=1.0 1750000000000000001", "disk,name=G f=1.0 1750000000000000002"),
                texts(unnamed, reading("disk,name=sda f=1\ndisk f=1")));
    }

    @Test
    void series_of_two_topics_are_told_apart() {
        byte[] line = "m,a=1 f=1 1700000000000000001".getBytes(UTF_8);
        for (String gateway : List.of("A", "B", "A")) {
            assertEquals(
                    List.of("m,a=1,gw=" + gateway + " f=1.0 1700000000000000001"),
                    texts(decoder, reading("lines/" + gateway, line, List.of())));
        }
    }

    @Test
    void the_measurement_of_the_rule_wins() {
        assertEquals(
                List.of("weather,a=1,gw=G f=1.0 1750000000000000001"),
                texts(decoder(rule("lines/{gw}").measurement(SourceText.parse("weather"))), reading("m,a=1 f=1")));
        assertEquals(
                List.of("G f=1.0 1750000000000000001"),
                texts(decoder(rule("lines/{gw}").measurement(SourceText.parse("{gw}"))), reading("m f=1")));
    }

    @Test
    void measurements_are_those_that_influxdb_accepts() {
        assertEquals("not_a_tag", texts("a\u0001 f=1").get(0).split(":")[0]);
    }

    @Test
    void times_are_in_the_unit_of_the_rule() {
        Decoder seconds = decoder(rule("lines/{gw}").timeUnit(TimeUnit.S));
        assertEquals(List.of("m,gw=G f=1.0 1700000000000000000"), texts(seconds, reading("m f=1 1700000000")));
        assertEquals(List.of("m,gw=G f=1.0 1700000000500000000"), texts(seconds, reading("m f=1 1700000000.5")));
        assertEquals(
                List.of("bad_time: line 1: 'time' is outside 1677 to 2262"),
                texts(seconds, reading("m f=1 17000000000000")));
    }

    @Test
    void clocks_that_are_not_set_are_counted_or_refused() {
        assertEquals(List.of("m,gw=G f=1.0 1750000000000000001"), texts("m f=1 1000"));
        assertEquals(1, decoder.unsetClocks());
        Decoder strict = decoder(rule("lines/{gw}")
                .timeEarliest(Instant.parse("2020-01-01T00:00:00Z"))
                .timeInvalid(InvalidTime.REJECT));
        assertEquals(
                List.of("bad_time: line 1: 'time' is that of a clock that is not set"),
                texts(strict, reading("m f=1 1500000000000000000")));
    }

    @Test
    void a_line_with_a_time_makes_the_same_point_again() {
        Decoder millis = decoder(rule("lines/{gw}").timeUnit(TimeUnit.MS));
        List<String> first = texts(millis, reading("m f=1 1700000000000\nm f=2 1700000000000"));
        assertEquals(2, first.stream().distinct().count());
        assertEquals(first, texts(millis, reading("m f=1 1700000000000\nm f=2 1700000000000")));
        assertEquals(List.of(first.get(1)), texts(millis, reading("m f=2 1700000000000")));
        assertTrue(millis.isTimed());
        texts(millis, reading("m f=1"));
        assertFalse(millis.isTimed());
    }

    @Test
    void points_of_a_message_are_bounded() {
        List<String> texts = texts("m f=1\n".repeat(TestDecoders.MAX_POINTS + 1));
        assertEquals(List.of("too_many_points: more than 10000"), texts);
    }

    @Test
    void invalid_lines_of_a_message_are_bounded() {
        assertEquals(
                List.of("too_many_points: more than 10000 invalid lines"),
                texts("m f=1\n" + "x\n".repeat(TestDecoders.MAX_POINTS + 1)));
        assertEquals(
                List.of("too_many_points: more than 10000 invalid lines"),
                texts("m,time=1 f=1\n".repeat(TestDecoders.MAX_POINTS + 1)));
    }

    @Test
    void the_first_invalid_lines_are_explained() {
        List<String> texts = texts("x\n".repeat(12));
        assertEquals("malformed: line 10: no field", texts.get(9));
        assertEquals("malformed: null", texts.get(11));
    }

    @Test
    void tags_and_fields_of_a_rule_are_not_from_the_payload() {
        RuleBuilder rule = rule("lines/{gw}").tags(List.of(TagText.parse("a=/a")));
        assertEquals(
                "must take each tag from text, {level} or {property:name}: a line has its own tags",
                assertThrows(IllegalArgumentException.class, () -> rule.build(Rule.Origin.of("rule")))
                        .getMessage());
    }

    @Property(tries = 300)
    @Tag("fuzz")
    void whatever_the_bytes_are_nothing_is_thrown(@ForAll long seed) {
        Random random = new Random(seed);
        Decoder fuzzed = decoder(rule("lines/{gw}"));
        byte[] valid =
                "m\\ 1,a=b\\,c,d=e f=1.5,g=2i,h=\"x\\\"\ny\",i=t 1700000000000000001\r\n# c\n\nm f=1".getBytes(UTF_8);
        for (int i = 0; i < 50; i++) {
            byte[] payload = valid.clone();
            if (random.nextInt(4) == 0) {
                random.nextBytes(payload);
            }
            String special = " ,=\"\\\n\r\0ui-.#1t";
            for (int j = random.nextInt(6); j > 0; j--) {
                payload[random.nextInt(payload.length)] = (byte) special.charAt(random.nextInt(special.length()));
            }
            for (Decoded decoded : fuzzed.decode(reading("lines/G", payload, List.of()))) {
                if (decoded instanceof Point point) {
                    // What has been read is read again as the same.
                    assertEquals(
                            List.of(LineProtocol.line(point)),
                            texts(decoder(rule("lines/{gw}")), reading(LineProtocol.line(point))));
                }
            }
        }
    }
}
