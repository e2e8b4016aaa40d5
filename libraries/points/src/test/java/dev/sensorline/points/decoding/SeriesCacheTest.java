package dev.sensorline.points.decoding;

import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.sun.management.ThreadMXBean;

import dev.sensorline.points.Series;
import dev.sensorline.points.rules.FieldText;
import dev.sensorline.points.rules.Rule;
import dev.sensorline.points.rules.RuleBuilder;
import dev.sensorline.points.rules.Rules;
import dev.sensorline.points.rules.TagText;
import dev.sensorline.points.rules.TopicFilter;

class SeriesCacheTest {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    /** What a text takes besides its characters. */
    private static final int TEXT_BYTES = 40;

    private final SeriesCache cache = cache();

    private static SeriesCache cache() {
        RuleBuilder rule = new RuleBuilder(TopicFilter.parse("plant/{site}/{name}/{number}"))
                .fields(List.of(FieldText.parse("value=/value"), FieldText.parse("text:string={number}")))
                .tags(List.of(TagText.parse("site={site}"), TagText.parse("name={name}"), TagText.parse("topic={topic}")));
        return new SeriesCache(new Rules(List.of(rule.build(Rule.Origin.of("rule")))), 10);
    }

    @Test
    void a_topic_and_its_series_are_found_again() throws Exception {
        SeriesCache.Topic topic = cache.topic("plant/a/b/1");
        assertSame(topic, cache.topic("plant/a/b/1"));
        assertSame(cache.series(topic, topic.rule()), cache.series(topic, topic.rule()));
    }

    /** The cache is bounded by what entries are taken to have. Allocated is also what making them needs for a moment. */
    @ParameterizedTest
    @ValueSource(strings = {"x", "ж", "😀"})
    void an_entry_is_taken_to_have_its_texts_and_a_quarter_of_what_was_allocated_at_least(String character) throws Exception {
        for (int length : new int[] {1, 10, 100, 500}) {
            for (int n = 0; n < 200; n++) { // The first ones load classes.
                String name = "plant/" + character.repeat(length / character.length()) + "/b/" + n;
                long before = THREADS.getCurrentThreadAllocatedBytes();
                SeriesCache.Topic topic = cache.topic(name);
                Series series = cache.series(topic, topic.rule());
                long allocated = THREADS.getCurrentThreadAllocatedBytes() - before + TEXT_BYTES + 2L * name.length();
                if (n > 100) {
                    assertTrue(topic.bytes() >= allocated / 4, () -> topic.bytes() + " of " + allocated);
                    assertTrue(topic.bytes() > 2 * name.length() + series.size(), () -> topic.bytes() + " for " + name);
                }
            }
        }
    }
}
