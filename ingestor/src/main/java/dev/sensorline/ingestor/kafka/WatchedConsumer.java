package dev.sensorline.ingestor.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

import dev.sensorline.ingestor.settings.IngestorConfig;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;

/**
 * The consumer of {@link KafkaSource}: served while its group's coordinator answers its heartbeats and takes its commits, and the
 * topic exists.
 */
@Singleton
public final class WatchedConsumer implements WatchedClient {

    /** Three missed heartbeats. */
    private static final double OLDEST_HEARTBEAT_SECONDS = 10;

    private static final Duration LIMIT = Duration.ofSeconds(1);

    private final String topic;
    private final Supplier<Map<MetricName, ? extends Metric>> metrics;
    private final PollingThread thread;
    private final OffsetCommits commits;
    private final AtomicBoolean isLooking = new AtomicBoolean();
    private volatile boolean isTopicMissing;

    @Inject
    WatchedConsumer(IngestorConfig config, KafkaClientService clients, OffsetCommits commits) {
        this(
                config.kafka().topic(),
                () -> clients.getConsumer(KafkaSource.CHANNEL).unwrap().metrics(),
                PollingThread.of(clients),
                commits);
    }

    WatchedConsumer(
            String topic,
            Supplier<Map<MetricName, ? extends Metric>> metrics,
            PollingThread thread,
            OffsetCommits commits) {
        this.topic = topic;
        this.metrics = metrics;
        this.thread = thread;
        this.commits = commits;
    }

    @Override
    public Map<MetricName, ? extends Metric> metrics() {
        return metrics.get();
    }

    @Override
    public boolean isServed(Map<MetricName, ? extends Metric> metrics) {
        double heartbeat = ClientMetrics.value(metrics, "last-heartbeat-seconds-ago");
        if (ClientMetrics.value(metrics, "assigned-partitions") > 0) {
            isTopicMissing = false;
        } else {
            look();
        }
        return heartbeat >= 0
                && heartbeat < OLDEST_HEARTBEAT_SECONDS
                && lastFailure().isEmpty();
    }

    /** A group without partitions may have more members than the topic has, or no topic, of which the consumer says nothing. */
    private void look() {
        if (isLooking.compareAndSet(false, true)) {
            thread.run(this::look)
                    .onTermination()
                    .invoke(() -> isLooking.set(false))
                    .subscribe()
                    .with(looked -> {}, failure -> {});
        }
    }

    private void look(Consumer<?, ?> consumer) {
        isTopicMissing = consumer.partitionsFor(topic, LIMIT).isEmpty();
    }

    @Override
    public String lastFailure() {
        return isTopicMissing
                ? "it has no topic KAFKA_TOPIC=%s, and creates none".formatted(topic)
                : commits.lastFailure();
    }

    /** The consumer fails instead, and {@link KafkaSource} ends the process. */
    @Override
    public boolean givesUpWhenRefused() {
        return false;
    }

    /** As above. */
    @Override
    public boolean hasGivenUp() {
        return false;
    }
}
