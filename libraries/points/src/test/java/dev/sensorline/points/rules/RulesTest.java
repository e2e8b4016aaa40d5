package dev.sensorline.points.rules;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.sensorline.points.rules.JsonPointer.Step.Each;
import dev.sensorline.points.rules.JsonPointer.Step.One;

/** Rules that are accepted and rules that are refused, alone and together. */
class RulesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "plant/+/temp|plant/a/+|plant/a/temp",
                "plant/{site}/#|plant/{hall}/#|plant/…/…",
                "plant/{site}/+|plant/+/{name}|plant/…/…",
                "+/x/{name}|a/#|a/x/…"
            })
    void overlapping_filters_with_different_content_of_which_neither_is_narrower_are_refused(
            String one, String other, String topic) {
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> new Rules(List.of(of("A", one, "one"), of("B", other, "other"))))
                .getMessage();
        assertTrue(message.startsWith("B=" + other + ": must not match"), message);
        assertTrue(message.contains("A=" + one) && message.contains(topic), message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "plant/#|plant/+/temp",
                "+/temp|plant/temp",
                "#|$SYS/#",
                "a/{x}|a/b",
                "a/+|b/+",
                "plant/{site}/temp|plant/{site}/hum"
            })
    void a_narrower_filter_and_a_filter_for_other_topics_are_accepted(String one, String other) {
        assertDoesNotThrow(() -> new Rules(List.of(of("A", one, "one"), of("B", other, "other"))));
    }

    @ParameterizedTest
    @CsvSource({"sensor/+,sensor/+", "sensor/+,+/a", "sensor/+,sensor/#", "{a}/+/x,{a}/y/+"})
    void overlapping_filters_with_the_same_content_are_accepted(String one, String other) {
        assertDoesNotThrow(() -> new Rules(List.of(of("A", one, "sensor"), of("B", other, "sensor"))));
    }

    @Test
    void rules_of_one_filter_may_differ_if_their_conditions_do() {
        Rule uplink = when("B", "gw/{id}", "up", "/type:uplink");
        Rule join = when("A", "gw/+", "join", "/type:join");
        Rule rest = of("C", "gw/{name}", "rest");
        assertEquals(List.of(join, uplink, rest), new Rules(List.of(rest, join, uplink)).narrowestFirst());
        assertTrue(assertThrows(
                        IllegalArgumentException.class,
                        () -> new Rules(List.of(uplink, when("D", "gw/+", "other", "/type:uplink"))))
                .getMessage()
                .startsWith("D=gw/+: must not match the same topics as B=gw/{id}"));
    }

    @Test
    void what_is_only_ignored_is_not_subscribed_to_and_has_no_types() {
        Rules rules = new Rules(List.of(
                withFields("A", "$share/g/tele/#", "m", "value:integer"),
                ignored("B", "tele/+/LWT"),
                ignored("C", "x/+")));
        assertEquals(List.of("$share/g/tele/#"), rules.subscriptions());
        assertFalse(rules.isUnwanted("tele/P1/LWT"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/type:uplink|type|uplink",
                "/params/switch:0/output:true|params/switch:0/output|true",
                "/0/a~1b:x y|0/a/b|x y"
            })
    void a_condition_ends_its_pointer_at_the_last_colon(String text, String path, String value) {
        Condition condition = Condition.parse(text);
        assertEquals(path, condition.pointer().path());
        assertEquals(value, condition.value());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/type", "type:uplink", "/type:", ":uplink", "/a~:b"})
    void an_invalid_condition_is_refused(String text) {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> Condition.parse(text))
                .getMessage()
                .startsWith("must "));
    }

    @ParameterizedTest
    @CsvSource({"$share/g/sensor/+,sensor/+", "$share/g/sensor/+,$share/h/sensor/a", "sensor/#,$share/g/sensor/a/+"})
    void a_topic_in_two_subscriptions_is_refused(String one, String other) {
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> new Rules(List.of(of("A", one, "sensor"), of("B", other, "sensor"))))
                .getMessage();
        assertTrue(
                message.startsWith("B=" + other) && message.contains("A=" + one) && message.contains("arrive twice"),
                message);
    }

    @Test
    void the_narrowest_filter_is_first_and_the_widest_are_subscribed_to() {
        Rules rules = new Rules(List.of(
                of("A", "plant/#", "all"),
                of("B", "plant/+/x", "some"),
                of("C", "plant/a/x", "one"),
                of("D", "other/{name}", "same"),
                of("E", "other/{name}", "same")));
        assertEquals(
                List.of("plant/a/x", "plant/+/x", "plant/#"),
                rules.narrowestFirst().stream()
                        .map(rule -> rule.filter().toString())
                        .filter(filter -> filter.startsWith("plant"))
                        .toList());
        assertEquals(List.of("other/+", "plant/#"), rules.subscriptions());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "plant/+/temp plant/north/+|plant/+/+",
                "plant/+/temp plant/north/+ plant/south/+ other/+|other/+ plant/+/+",
                "plant/+/a/# plant/b/+/c|plant/+/+/#",
                "plant/+/a plant/b/a/#|plant/+/a/#",
                "$share/g/{a}/+/x $share/g/{a}/y/+|$share/g/+/+/+",
                "plant/+/temp plant/+/hum|plant/+/hum plant/+/temp",
                "sensor/# +/status|+/status sensor/#"
            })
    void filters_that_overlap_are_one_subscription_if_they_begin_with_the_same_level(String filters, String expected) {
        assertEquals(List.of(expected.split(" ")), rules(filters).subscriptions());
    }

    @Test
    void what_only_a_wider_subscription_brings_is_not_wanted() {
        Rules rules = rules("plant/+/temp plant/north/+ $share/g/hall/+/x $share/g/hall/y/+ sensor/+");
        assertTrue(rules.isUnwanted("plant/south/hum"));
        assertTrue(rules.isUnwanted("hall/z/z"));
        for (String topic : List.of("plant/south/temp", "plant/north/hum", "sensor/a", "plant/a", "other/a")) {
            assertFalse(rules.isUnwanted(topic), topic);
        }
        assertEquals(
                List.of("$share/g/hall/+/x", "$share/g/hall/y/+", "plant/+/temp", "plant/north/+"), rules.replaced());
    }

    @Test
    void subscriptions_that_overlap_without_a_union_are_known() {
        assertEquals(
                List.of(), rules("plant/+/temp plant/north/+ sensor/+ sensor/#").overlaps());
        assertEquals(1, rules("sensor/# +/status").overlaps().size());
        assertTrue(rules("sensor/# +/status").overlaps().get(0).endsWith("such as sensor/status"));
    }

    private static Rules rules(String filters) {
        return new Rules(Stream.of(filters.split(" "))
                .map(filter -> of("T", filter, "same"))
                .toList());
    }

    @Test
    void a_subscription_contains_the_group_of_its_filter() {
        Rules rules = new Rules(List.of(of("A", "$share/g/plant/{site}/x", "x"), of("B", "$share/g/plant/#", "y")));
        assertEquals(List.of("$share/g/plant/#"), rules.subscriptions());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "value:integer|value:float|value|a field, float",
                "ok:boolean|ok:string|ok|a field, string",
                "ok:boolean|ok:bit|ok|a field, integer",
                "v:quantity?|v:integer|v|a field, integer",
                "site|other:string|site|a tag"
            })
    void a_name_with_two_types_in_a_measurement_is_refused(String one, String other, String name, String what) {
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> new Rules(
                                List.of(withFields("A", "a/b", "m", one), withFields("B", "b/{site}", "m", other))))
                .getMessage();
        assertTrue(message.startsWith("B=b/{site}: must not make '" + name + "' " + what), message);
        assertTrue(message.contains("which A=a/b makes a field"), message);
        assertDoesNotThrow(
                () -> new Rules(List.of(withFields("A", "a/{x}", "m", one), withFields("B", "b/{y}", "n", other))));
    }

    @Test
    void a_name_that_is_field_and_tag_of_one_rule_is_refused() {
        assertThrows(
                IllegalArgumentException.class, () -> new Rules(List.of(withFields("A", "a/{temp}", "m", "temp"))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a=x,a=y|tag 'a' twice",
                "site=x|tag 'site', which is a level of plant/{site}/+",
                "a={line}|plant/{site}/+ has no level {line}",
                "a=b\\|\\ at its end"
            })
    void an_invalid_tag_is_refused(String tags, String why) {
        RuleBuilder builder = new RuleBuilder(TopicFilter.parse("plant/{site}/+"));
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> builder.tags(Stream.of(tags.split(","))
                                        .map(TagText::parse)
                                        .toList())
                                .build(Rule.Origin.of("x")))
                .getMessage();
        assertTrue(message.startsWith("must ") && message.contains(why), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=/x,a=/y", "a={site}", "a={nowhere}"})
    void invalid_fields_are_refused(String fields) {
        RuleBuilder builder = new RuleBuilder(TopicFilter.parse("plant/{site}/+"));
        assertTrue(assertThrows(
                        IllegalArgumentException.class,
                        () -> builder.fields(Stream.of(fields.split(","))
                                .map(FieldText::parse)
                                .toList()))
                .getMessage()
                .startsWith("must "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/temp", "{topic}", "#x", "a\\", "a\tb"})
    void an_invalid_measurement_is_refused(String measurement) {
        RuleBuilder builder = new RuleBuilder(TopicFilter.parse("plant/{site}/+"));
        assertTrue(
                assertThrows(IllegalArgumentException.class, () -> builder.measurement(SourceText.parse(measurement)))
                        .getMessage()
                        .startsWith("must "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a b",
                "a:number",
                "a:",
                "a:Float",
                "a:?",
                "a:float??",
                "a?",
                "=/x",
                "a=",
                "a=x",
                "a=/x~",
                "a=/~2",
                "a={x",
                "time",
                "_field",
                "a:float:int"
            })
    void the_text_of_an_invalid_field_is_refused(String field) {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> FieldText.parse(field))
                .getMessage()
                .startsWith("must "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a=", "=b", "a b=c", "a={b}c", "a=/~", "time=x"})
    void the_text_of_an_invalid_tag_is_refused(String tag) {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> TagText.parse(tag))
                .getMessage()
                .startsWith("must "));
    }

    @ParameterizedTest
    @CsvSource({
        "/temp,temp",
        "/a/0/b,a|0|b",
        "/~01~1,~1/",
        "/,''",
        "/a//b,a||b",
        "/a b=c:d,a b=c:d",
        "/{{a}}/b{{,{a}|b{"
    })
    void a_json_pointer_is_parsed_as_in_rfc_6901(String pointer, String steps) {
        assertEquals(
                Stream.of(steps.split("\\|", -1)).map(One::new).toList(),
                JsonPointer.parse(pointer).steps());
    }

    @Test
    void a_step_in_braces_is_a_name() {
        assertEquals(
                List.of(new One("a"), new Each("v"), new One("{b}"), new Each("w.1")),
                JsonPointer.parse("/a/{v}/{{b}}/{w.1}").steps());
        assertEquals(
                List.of("v", "w.1"), JsonPointer.parse("/a/{v}/{{b}}/{w.1}").names());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/{v}x", "/x{v}", "/{", "/}", "/{v", "/v}", "/{}", "/{a b}", "/{v}/{v}", "/{{v}"})
    void braces_that_are_neither_a_whole_step_nor_doubled_are_refused(String pointer) {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> JsonPointer.parse(pointer))
                .getMessage()
                .startsWith("must "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "v=/a/{x},w=/b/{y}||each lies below the one before",
                "v=/a/{x}/{y},w=/b/{y}/{x}||each lies below the one before",
                "v=/a/{x}/{y},w=/b/{x}/{z}||each lies below the one before",
                "v=/a/{x}|t=/b/{y}|each lies below the one before",
                "v=/a/{site}||{site}, which is a level of plant/{site}/+",
                "v=/a/{topic}||{topic}, which is a source itself",
                "v=/a/{property}||{property}, which is a source itself",
                "v=/a|t={x}|has no level {x}",
                "{k}=/a||has no level {k}",
                "{k}={site}||has no level {k}",
                "{site}={site}||must take {site} from a JSON pointer",
                "{k}=/a/{k},w=/b/{k}||{k}, which names fields, in another pointer",
                "{k}=/a/{k}|t=/b/{k}|{k}, which names fields, in another pointer",
                "{k}=/a/{k}|t={k}|{k}, which names fields, as a value",
                "{k}=/a/{k},w:string={k}||{k}, which names fields, as a value",
                "{k}=/a/{k},{k}:string=/b/{k}||{k}, which names fields, in another pointer",
                "{k}=/a/{k},{k}:string=/a/{k}||twice"
            })
    void names_of_steps_that_contradict_each_other_are_refused(String fields, String tags, String why) {
        List<FieldText> fieldTexts =
                Stream.of(fields.split(",")).map(FieldText::parse).toList();
        List<TagText> tagTexts = tags == null
                ? List.of()
                : Stream.of(tags.split(",")).map(TagText::parse).toList();
        RuleBuilder builder = new RuleBuilder(TopicFilter.parse("plant/{site}/+"));
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> builder.pointers(fieldTexts, tagTexts, Optional.empty())
                                .fields(fieldTexts)
                                .tags(tagTexts)
                                .build(Rule.Origin.of("x")))
                .getMessage();
        assertTrue(message.startsWith("must ") && message.contains(why), message);
    }

    @Test
    void the_time_may_be_refused_for_its_names_too() {
        RuleBuilder builder = new RuleBuilder(TopicFilter.parse("plant/+"));
        builder.fields(List.of(FieldText.parse("v=/a/{x}"))).time(SourceText.parse("/b/{y}"), Optional.empty());
        assertThrows(IllegalArgumentException.class, () -> builder.build(Rule.Origin.of("x")));
    }

    @Test
    void the_names_of_points_are_those_of_the_longest_pointer() {
        Rule rule = new RuleBuilder(TopicFilter.parse("plant/+"))
                .fields(List.of(FieldText.parse("v=/a/{x}/{y}"), FieldText.parse("{k}=/b/{y}/{k}")))
                .tags(List.of(TagText.parse("x={x}")))
                .build(Rule.Origin.of("x"));
        assertEquals(List.of("x", "y"), rule.content().names());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a/b", "/~", "/a~2", "/a/~"})
    void an_invalid_json_pointer_is_refused(String pointer) {
        assertThrows(IllegalArgumentException.class, () -> JsonPointer.parse(pointer));
    }

    private static Rule of(String key, String filter, String measurement) {
        return new RuleBuilder(TopicFilter.parse(filter))
                .measurement(SourceText.parse(measurement))
                .build(Rule.Origin.of(key + "=" + filter));
    }

    private static Rule when(String key, String filter, String measurement, String condition) {
        return new RuleBuilder(TopicFilter.parse(filter))
                .measurement(SourceText.parse(measurement))
                .when(Condition.parse(condition))
                .build(Rule.Origin.of(key + "=" + filter));
    }

    private static Rule ignored(String key, String filter) {
        return new RuleBuilder(TopicFilter.parse(filter)).ignored().build(Rule.Origin.of(key + "=" + filter));
    }

    private static Rule withFields(String key, String filter, String measurement, String fields) {
        return new RuleBuilder(TopicFilter.parse(filter))
                .measurement(SourceText.parse(measurement))
                .fields(Stream.of(fields.split(",")).map(FieldText::parse).toList())
                .build(Rule.Origin.of(key + "=" + filter));
    }
}
