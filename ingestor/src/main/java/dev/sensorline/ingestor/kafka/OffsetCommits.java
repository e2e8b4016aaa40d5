package dev.sensorline.ingestor.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.jboss.logging.Logger;

import dev.sensorline.ingestor.eventloop.EventLoop;
import dev.sensorline.ingestor.eventloop.Pauses;
import dev.sensorline.ingestor.eventloop.VertxEventLoop;
import dev.sensorline.ingestor.settings.IngestorConfig;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import io.vertx.core.Vertx;

/**
 * Commits offsets, again and again until Kafka has them. The strategies of SmallRye's connector do not suffice:
 * {@code latest} completes before Kafka has answered, and reports a failure only to its log.
 */
@Singleton
public final class OffsetCommits {

    private static final Logger LOG = Logger.getLogger(OffsetCommits.class);
    /** How long one attempt may keep the polling thread from polling. */
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final String group;
    private final PollingThread thread;
    private final EventLoop loop;
    private volatile String lastFailure = "";

    @Inject
    OffsetCommits(IngestorConfig config, KafkaClientService clients, Vertx vertx) {
        this(config.kafka().group(), PollingThread.of(clients), new VertxEventLoop(vertx));
    }

    OffsetCommits(String group, PollingThread thread, EventLoop loop) {
        this.group = group;
        this.thread = thread;
        this.loop = loop;
    }

    /**
     * Commits the offsets of the partitions that still belong to this consumer. The new owner of any other partition reads its
     * records again, and makes the same points of them.
     *
     * @param next the offset of the first record of each partition that has not been written
     * @return completes, on any thread, when Kafka has the offsets or has given their partitions away; never fails
     */
    Uni<Void> commit(Map<TopicPartition, OffsetAndMetadata> next) {
        return Uni.createFrom()
                .deferred(() -> thread.run(consumer -> commitOwned(consumer, next)))
                .onFailure(OffsetCommits::isGivenAway)
                .recoverWithUni(() -> {
                    reportGivenAway(next.keySet());
                    return Uni.createFrom().voidItem();
                })
                .onFailure()
                .invoke(failure -> lastFailure =
                        "offsets of KAFKA_GROUP=%s cannot be committed: %s".formatted(group, failure.getMessage()))
                .onFailure()
                .retry()
                .when(Pauses.growing(loop))
                .invoke(() -> lastFailure = "");
    }

    /** Why Kafka last rejected a commit; empty if it has accepted one since. May be called from any thread. */
    String lastFailure() {
        return lastFailure;
    }

    private static void commitOwned(Consumer<?, ?> consumer, Map<TopicPartition, OffsetAndMetadata> next) {
        Map<TopicPartition, OffsetAndMetadata> owned = new HashMap<>(next);
        owned.keySet().retainAll(consumer.assignment());
        if (owned.size() < next.size()) {
            Set<TopicPartition> others = new HashSet<>(next.keySet());
            others.removeAll(owned.keySet());
            reportGivenAway(others);
        }
        if (!owned.isEmpty()) {
            consumer.commitSync(owned, LIMIT);
        }
    }

    /** After a rebalance that this consumer has missed. It joins the group again when it next polls. */
    private static boolean isGivenAway(Throwable failure) {
        return failure instanceof CommitFailedException || failure instanceof FencedInstanceIdException;
    }

    private static void reportGivenAway(Set<TopicPartition> partitions) {
        LOG.infof(
                "Kafka has given %s away before what was written of it was committed: it is written again", partitions);
    }
}
