package dev.sensorline.console.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.sensorline.console.settings.ConsoleTopics.Kind;
import dev.sensorline.points.rules.Retained;
import dev.sensorline.points.rules.SameTime;
import dev.sensorline.points.rules.TopicFilter;
import dev.sensorline.rulesettings.Environment;
import dev.sensorline.rulesettings.RuleSet;

class ConsoleTopicsTest {

    private final ConsoleTopics topics = new ConsoleTopics("sensorline", List.of());

    @ParameterizedTest
    @CsvSource({
        "sensor/A, READING",
        "sensorline2/rejected/a, READING",
        "sensorline/rejected, REJECTED",
        "sensorline/rejected/sensor/A, REJECTED",
        "sensorline/rejectedly, OTHER",
        "sensorline/status/sensorline-ingestor, STATUS",
        "sensorline/sensors/x/state, OTHER",
        "sensorline, OTHER"
    })
    void a_topic_tells_what_a_message_is(String topic, Kind kind) {
        assertEquals(kind, topics.of(topic));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sensor/+|sensor/+,sensorline/rejected/#,sensorline/status/+",
                "$share/ingestors/sensor/#|sensor/#,sensorline/rejected/#,sensorline/status/+",
                "#|#",
                "sensorline/#|sensorline/#"
            })
    void a_shared_subscription_is_read_in_full_and_nothing_is_subscribed_to_twice(String filters, String expected) {
        List<TopicFilter> read =
                Stream.of(filters.split(",")).map(TopicFilter::parse).toList();
        RuleSet rules =
                RuleSet.of(read, Map.of(), SameTime.EXACT, Retained.TIMED, new Environment(Set.of(), Variables::of));
        assertEquals(List.of(expected.split(",")), topics.subscriptions(rules.rules()));
    }
}
