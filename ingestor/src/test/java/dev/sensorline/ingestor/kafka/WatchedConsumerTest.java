package dev.sensorline.ingestor.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.sensorline.ingestor.eventloop.VirtualEventLoop;
import io.smallrye.mutiny.Uni;

/** When the consumer counts as served, with Kafka's own consumer for tests. */
class WatchedConsumerTest {

    private static final TopicPartition PARTITION = new TopicPartition("points", 0);

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest") {

        @Override
        public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
            throw GroupAuthorizationException.forGroupId("writers");
        }
    };
    private final Map<MetricName, Metric> metrics = new HashMap<>();
    private final PollingThread thread = action -> Uni.createFrom().voidItem().invoke(() -> action.accept(consumer));
    private final OffsetCommits commits = new OffsetCommits("writers", thread, new VirtualEventLoop());
    private final WatchedConsumer watched = new WatchedConsumer("points", () -> metrics, thread, commits);

    @BeforeEach
    void connect() {
        set("last-heartbeat-seconds-ago", 1);
        set("assigned-partitions", 1);
    }

    private void set(String name, double value) {
        MetricName key = new MetricName(name, "group", "", Map.of());
        metrics.put(key, new Metric() {

            @Override
            public MetricName metricName() {
                return key;
            }

            @Override
            public Object metricValue() {
                return value;
            }
        });
    }

    private boolean isServed() {
        return watched.isServed(watched.metrics());
    }

    @Test
    void a_member_with_heartbeats_and_partitions_is_served() {
        assertTrue(isServed());
        set("last-heartbeat-seconds-ago", 10);
        assertFalse(isServed());
        set("last-heartbeat-seconds-ago", -1);
        assertFalse(isServed(), "before the first");
    }

    @Test
    void a_group_without_its_topic_is_not_served_and_the_topic_is_named() {
        set("assigned-partitions", 0);
        assertFalse(isServed());
        assertEquals("it has no topic KAFKA_TOPIC=points, and creates none", watched.lastFailure());
        set("assigned-partitions", 1);
        assertTrue(isServed());
        assertEquals("", watched.lastFailure());
    }

    @Test
    void a_writer_in_reserve_is_served() {
        consumer.updatePartitions("points", List.of(new PartitionInfo("points", 0, null, null, null)));
        set("assigned-partitions", 0);
        assertTrue(isServed());
    }

    @Test
    void a_group_that_may_not_commit_is_not_served_and_named() {
        consumer.assign(List.of(PARTITION));
        commits.commit(Map.of(PARTITION, new OffsetAndMetadata(1))).subscribe().with(done -> {});
        assertFalse(isServed());
        assertEquals(
                "offsets of KAFKA_GROUP=writers cannot be committed: Not authorized to access group: writers",
                watched.lastFailure());
    }
}
