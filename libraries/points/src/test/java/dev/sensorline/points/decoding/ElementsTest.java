package dev.sensorline.points.decoding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

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
import dev.sensorline.points.lineprotocol.LineProtocol;
import dev.sensorline.points.rules.DecimalMark;
import dev.sensorline.points.rules.FieldText;
import dev.sensorline.points.rules.InvalidTime;
import dev.sensorline.points.rules.Rule;
import dev.sensorline.points.rules.RuleBuilder;
import dev.sensorline.points.rules.SameTime;
import dev.sensorline.points.rules.SourceText;
import dev.sensorline.points.rules.TagText;
import dev.sensorline.points.rules.TimeUnit;
import dev.sensorline.points.rules.TopicFilter;

/** Readings that are several points: steps of pointers with names, and several documents. */
class ElementsTest {

    private static final Optional<TimeUnit> ISO = Optional.of(TimeUnit.ISO8601);
    private static final long ARRIVAL = 1_700_000_000_123_456_000L;

    @Test
    void a_named_step_makes_a_point_of_each_element_with_what_stands_outside() {
        Decoder decoder = decoder(
                "gateway/{gw}/up",
                "value=/values/{v}/reading, unit:string=/values/{v}/unit",
                "id=/values/{v}/id, site=/meta/site",
                "/values/{v}/t");
        assertEquals("""
                sensor,gw=G1,id=a,site=north value=21.5,unit="C" 1700000000001000000
                sensor,gw=G1,id=b,site=north value=40.0 1700000000002000000
                """, lines(decoder, "gateway/G1/up", """
                        {"values":[{"id":"a","reading":21.5,"unit":"C","t":1700000000001},
                        {"t":1700000000002,"reading":"40","id":"b"}],"meta":{"site":"north"}}"""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // Members by name.
                "value=/sensors/{s} | name={s} | {'sensors':{'T1':21.5,'T2':20}} | sensor,name=T1 value=21.5; sensor,name=T2 value=20.0",
                // Elements by index, from 0.
                "value=/v/{i} | n={i} | {'v':[5,6]} | sensor,n=0,name=S value=5.0; sensor,n=1,name=S value=6.0",
                // The index as a field.
                "value=/v/{i}, n:integer={i} | | {'v':[5,6]} | sensor,name=S value=5.0,n=0i; sensor,name=S value=6.0,n=1i",
                // A document that is an array.
                "value=/{i}/value | | [{'value':1},{'value':2}] | sensor,name=S value=1.0; sensor,name=S value=2.0",
                "value=/{i} | | [1,2] | sensor,name=S value=1.0; sensor,name=S value=2.0",
                // Arrays in arrays.
                "value=/{r}/{c} | r={r}, c={c} | [[1,2],[3]] | sensor,c=0,name=S,r=0 value=1.0; sensor,c=1,name=S,r=0 value=2.0; sensor,c=0,name=S,r=1 value=3.0",
                // Columns, joined by index or by name; what is missing in one is absent.
                "t=/t/{i}, v=/v/{i} | | {'t':[1,2],'v':[3,4]} | sensor,name=S t=1.0,v=3.0; sensor,name=S t=2.0,v=4.0",
                "t=/t/{i}, v=/v/{i} | | {'t':[1,2,5],'v':[3,null]} | sensor,name=S t=1.0,v=3.0; sensor,name=S t=2.0; sensor,name=S t=5.0",
                "t=/t/{i}, v=/v/{i} | i={i} | {'v':{'b':4},'t':{'a':1,'b':2}} | sensor,i=b,name=S t=2.0,v=4.0; sensor,i=a,name=S t=1.0",
                // Nested names: a point for each innermost, with the values around it.
                "m=/s/{s}/e/{e}/x/{x}/m | st=/s/{s}/n, to=/s/{s}/e/{e}/to | {'s':[{'n':'A','e':[{'x':[{'m':1},{'m':2}],'to':'p'},{'to':'q','x':[{'m':3}]}]}]} | sensor,name=S,st=A,to=p m=1.0; sensor,name=S,st=A,to=p m=2.0; sensor,name=S,st=A,to=q m=3.0",
                // An outer value after the inner ones, and one of the document.
                "m=/s/{s}/e/{e}, b=/bat | st=/s/{s}/n | {'s':[{'e':[1],'n':'A'},{'n':'B','e':[2]}],'bat':3} | sensor,name=S,st=A m=1.0,b=3.0; sensor,name=S,st=B m=2.0,b=3.0",
                // Columns with their names, and rows.
                "value=/rows/{r}/{c} | col=/names/{c} | {'rows':[[1,2],[3,4]],'names':['a','b']} | sensor,col=a,name=S value=1.0; sensor,col=b,name=S value=2.0; sensor,col=a,name=S value=3.0; sensor,col=b,name=S value=4.0",
                // A name beside a fixed step.
                "value=/v/{i}/x, first=/v/0/y | | {'v':[{'x':1,'y':9},{'x':2,'y':8}]} | sensor,name=S value=1.0,first=9.0; sensor,name=S value=2.0,first=9.0",
                // Literal braces.
                "value=/{{v}}/{i} | | {'{v}':[1]} | sensor,name=S value=1.0",
                // A name that is no tag by itself.
                "value=/v/{i}/x | | {'v':{'A':{'x':1}}} | sensor,name=S value=1.0"
            })
    void names_of_steps(String fields, String tags, String payload, String lines) {
        assertEquals(lines, untimed(decoder("s/+", fields, tags, null), "s/S", payload));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{key}=/data/{key} | | {'data':{'temp':21.5,'hum':40}} | sensor,name=S temp=21.5,hum=40.0",
                "{key} | | {'temp':21.5,'hum':40} | sensor,name=S temp=21.5,hum=40.0",
                "{key}:integer=/data/{key}/v | | {'data':{'a':{'v':1},'b':{'v':2,'w':3}}} | sensor,name=S a=1i,b=2i",
                "{key}=/d/{key} | | {'d':[7,8]} | sensor,name=S 0=7.0,1=8.0",
                // Beside other fields, and for each point.
                "{key}=/d/{i}/{key}, n=/n | | {'d':[{'a':1},{'b':2}],'n':3} | sensor,name=S n=3.0,a=1.0; sensor,name=S n=3.0,b=2.0",
                // Columns by name.
                "{key}=/{key}/{i} | | {'t':[1,2],'h':[3,4]} | sensor,name=S t=1.0,h=3.0; sensor,name=S t=2.0,h=4.0",
                // Names that line protocol has to escape.
                "{key} | | {'a b,c=d':1,'é\\\\x':2} | sensor,name=S a\\ b\\,c\\=d=1.0,é\\x=2.0",
                // The last occurrence counts.
                "{key} | | {'a':1,'b':2,'a':3} | sensor,name=S a=3.0,b=2.0"
            })
    void a_name_as_a_field_name_makes_fields_of_one_point(String fields, String tags, String payload, String lines) {
        assertEquals(lines, untimed(decoder("s/+", fields, tags, null), "s/S", payload));
    }

    @Test
    void a_level_may_name_a_field() {
        Decoder decoder = decoder("s/{name}/{channel}", "{channel}=/v", null, null);
        assertEquals("sensor,name=A temp=1.0", untimed(decoder, "s/A/temp", "{'v':1}"));
        assertEquals("sensor,name=A air\\ hum=2.0", untimed(decoder, "s/A/air hum", "{'v':2}"));
        assertEquals("sensor,name=A rssi=-61.0", untimed(decoder, "s/A/rssi", "-61"));
        assertEquals("sensor,name=A rssi=-62.0", untimed(decoder, "s/A/rssi", "\"-62\""));
        assertEquals("not_a_number /v", brief(TestDecoders.one(decoder, reading("s/A/rssi", "unavailable"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"time", "name", "a\\", "a\u0001", "", "bat"})
    void a_field_whose_name_from_the_topic_is_not_one_is_left_out_and_counted(String level) {
        Decoder decoder = decoder("s/{name}/{channel}", "{channel}=/v, bat=/bat", null, null);
        assertEquals("sensor,name=A bat=3.0", untimed(decoder, "s/A/" + level, "{'v':1,'bat':3}"));
        assertEquals(1, decoder.ignored(Ignored.NOT_A_FIELD));
        assertEquals("", untimed(decoder, "s/A/" + level, "{'v':1}"));
        assertEquals(2, decoder.ignored(Ignored.NOT_A_FIELD));
    }

    @Test
    void members_that_cannot_be_fields_are_left_out_and_counted() {
        Decoder decoder = decoder("s/{name}", "{key}=/d/{key}, hum=/h", "site=/site", null);
        assertEquals(
                "sensor,name=S hum=2.0,a=1.0",
                untimed(
                        decoder,
                        "s/S",
                        "{'d':{'time':1,'name':1,'site':1,'hum':1,'_field':1,'':1,'x\\u0009y':1,'b\\\\':1,'b\\\\=c':1,'t':'abc',"
                                + "'o':{},'n':null,'a':1},'h':2}"));
        assertEquals(11, decoder.ignored(Ignored.NOT_A_FIELD));
        assertEquals("", untimed(decoder, "s/S", "{'d':{'t':'abc'}}"));
        assertEquals(12, decoder.ignored(Ignored.NOT_A_FIELD));
    }

    @Test
    void a_name_has_the_type_of_the_first_field() {
        Decoder decoder = decoder("s/{name}", "{n}=/n/{n}, {t}:string=/t/{t}", null, null);
        assertEquals("sensor,name=S a=1.0,b=\"x\"", untimed(decoder, "s/S", "{'n':{'a':1},'t':{'a':'x','b':'x'}}"));
        assertEquals("sensor,name=S b=\"y\"", untimed(decoder, "s/S", "{'t':{'a':'x','b':'y'},'n':{'b':2}}"));
        assertEquals(3, decoder.ignored(Ignored.NOT_A_FIELD));
    }

    @Test
    void a_measurement_has_at_most_256_fields_that_payloads_name() {
        Decoder decoder = decoder("s/{name}", "{key}", null, null);
        for (int i = 0; i < 300; i++) {
            String line = untimed(decoder, "s/S", "{'f" + i + "':1,'f0':2}");
            assertEquals(i > 0 && i < 256, line.contains("f" + i + "=1.0"), line);
        }
        assertEquals(300 - 256, decoder.ignored(Ignored.NOT_A_FIELD));
    }

    @Test
    void of_a_reading_with_invalid_elements_the_others_are_points_and_the_rejection_names_the_element() {
        Decoder decoder = decoder("s/+", "value=/values/{v}/x", "id=/values/{v}/id", "/values/{v}/t");
        List<Decoded> decoded = TestDecoders.all(
                decoder,
                reading(
                        "s/S",
                        "{'values':[{'x':1},{'x':'abc'},{'x':2,'t':'noon'},{'x':3,'id':'a\\nb'},{'x':4,'t':9e99},"
                                + "{'x':5}]}"));
        assertEquals(
                List.of(
                        "1.0",
                        "not_a_number /values/1/x",
                        "bad_time /values/2/t: 'values/{v}/t' must be milliseconds since 1970",
                        "not_a_tag /3: 'id' has a line feed, a backslash at its end or before =, or is not valid text",
                        "bad_time /values/4/t: 'values/{v}/t' is outside 1677 to 2262",
                        "5.0"),
                decoded.stream().map(ElementsTest::brief).toList());
    }

    @Test
    void a_value_around_elements_that_is_invalid_is_one_rejection_for_all_of_them() {
        Decoder decoder = decoder("s/+", "value=/s/{s}/v/{v}, bat=/s/{s}/bat", null, "/t");
        assertEquals(
                List.of("not_a_number /s/B/bat", "1.0"),
                TestDecoders.all(decoder, reading("s/S", "{'s':{'B':{'v':[2,3],'bat':'low'},'A':{'v':[1]}}}")).stream()
                        .map(ElementsTest::brief)
                        .sorted((one, other) -> other.compareTo(one))
                        .toList());
        assertEquals(
                List.of("bad_time /t: 't' must be milliseconds since 1970"),
                TestDecoders.all(decoder, reading("s/S", "{'t':'x','s':{'A':{'v':[1,2,3]}}}")).stream()
                        .map(ElementsTest::brief)
                        .toList());
    }

    @Test
    void only_the_first_rejections_of_a_reading_are_explained() {
        Decoder decoder = decoder("s/+", "value=/{v}", null, null);
        List<Decoded> decoded = TestDecoders.all(decoder, reading("s/S", "[1," + "'x',".repeat(99) + "2]"));
        assertEquals(101, decoded.size());
        assertEquals("not_a_number /10", brief(decoded.get(10)));
        assertEquals("not_a_number null", brief(decoded.get(11)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{'values':[]}", "{'values':{}}", "{'values':[],'x':1}", "{'values':null}", "{}", "[]", " {\n} "
            })
    void an_empty_array_or_object_is_ignored_and_counted(String payload) {
        Decoder decoder = decoder("s/+", "value=/values/{v}/x, bat=/bat", null, null);
        assertEquals(List.of(), TestDecoders.all(decoder, reading("s/S", payload)));
        assertEquals(1, decoder.ignored(Ignored.EMPTY));
    }

    @Test
    void an_empty_object_of_fields_is_ignored_and_counted() {
        Decoder decoder = decoder("s/+", "{k}=/d/{k}", null, null);
        assertEquals(List.of(), TestDecoders.all(decoder, reading("s/S", "{'d':{}}")));
        assertEquals(1, decoder.ignored(Ignored.EMPTY));
    }

    @Test
    void elements_without_any_of_the_fields_are_skipped_and_counted() {
        Decoder decoder = decoder("s/+", "temp=/{s}/Temperature, bat=/bat", "name={s}", null);
        assertEquals(
                "sensor,name=AM2301 temp=21.5,bat=3.0",
                untimed(decoder, "s/S", "{'Time':'2023','AM2301':{'Temperature':21.5},'bat':3,'x':{'y':1},'z':null}"));
        assertEquals(4, decoder.ignored(Ignored.NO_FIELDS));
        assertEquals("", untimed(decoder, "s/S", "{'Time':'2023','Switch1':'ON'}"));
        assertEquals(6, decoder.ignored(Ignored.NO_FIELDS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]"})
    void an_empty_document_is_ignored_and_counted_whatever_the_rule_is(String payload) {
        for (Decoder decoder : List.of(TestDecoders.forFilters("s/+"), decoder("s/+", "a, b=/x/b", null, null))) {
            assertEquals(Ignored.EMPTY, TestDecoders.ignored(decoder, reading("s/S", payload)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'values':5}", "{'other':[]}", "21.5", "[1]"})
    void a_reading_without_any_element_that_has_a_field_is_set_aside(String payload) {
        Decoder decoder = decoder("s/+", "value=/values/{v}/x", null, null);
        Rejection rejection = (Rejection) TestDecoders.one(decoder, reading("s/S", payload));
        assertEquals("no_value", rejection.reason().key());
        assertEquals(0, decoder.ignored(Ignored.EMPTY) + decoder.ignored(Ignored.NO_FIELDS));
    }

    @Test
    void values_of_a_reading_do_not_appear_in_the_next() {
        Decoder decoder = decoder("s/+", "v=/v/{i}/v, w=/v/{i}/w, {k}=/f/{k}", "t=/t", null);
        assertEquals(
                "sensor,name=S,t=x v=1.0,w=2.0,a=1.0",
                untimed(decoder, "s/S", "{'v':[{'v':1,'w':2}],'t':'x','f':{'a':1}}"));
        assertEquals("sensor,name=S v=3.0", untimed(decoder, "s/S", "{'v':[{'v':3}]}"));
    }

    @Test
    void a_reading_with_more_elements_than_allowed_is_rejected_as_a_whole() {
        Decoder decoder = decoder("s/+", "value=/{v}", null, null);
        assertEquals(
                10_000, TestDecoders.all(decoder, reading("s/S", ones(10_000))).size());
        Rejection rejection = (Rejection) TestDecoders.one(decoder, reading("s/S", ones(10_001)));
        assertEquals("too_many_points", rejection.reason().key());
        assertEquals(
                "too_many_points",
                ((Rejection) TestDecoders.one(decoder, reading("s/S", ones(10_000) + ones(1))))
                        .reason()
                        .key());
        assertEquals(1, TestDecoders.all(decoder, reading("s/S", "[1]")).size());
    }

    @Test
    void a_reading_whose_points_take_too_much_room_is_rejected_as_a_whole() {
        Decoder decoder = decoder("s/+", "value=/v/{v}", "site=/site", null);
        String payload = "{'site':'" + "x".repeat(60_000) + "','v':" + ones(100) + "}";
        assertEquals(
                "too_many_points",
                ((Rejection) TestDecoders.one(decoder, reading("s/S", payload)))
                        .reason()
                        .key());
    }

    @Test
    void elements_without_a_time_get_the_arrival_plus_their_index() {
        Decoder decoder = decoder("s/+", "value=/{v}/x", null, "/{v}/t");
        List<Decoded> decoded =
                TestDecoders.all(decoder, reading("s/S", "[{'x':1},{'x':2,'t':1600000000000},{},{'x':'?'},{'x':3}]"));
        assertEquals(
                List.of(ARRIVAL, 1_600_000_000_000_000_000L, ARRIVAL + 4),
                decoded.stream()
                        .filter(Point.class::isInstance)
                        .map(point -> ((Point) point).timeNanos())
                        .toList());
        assertFalse(decoder.isTimed());
    }

    @Test
    void readings_that_arrive_with_less_distance_than_the_points_of_one_take_get_times_of_their_own() {
        Decoder decoder = TestDecoders.forFilters("s/+");
        String payload = "[" + "{'value':1},".repeat(99) + "{'value':2}]";
        assertEquals(ARRIVAL + 99, lastTime(decoder, payload, ARRIVAL));
        assertEquals(ARRIVAL + 100, lastTime(decoder, "3", ARRIVAL + 16));
        assertEquals(ARRIVAL + 101, lastTime(decoder, "3", ARRIVAL + 32));
        assertEquals(ARRIVAL + 112, lastTime(decoder, "3", ARRIVAL + 112));
        assertEquals(
                ARRIVAL - 2_000_000_000L, lastTime(decoder, "3", ARRIVAL - 2_000_000_000L), "the clock was set back");
    }

    private static long lastTime(Decoder decoder, String payload, long arrival) {
        byte[] bytes = json(payload).getBytes(UTF_8);
        List<Decoded> decoded = TestDecoders.all(decoder, new Reading("s/S", bytes, bytes.length, arrival));
        return ((Point) decoded.get(decoded.size() - 1)).timeNanos();
    }

    @Test
    void elements_that_carry_their_time_are_the_same_points_when_they_are_delivered_again() {
        for (SameTime sameTime : SameTime.values()) {
            Decoder decoder = TestDecoders.forRules(builder("s/+", "value=/{v}/x", "id=/{v}/id", "/{v}/t")
                    .sameTime(sameTime)
                    .build(Rule.Origin.of("x")));
            String elements = "{'x':1,'t':1700000000001},{'x':2,'t':1700000000001},{'x':1,'id':'a','t':1700000000001}";
            List<Long> first = times(decoder, "[" + elements + "]");
            assertTrue(decoder.isTimed());
            assertNotEquals(first.get(0), first.get(1), "they differ in what they say");
            assertEquals(first, times(decoder, "[" + elements + "]"));
            assertEquals(
                    first,
                    times(decoder, "[{'x':7,'t':1700000000009}," + elements + "]")
                            .subList(1, 4),
                    "in a later window");
        }
    }

    @Test
    void elements_that_share_a_time_are_points_of_their_own() {
        Decoder decoder = decoder("s/+", "value=/v/{v}", null, "/t");
        List<Long> first = times(decoder, "{'t':1700000000001,'v':[1,1,1]}");
        assertEquals(3, first.stream().distinct().count());
        assertEquals(1, first.stream().map(time -> time / 1_000_000).distinct().count());
        assertEquals(first, times(decoder, "{'t':1700000000001,'v':[1,1,1]}"));
    }

    @Test
    void elements_with_different_fields_and_one_time_are_one_row() {
        Decoder decoder = decoder("s/+", "{k}=/d/{i}/{k}", null, "/t");
        List<Long> times = times(decoder, "{'t':1700000000001,'d':[{'a':1},{'b':1}]}");
        assertEquals(1, times.stream().distinct().count());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'value':1}{'value':2} | 1.0; 2.0",
                "{'value':1}↵{'value':2}↵↵{'value':3}↵ | 1.0; 2.0; 3.0",
                "[{'value':1},{'value':2}] | 1.0; 2.0",
                "[{'value':1},{'value':2}]↵{'value':3} | 1.0; 2.0; 3.0",
                "{'value':1}↵{'value':'x'}↵{'value':3} | 1.0; no_value document 2: no number 'value'; 3.0",
                "{'value':1}↵{'value': | 1.0; malformed_json",
                "{'value':1}↵{'value':2}↵[{'value':3},{'value' | 1.0; 2.0; malformed_json",
                "{'value':1}x | 1.0; malformed_json",
                "{'value':1} 13 | 1.0; malformed_json document 2: neither an object nor an array",
                "{'value':1}{} | 1.0",
                "[{'value':1},5,{'value':'x'},{'value':2}] | 1.0; no_value /2/value: no number 'value'; 2.0",
                "{'value':'x'}{'value':2} | no_value document 1: no number 'value'; 2.0",
                "[] | ''",
                "[]{'value':2} | 2.0"
            })
    void each_document_of_a_reading_counts_and_each_element_of_the_default_form(String payload, String expected) {
        Decoder decoder = TestDecoders.forFilters("s/+");
        assertEquals(
                expected,
                TestDecoders.all(decoder, reading("s/S", payload)).stream()
                        .map(ElementsTest::brief)
                        .map(brief -> brief.replaceAll("(malformed_json) document \\d: (?!neither).*", "$1"))
                        .collect(Collectors.joining("; ")));
    }

    @Test
    void bare_values_after_one_another_are_refused() {
        assertEquals(
                "not_a_number",
                ((Rejection) TestDecoders.one(TestDecoders.forFilters("s/+"), reading("s/S", "12 13")))
                        .reason()
                        .key());
    }

    @Test
    void the_default_form_reads_type_and_time_of_each_element() {
        assertEquals(
                """
                sensor,name=S,type=t value=1.0 1700000000001000000
                sensor,name=S value=2.0 1700000000123456001
                """,
                lines(
                        TestDecoders.forFilters("s/+"),
                        "s/S",
                        "[{'value':1,'type':'t','time':1700000000001},{'value':2,'type':null}]"));
    }

    @Test
    void documents_with_one_time_are_points_of_their_own_and_the_same_when_they_are_delivered_again() {
        Decoder decoder = TestDecoders.forFilters("s/+");
        String payload = "{'value':1,'time':1700000000001}\n{'value':2,'time':1700000000001}";
        List<Long> first = times(decoder, payload);
        assertEquals(2, first.stream().distinct().count());
        assertEquals(first, times(decoder, payload));
    }

    @Test
    void a_single_float_of_an_element_needs_no_field_object() {
        Decoder decoder = decoder("s/+", "value=/{v}", null, null);
        assertTrue(TestDecoders.all(decoder, reading("s/S", "[1,2]")).stream().allMatch(FloatPoint.class::isInstance));
    }

    @Test
    void optional_values_of_elements_are_absent_if_they_are_not_of_the_type() {
        Decoder decoder = decoder("s/+", "v:float?=/{i}/v, on:bit?=/{i}/on", null, null);
        assertEquals(
                "sensor,name=S on=1i; sensor,name=S on=0i; sensor,name=S v=2.0",
                untimed(decoder, "s/S", "[{'v':nan,'on':'ON'},{'v':'x'},{'v':[1],'on':'off'},{'v':2}]"));
        assertEquals(1, decoder.ignored(Ignored.NO_FIELDS));
    }

    @Test
    void elements_may_have_units_and_decimal_commas() {
        Decoder decoder = TestDecoders.forRules(
                settings("s/+", "v:quantity=/v/{i}", null, null, builder -> builder.decimalMark(DecimalMark.COMMA)));
        assertEquals(
                List.of("20.6", "5.5", "not_a_number /v/2"),
                TestDecoders.all(decoder, reading("s/S", "{'v':['20,6 °C',5.5,'1.020,6']}")).stream()
                        .map(ElementsTest::brief)
                        .toList());
    }

    @Test
    void names_of_fields_have_the_type_that_is_stored() {
        Decoder decoder = decoder("s/{name}", "{b}:bit=/b/{b}, {n}:integer=/n/{n}, {q}:quantity=/q/{q}", null, null);
        assertEquals("sensor,name=S a=1i", untimed(decoder, "s/S", "{'b':{'a':'on'}}"));
        assertEquals("sensor,name=S a=7i,t=20.6", untimed(decoder, "s/S", "{'n':{'a':7},'q':{'t':'20.6 °C','a':1}}"));
        assertEquals(1, decoder.ignored(Ignored.NOT_A_FIELD));
    }

    @Test
    void elements_of_a_clock_that_is_not_set_get_the_arrival_plus_their_index() {
        Decoder decoder = TestDecoders.forRules(settings(
                "s/+", "value=/{i}/x", null, "/{i}/t", builder -> builder.timeZone(ZoneId.of("Europe/Berlin")), ISO));
        assertEquals(
                List.of(1_673_387_731_000_000_000L, ARRIVAL + 1, ARRIVAL + 2, ARRIVAL + 3),
                times(decoder, "[{'x':1,'t':'2023-01-10 22:55:31'},{'x':2,'t':0},{'x':3,'t':' '},{'x':4}]"));
        assertEquals(2, decoder.unsetClocks());
        assertFalse(decoder.isTimed());
        times(decoder, "[{'x':1,'t':'2023-01-10 22:55:31'}]");
        assertEquals(0, decoder.unsetClocks());
    }

    @Test
    void elements_of_a_document_whose_clock_is_not_set_get_the_arrival_plus_their_index() {
        Decoder decoder = decoder("s/+", "value=/v/{i}", null, "/t");
        assertEquals(List.of(ARRIVAL, ARRIVAL + 1), times(decoder, "{'t':0,'v':[1,2]}"));
        assertEquals(2, decoder.unsetClocks());
    }

    @Test
    void an_element_of_a_clock_that_is_not_set_is_rejected_if_the_rule_says_so() {
        Decoder decoder = TestDecoders.forRules(settings(
                "s/+",
                "value=/{i}/x",
                null,
                "/{i}/t",
                builder ->
                        builder.timeInvalid(InvalidTime.REJECT).timeEarliest(Instant.parse("2023-01-01T00:00:00Z"))));
        assertEquals(
                List.of("1.0", "bad_time /1/t: '{i}/t' is that of a clock that is not set"),
                TestDecoders.all(decoder, reading("s/S", "[{'x':1,'t':1672531200000},{'x':2,'t':1672531199999}]"))
                        .stream()
                        .map(ElementsTest::brief)
                        .toList());
    }

    @Test
    void tags_and_the_time_of_elements_may_come_from_user_properties() {
        Decoder decoder = decoder("s/+", "value=/v/{i}", "site={property:site}, n={i}", "{property:ts}");
        Map<String, String> properties = Map.of("site", "north", "ts", "1700000000001");
        List<Point> points = points(decoder, "{'v':[1,1]}", properties);
        assertEquals(
                List.of("sensor,n=0,name=S,site=north", "sensor,n=1,name=S,site=north"),
                points.stream().map(point -> point.series().key()).toList());
        assertEquals(
                List.of(1_700_000_000_001_000_000L, 1_700_000_000_001_000_000L),
                points.stream().map(Point::timeNanos).toList());
        assertTrue(decoder.isTimed());
        assertEquals(
                "sensor,n=0,name=S value=1.0; sensor,n=1,name=S value=2.0", untimed(decoder, "s/S", "{'v':[1,2]}"));
        assertEquals(
                List.of("bad_time 'ts' must be milliseconds since 1970"),
                TestDecoders.all(decoder, reading("{'v':[1,2]}", Map.of("ts", "soon"))).stream()
                        .map(ElementsTest::brief)
                        .toList());
        points(decoder, "{'v':[1,2]}", Map.of("ts", "0"));
        assertEquals(2, decoder.unsetClocks());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'v':1}{'v':1}{'v':2}", "{'w':[1,1,2]}"})
    void points_with_the_time_of_their_message_are_the_same_when_it_is_delivered_again(String payload) {
        Decoder decoder = payload.startsWith("{'v'")
                ? decoder("s/+", "v", null, "{property:ts}")
                : decoder("s/+", "v=/w/{i}", null, "{property:ts}");
        Map<String, String> properties = Map.of("ts", "1700000000001");
        List<Long> first = points(decoder, payload, properties).stream()
                .map(Point::timeNanos)
                .toList();
        assertEquals(3, first.stream().distinct().count());
        assertEquals(
                first,
                points(decoder, payload, properties).stream()
                        .map(Point::timeNanos)
                        .toList());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'value':1}{'value':2}\0 | 1.0; 2.0",
                "\uFEFF{'value':1}↵{'value':2,'x':nan}↵{'value':3}\0 | 1.0; 2.0; 3.0",
                "\uFEFF ↵[{'value':1},{'value':2}] {'value':inf,'x':'nan'}{'value':3,'x':-nan} | 1.0; 2.0; not_finite document 2: beyond the range of a 64-bit float; 3.0",
                "{'value':1}nan | 1.0; malformed_json",
                "{'value':1} {'value':2,'x':nano} {'value':3} | 1.0; malformed_json",
                "null {'value':1} | not_a_number null",
                "\"21.5\" {'value':1} | not_a_number null"
            })
    void what_devices_put_around_and_into_documents(String payload, String expected) {
        each_document_of_a_reading_counts_and_each_element_of_the_default_form(payload, expected);
    }

    private static RuleBuilder builder(String filter, String fields, String tags, String time) {
        return with(new RuleBuilder(TopicFilter.parse(filter)), fields, tags, time, Optional.empty());
    }

    private static Rule settings(
            String filter, String fields, String tags, String time, UnaryOperator<RuleBuilder> others) {
        return settings(filter, fields, tags, time, others, Optional.empty());
    }

    private static Rule settings(
            String filter,
            String fields,
            String tags,
            String time,
            UnaryOperator<RuleBuilder> others,
            Optional<TimeUnit> unit) {
        RuleBuilder builder = others.apply(new RuleBuilder(TopicFilter.parse(filter)));
        return with(builder, fields, tags, time, unit).build(Rule.Origin.of(filter));
    }

    private static RuleBuilder with(
            RuleBuilder builder, String fields, String tags, String time, Optional<TimeUnit> unit) {
        List<FieldText> fieldTexts =
                Stream.of(fields.split(", ")).map(FieldText::parse).toList();
        List<TagText> tagTexts = tags == null
                ? List.of()
                : Stream.of(tags.split(", ")).map(TagText::parse).toList();
        Optional<SourceText> source = Optional.ofNullable(time).map(SourceText::parse);
        builder.pointers(fieldTexts, tagTexts, source).fields(fieldTexts).tags(tagTexts);
        return source.map(given -> builder.time(given, unit)).orElse(builder);
    }

    private static Decoder decoder(String filter, String fields, String tags, String time) {
        return TestDecoders.forRules(builder(filter, fields, tags, time).build(Rule.Origin.of(filter)));
    }

    private static String json(String payload) {
        return payload.replace('\'', '"').replace("↵", "\r\n");
    }

    private static Reading reading(String topic, String payload) {
        byte[] bytes = json(payload).getBytes(UTF_8);
        return new Reading(topic, bytes, bytes.length, ARRIVAL);
    }

    private static Reading reading(String payload, Map<String, String> properties) {
        byte[] bytes = json(payload).getBytes(UTF_8);
        return new Reading("s/S", bytes, bytes.length, ARRIVAL, false, List.copyOf(properties.entrySet()));
    }

    private static List<Point> points(Decoder decoder, String payload, Map<String, String> properties) {
        return TestDecoders.all(decoder, reading(payload, properties)).stream()
                .map(Point.class::cast)
                .toList();
    }

    private static String ones(int count) {
        return IntStream.range(0, count).mapToObj(i -> "1").collect(Collectors.joining(",", "[", "]"));
    }

    private static List<Point> points(Decoder decoder, String topic, String payload) {
        return TestDecoders.all(decoder, reading(topic, payload)).stream()
                .map(Point.class::cast)
                .toList();
    }

    private static List<Long> times(Decoder decoder, String payload) {
        return points(decoder, "s/S", payload).stream().map(Point::timeNanos).toList();
    }

    private static String lines(Decoder decoder, String topic, String payload) {
        return new String(LineProtocol.of(points(decoder, topic, payload)), UTF_8);
    }

    /** The lines without their times, in the order of the points. */
    private static String untimed(Decoder decoder, String topic, String payload) {
        return points(decoder, topic, payload).stream()
                .map(LineProtocol::line)
                .map(line -> line.substring(0, line.lastIndexOf(' ')))
                .collect(Collectors.joining("; "));
    }

    private static String brief(Decoded decoded) {
        return decoded instanceof FloatPoint point
                ? Double.toString(point.value())
                : decoded instanceof Rejection rejection
                        ? rejection.reason().key() + " " + rejection.detail()
                        : LineProtocol.line((Point) decoded);
    }
}
