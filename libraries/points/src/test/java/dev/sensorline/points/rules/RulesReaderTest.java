package dev.sensorline.points.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the texts of rules stand for, and which lines tell of their problems. */
class RulesReaderTest {

    private final RulesReader reader = new RulesReader(SameTime.EXACT, Retained.TIMED);

    /** @param settings as {@code topic=x/{a}; time=/t} */
    private void add(String name, String settings) {
        Map<String, String> texts = new TreeMap<>();
        for (String setting : settings.split("; ")) {
            String[] parts = setting.split("=", 2);
            texts.put(parts[0], parts[1]);
        }
        reader.add(name, texts, key -> name + "." + key);
    }

    private Rule.Content content(String settings) throws InvalidRulesException {
        add("a", settings);
        return reader.rules().narrowestFirst().get(0).content();
    }

    private List<String> problems() {
        return assertThrows(InvalidRulesException.class, reader::rules).lines();
    }

    private void assertOneProblem(String beginning) {
        List<String> lines = problems();
        assertEquals(1, lines.size(), lines::toString);
        assertTrue(lines.get(0).startsWith(beginning), lines::toString);
    }

    @Test
    void each_key_is_read() throws InvalidRulesException {
        Rule.Content content = content(
                "topic=w/{station}/{kind}; format=json; measurement={kind}; tags=country=de, channel=/ch; "
                        + "fields=temp=/t, hum:integer?=/h; decimal=comma; time=/at; time-format=dd.MM.yyyy HH:mm; time-zone=Europe/Berlin; "
                        + "time-earliest=2010-01-01; time-invalid=reject; same-time=spread; retained=take; when=/type:up");
        assertEquals(Format.JSON, content.format());
        assertEquals(new Source.Level(2), content.measurement());
        assertEquals(Set.of("station", "country", "channel"), content.tags().keySet());
        assertEquals(
                List.of("temp FLOAT false", "hum INTEGER true"),
                content.fields().stream()
                        .map(field -> field.name() + " " + field.type() + " " + field.isOptional())
                        .toList());
        assertEquals(
                Set.of(DecimalMark.COMMA),
                content.fields().stream().map(Rule.Field::decimalMark).collect(Collectors.toSet()));
        Rule.Time time = content.time();
        assertEquals(ZoneId.of("Europe/Berlin"), time.zone());
        assertEquals(TimeFormat.parse("dd.MM.yyyy HH:mm"), time.format());
        assertEquals(Instant.parse("2010-01-01T00:00:00Z").getEpochSecond() * 1_000_000_000L, time.earliestNanos());
        assertEquals(InvalidTime.REJECT, time.invalid());
        assertEquals(SameTime.SPREAD, time.sameTime());
        assertEquals(Condition.parse("/type:up"), content.condition());
        assertEquals(Map.of("w/+/+", Retained.TAKE), retainedBySubscription());
    }

    private Map<String, Retained> retainedBySubscription() {
        return reader.retainedByFilter().entrySet().stream()
                .collect(Collectors.toMap(entry -> entry.getKey().subscription(), Map.Entry::getValue));
    }

    @Test
    void what_a_rule_does_not_say_is_as_for_all_rules() throws InvalidRulesException {
        reader.add(TopicFilter.parse("sensor/+"), "TOPICS=sensor/+");
        add("a", "topic=a/{x}; fields=v; time=/t");
        add("b", "topic=b/{x}; fields=v; time=/t; same-time=spread; retained=ignore");
        Map<String, SameTime> sameTimes = reader.rules().narrowestFirst().stream()
                .collect(Collectors.toMap(
                        rule -> rule.filter().subscription(),
                        rule -> rule.content().time().sameTime()));
        assertEquals(Map.of("sensor/+", SameTime.EXACT, "a/+", SameTime.EXACT, "b/+", SameTime.SPREAD), sameTimes);
        assertEquals(
                Map.of("sensor/+", Retained.TIMED, "a/+", Retained.TIMED, "b/+", Retained.IGNORE),
                retainedBySubscription());
    }

    @Test
    void an_empty_text_counts_as_unset() throws InvalidRulesException {
        Rule.Content content = content("topic=a/{x}; fields=; time=; time-unit=; format=; ignore=");
        assertEquals(Format.AUTO, content.format());
        assertEquals(new Source.Literal("sensor"), content.measurement());
    }

    @Test
    void a_comma_or_backslash_behind_a_backslash_is_no_separator_and_blanks_around_an_element_do_not_count()
            throws InvalidRulesException {
        Rule.Content content = content("topic=a/{x}; tags= one=a\\,b ,two=c\\\\d ,,three=e\\");
        assertEquals(new Source.Literal("a,b"), content.tags().get("one"));
        assertEquals(new Source.Literal("c\\d"), content.tags().get("two"));
        assertEquals(new Source.Literal("e"), content.tags().get("three"));
    }

    @Test
    void an_ignored_topic_has_no_points() throws InvalidRulesException {
        assertTrue(content("topic=a/{x}; ignore=true").isIgnored());
        assertEquals(List.of(), reader.rules().subscriptions());
    }

    @Test
    void several_problems_are_a_line_each_in_the_order_of_rules_and_keys() {
        add("a", "topic=a/{x}; time-unit=h; fields=v:number");
        add("b", "topics=b; decimal=.");
        add("c", "topic=c/{x}; time-unit=s");
        List<String> lines = problems();
        assertEquals(
                List.of("a.fields=v:number", "a.time-unit=h", "b.decimal=.", "b.topics", "b.topic=", "c.time-unit=s"),
                lines.stream()
                        .map(line -> line.substring(0, line.indexOf(": ")))
                        .toList());
        assertTrue(lines.get(3).endsWith("must not be set, as there is no such setting"), lines::toString);
        assertTrue(lines.get(4).endsWith("must not be empty"), lines::toString);
    }

    @Test
    void valid_rules_are_not_compared_while_others_cannot_be_read() {
        add("a", "topic=a/{x}; measurement=m");
        add("b", "topic=a/{x}; measurement=n");
        assertOneProblem("b.topic=a/{x}: must not match the same topics as a.topic=a/{x}");
        add("c", "topic=c/{x}; fields=v:number");
        assertOneProblem("c.fields=v:number: must have fields of type");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "a-b", "a.b", "ä", "a b", "a\nb"})
    void a_rule_whose_name_could_not_be_that_of_a_variable_is_refused(String name) {
        reader.add(name, Map.of("topic", "a/{x}", "time", "at"), key -> "the " + key);
        assertEquals(List.of("the topic: must have a rule's name of lower-case letters and digits"), problems());
    }

    @Test
    void a_setting_that_has_no_key_is_one_line() {
        reader.add("c", Map.of("", "x", "topic", "c/{x}"), key -> "c" + (key.isEmpty() ? "" : "." + key));
        assertEquals(List.of("c: must not be set, as there is no such setting"), problems());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "topic=a/{x}; time=x\u0000y\u2028z|a.time=x?y?z: must be a JSON pointer",
                "topic=a/#/b|a.topic=a/#/b: must be a topic filter",
                "topic=a/{x}; retained=yes|a.retained=yes: must be timed, take or ignore",
                "topic=a/{x}; ignore=true; same-time=exact|a.same-time=exact: must not be set together with ignore",
                "topic=a/{x}; time=/t; time-unit=s; time-format=dd.MM.yyyy|a.time-format=dd.MM.yyyy: must not be set together with time-unit",
                "topic=a/{x}; time-unit=rfc|a.time-unit=rfc: must be s, ms, us, ns or iso8601 (or rfc3339, which is the same)"
            })
    void a_problem_is_one_line_with_setting_value_and_what_is_allowed(String settings, String line) {
        add("a", settings);
        assertOneProblem(line);
    }

    @Test
    void of_a_long_value_the_line_has_the_beginning() {
        add("a", "topic=a/{x}; time=" + "t".repeat(10_000));
        assertOneProblem("a.time=" + "t".repeat(200) + "…: must be a JSON pointer");
    }

    @Test
    void iso8601_has_two_names() throws InvalidRulesException {
        Map<String, Rule.Content> contents = new HashMap<>();
        for (String unit : List.of("iso8601", "rfc3339")) {
            RulesReader ofUnit = new RulesReader(SameTime.EXACT, Retained.TIMED);
            ofUnit.add("a", Map.of("topic", "a/{x}", "fields", "v", "time", "/t", "time-unit", unit), key -> key);
            contents.put(unit, ofUnit.rules().narrowestFirst().get(0).content());
        }
        assertEquals(contents.get("iso8601"), contents.get("rfc3339"));
        assertEquals(TimeUnit.ISO8601, contents.get("rfc3339").time().unit());
    }
}
