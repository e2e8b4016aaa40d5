package dev.sensorline.points.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Topic filters (MQTT 3.1.1, 4.7) with named levels. */
class TopicFilterTest {

    /** All topics of up to four levels. One level text occurs in no filter, which is enough to distinguish filters of three levels. */
    private static final List<String> TOPICS = topics(4);

    private static List<String> topics(int levels) {
        Stream<String> above =
                levels == 1 ? Stream.of("") : topics(levels - 1).stream().flatMap(topic -> Stream.of("", topic + "/"));
        return above.distinct()
                .flatMap(topic -> Stream.of("a", "b", "$x", "other").map(level -> topic + level))
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "sport/tennis/player1/#,sport/tennis/player1",
        "sport/tennis/player1/#,sport/tennis/player1/ranking",
        "sport/#,sport",
        "#,sport/tennis",
        "#,/finance",
        "sport/+,sport/",
        "+/+,/finance",
        "/+,/finance",
        "sport/tennis/+,sport/tennis/player1",
        "$SYS/#,$SYS/broker/load",
        "$SYS/monitor/+,$SYS/monitor/Clients",
        "plant/{site}/{name},plant/north/T1",
        "{a}/#,x",
        "$share/group/plant/+,plant/T1",
        "$share/group//x,/x",
        "a/+/#,a/b"
    })
    void matches_as_in_the_standard(String filter, String topic) {
        assertTrue(TopicFilter.parse(filter).matches(topic));
    }

    @ParameterizedTest
    @CsvSource({
        "sport/tennis/+,sport/tennis/player1/ranking",
        "sport/+,sport",
        "+,/finance",
        "#,$SYS/broker",
        "+/monitor/Clients,$SYS/monitor/Clients",
        "{a}/monitor,$SYS/monitor",
        "a/b,a/bc",
        "a/bc,a/b",
        "a,A",
        "a/+/#,a",
        "$share/group/plant/+,$share/group/plant/T1",
        "$share/g/#,$SYS/x",
        "plant/{site}/{name},plant/T1",
        "a/b,a/b/"
    })
    void does_not_match_other_topics(String filter, String topic) {
        assertFalse(TopicFilter.parse(filter).matches(topic));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a/#/b",
                "a#",
                "#a",
                "sport+",
                "+a/b",
                "a/{b",
                "a/b}",
                "a/{b}c",
                "{}",
                "{a b}",
                "{a}/{a}",
                "{time}",
                "$share",
                "$share/g",
                "$share/g/",
                "$share//a",
                "$share/+/a",
                "$share/g/a#"
            })
    void refuses_an_invalid_filter(String filter) {
        String message = assertThrows(IllegalArgumentException.class, () -> TopicFilter.parse(filter))
                .getMessage();
        assertTrue(message.startsWith("must "), message);
    }

    @Test
    void subscribes_with_wildcards_for_named_levels() {
        assertEquals(
                "plant/+/+/x/#", TopicFilter.parse("plant/{site}/{line}/x/#").subscription());
        assertEquals(
                "$share/group/plant/+",
                TopicFilter.parse("$share/group/plant/{name}").subscription());
        assertEquals(
                Map.of("site", 1, "line", 3),
                TopicFilter.parse("$share/g/plant/{site}/+/{line}").levelsByName());
    }

    @ParameterizedTest
    @CsvSource({
        "a/+,a/b",
        "a/#,a/b/c",
        "a/#,a",
        "a/#,a/+",
        "#,a",
        "#,+/#",
        "+/#,#",
        "+/+,a/+",
        "a/{x},a/+",
        "a/+,a/{x}",
        "a/#,a/+/#"
    })
    void covers_a_filter_that_matches_no_other_topic(String wide, String narrow) {
        assertTrue(TopicFilter.parse(wide).covers(TopicFilter.parse(narrow)));
    }

    @ParameterizedTest
    @CsvSource({"a/b,a/+", "a/+,a/#", "a/+/#,a/#", "+/a,b/+", "#,$SYS/#", "+/x,$SYS/x", "a/+,a/b/c", "+,a/b"})
    void does_not_cover_a_filter_that_matches_more_topics(String one, String other) {
        assertFalse(TopicFilter.parse(one).covers(TopicFilter.parse(other)));
    }

    @ParameterizedTest
    @CsvSource({
        "plant/+/temp,plant/a/+,plant/a/temp",
        "a/#,+/b,a/b",
        "a/+/c/#,a/b/#,a/b/c/…",
        "a/#,a,a",
        "+,{x},…",
        "$SYS/+,$SYS/a,$SYS/a"
    })
    void finds_a_topic_that_two_filters_match(String one, String other, String topic) {
        assertEquals(
                topic,
                TopicFilter.parse(one).commonTopic(TopicFilter.parse(other)).orElseThrow());
        assertEquals(
                topic,
                TopicFilter.parse(other).commonTopic(TopicFilter.parse(one)).orElseThrow());
    }

    @Property(tries = 20_000)
    void common_topic_coverage_and_order_agree_with_matching(
            @ForAll("filters") String oneText, @ForAll("filters") String otherText) {
        TopicFilter one = TopicFilter.parse(oneText);
        TopicFilter other = TopicFilter.parse(otherText);
        boolean covers = TOPICS.stream().allMatch(topic -> one.matches(topic) || !other.matches(topic));
        assertEquals(covers, one.covers(other));
        assertEquals(
                TOPICS.stream().anyMatch(topic -> one.matches(topic) && other.matches(topic)),
                one.commonTopic(other).isPresent());
        if (covers && !other.covers(one)) {
            assertTrue(TopicFilter.narrowerFirst(one, other) > 0);
        }
    }

    @Provide
    Arbitrary<String> filters() {
        Arbitrary<String> levels = Arbitraries.of("a", "b", "+", "a", "b", "+", "$x")
                .list()
                .ofMinSize(1)
                .ofMaxSize(3)
                .map(list -> String.join("/", list));
        return Arbitraries.oneOf(levels, levels.map(filter -> filter + "/#"), Arbitraries.just("#"));
    }
}
