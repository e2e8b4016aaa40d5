package dev.sensorline.points.decoding;

import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.sensorline.points.Series;
import dev.sensorline.points.rules.FieldText;
import dev.sensorline.points.rules.Rule;
import dev.sensorline.points.rules.RuleBuilder;
import dev.sensorline.points.rules.Rules;
import dev.sensorline.points.rules.TagText;
import dev.sensorline.points.rules.TopicFilter;

class SeriesCacheTest {

    private final SeriesCache cache = cache();

    private static SeriesCache cache() {
        RuleBuilder rule = new RuleBuilder(TopicFilter.parse("plant/{site}/{name}/{number}"))
                .fields(List.of(FieldText.parse("value=/value"), FieldText.parse("text:string={number}")))
                .tags(List.of(
                        TagText.parse("site={site}"), TagText.parse("name={name}"), TagText.parse("topic={topic}")));
        return new SeriesCache(new Rules(List.of(rule.build(Rule.Origin.of("rule")))), 10);
    }

    @Test
    void a_topic_and_its_series_are_found_again() throws Exception {
        SeriesCache.Topic topic = cache.topic("plant/a/b/1");
        assertSame(topic, cache.topic("plant/a/b/1"));
        assertSame(cache.series(topic, topic.rule()), cache.series(topic, topic.rule()));
    }

    /** The cache is bounded by what entries are taken to have. */
    @ParameterizedTest
    @ValueSource(strings = {"x", "ж", "😀"})
    void an_entry_is_taken_to_have_its_texts_and_its_series(String character) throws Exception {
        String number = character.repeat(100);
        String name = "plant/" + character.repeat(300) + "/b/" + number;
        SeriesCache.Topic topic = cache.topic(name);
        Series series = cache.series(topic, topic.rule());
        int inTopicAndField = name.length() + number.length();
        assertTrue(topic.bytes() > Character.BYTES * inTopicAndField + series.size(), () -> topic.bytes() + " bytes");
    }
}
