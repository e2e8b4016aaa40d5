package dev.sensorline.points.decoding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.sensorline.points.Decoded;
import dev.sensorline.points.Ignored;
import dev.sensorline.points.Point;
import dev.sensorline.points.Reading;
import dev.sensorline.points.Rejection;
import dev.sensorline.points.lineprotocol.LineProtocol;
import dev.sensorline.points.rules.Condition;
import dev.sensorline.points.rules.FieldText;
import dev.sensorline.points.rules.Rule;
import dev.sensorline.points.rules.RuleBuilder;
import dev.sensorline.points.rules.TopicFilter;

/** Rules of one topic that differ in their conditions, for readings that are several documents and points. */
class ConditionsTest {

    private final Decoder decoder = TestDecoders.forRules(
            rule("/type:batch", "v=/v/{i}, w:quantity?=/w/{i}"),
            rule("/type:one", "v"),
            rule("/type:named", "{key}=/v/{key}"),
            builder("/type:join").ignored().build(Rule.Origin.of("join")));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'type':'batch','v':[1,2],'w':['3 °C']} | v=1.0,w=3.0; v=2.0",
                "{'v':[1,2],'type':'named'} | 0=1.0,1=2.0",
                // Each document by itself, in their order.
                "{'type':'one','v':1}↵{'type':'batch','v':[2,3]}↵{'v':{'a':4},'type':'named'} {'type':'one','v':5} | v=1.0; v=2.0; v=3.0; a=4.0; v=5.0",
                "{'type':'join'}{'type':'one','v':1} | v=1.0; ignore",
                "{'type':'other','v':1}{'v':[1]}↵{'type':'one','v':1} | v=1.0; when; when",
                // Names of numbers that are not finite, as the parser knows them and not.
                "{'type':'one','v':1}{'type':'batch','v':[2,nan]}{'type':'named','v':{'a':3}} | v=1.0; v=2.0; not_finite; a=3.0",
                "{'type':'join','v':nan} {'type':'batch','w':[nan,'4 V']} {'x':-inf} {'type':'one','v':5} | w=4.0; v=5.0; when; ignore; no_fields",
                // The documents before a malformed one count.
                "{'type':'named','v':{'a':1}}{'x':1}{'type':'one', | a=1.0; malformed_json; when",
                "{'type':'batch','v':[]} | empty",
                "[{'type':'one','v':1}] | when",
                "21.5 | when",
                "null | empty"
            })
    void the_condition_is_one_of_each_document(String payload, String expected) {
        assertEquals(expected, become(decoder, payload));
    }

    @Test
    void a_condition_may_be_about_one_element() {
        Decoder first = TestDecoders.forRules(rule("/v/0/k:x", "v=/v/{i}/n"));
        assertEquals("v=1.0; v=2.0", become(first, "{'v':[{'n':1,'k':'x'},{'n':2,'k':'y'}]}"));
        assertEquals("when", become(first, "{'v':[{'n':1,'k':'y'},{'n':2,'k':'x'}]}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'v':1} | v=1.0",
                "{'error':null,'v':1} | v=1.0",
                "{'v':1,'error':'null'} | v=1.0",
                "{'error':'timeout','v':1} | when",
                "{'error':{},'v':1} | when",
                "{'error':'timeout','error':null,'v':1} | v=1.0",
                "{'error':null,'error':5,'v':1} | when",
                "{'error':5,'v':1}{'v':2} | v=2.0; when",
                "21.5 | v=21.5"
            })
    void the_value_null_is_that_of_a_payload_that_has_none(String payload, String expected) {
        assertEquals(expected, become(TestDecoders.forRules(rule("/error:null", "v")), payload));
    }

    @Test
    void a_condition_has_no_step_in_braces() {
        assertThrows(IllegalArgumentException.class, () -> Condition.parse("/v/{i}/k:x"));
    }

    @Test
    void the_condition_of_the_default_form_is_one_of_the_whole_array() {
        Decoder form = TestDecoders.forRules(builder("/0/k:x").build(Rule.Origin.of("x")));
        assertEquals("value=1.0; value=2.0", become(form, "[{'value':1,'k':'x'},{'value':2}]"));
        assertEquals("when; when", become(form, "[{'value':1},{'value':2,'k':'x'}]↵{'value':1,'k':'x'}"));
    }

    @Test
    void a_rule_without_a_condition_takes_arrays_and_bare_values_that_the_others_leave() {
        Decoder array = TestDecoders.forRules(rule("/type:one", "v"), rule(null, "v=/{i}"));
        assertEquals("v=1.0; v=2.0; v=3.0", become(array, "[1,2]↵{'type':'one','v':3}"));
        assertEquals("no_value", become(array, "'21.5'"));
        Decoder bare = TestDecoders.forRules(rule("/type:batch", "v=/{i}, w=/w"), rule(null, "v"));
        assertEquals("v=21.5", become(bare, "'21.5'"));
        assertEquals("v=21.5", become(bare, "21.5"));
    }

    @Test
    void a_document_may_have_more_elements_than_a_rule_allows_that_does_not_apply() {
        String many = IntStream.range(0, TestDecoders.MAX_POINTS + 1)
                .mapToObj(i -> "1")
                .collect(Collectors.joining(",", "{'v':[", "],'type':'%s'}"));
        assertEquals("ignore", become(decoder, many.formatted("join")));
        assertEquals("too_many_points", become(decoder, many.formatted("batch")));
    }

    private static Rule rule(String condition, String fields) {
        List<FieldText> texts =
                Stream.of(fields.split(", ")).map(FieldText::parse).toList();
        return builder(condition)
                .pointers(texts, List.of(), Optional.empty())
                .fields(texts)
                .build(Rule.Origin.of(fields));
    }

    private static RuleBuilder builder(String condition) {
        RuleBuilder builder = new RuleBuilder(TopicFilter.parse("s/{name}"));
        return condition == null ? builder : builder.when(Condition.parse(condition));
    }

    /** The fields of the points, the reasons of rejections, and those for which something was ignored. */
    private static String become(Decoder decoder, String payload) {
        List<Long> before = Stream.of(Ignored.values()).map(decoder::ignored).toList();
        byte[] bytes = payload.replace('\'', '"').replace("↵", "\n").getBytes(UTF_8);
        Stream<String> decoded = TestDecoders.all(decoder, new Reading("s/S", bytes, bytes.length, 1)).stream()
                .map(ConditionsTest::brief);
        Stream<String> ignored = Stream.of(Ignored.values())
                .flatMap(reason ->
                        Stream.generate(reason::key).limit(decoder.ignored(reason) - before.get(reason.ordinal())));
        return Stream.concat(decoded, ignored).collect(Collectors.joining("; "));
    }

    private static String brief(Decoded decoded) {
        return decoded instanceof Rejection rejection
                ? rejection.reason().key()
                : LineProtocol.line((Point) decoded).split(" ")[1];
    }
}
