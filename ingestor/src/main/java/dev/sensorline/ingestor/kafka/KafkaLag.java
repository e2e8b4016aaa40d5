package dev.sensorline.ingestor.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

import dev.sensorline.ingestor.eventloop.EventLoop;
import dev.sensorline.ingestor.eventloop.VertxEventLoop;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import io.vertx.core.Vertx;

/** The lag of the consumer of {@link KafkaSource}, read periodically while Kafka answers. */
@Singleton
public final class KafkaLag {

    private static final Duration PERIOD = Duration.ofSeconds(5);
    private static final Duration LIMIT = Duration.ofSeconds(1);

    private final KafkaClientService clients;
    private final KafkaWatch watch;
    private final EventLoop loop;
    private volatile long records;
    private Runnable stop = () -> {};

    KafkaLag(KafkaClientService clients, KafkaWatch watch, Vertx vertx) {
        this.clients = clients;
        this.watch = watch;
        this.loop = new VertxEventLoop(vertx);
    }

    /** Records of the partitions assigned to this writer that it has not committed yet. May be called from any thread. */
    public long records() {
        return records;
    }

    /** Begins to read it. */
    public void start() {
        stop = loop.repeat(PERIOD, this::read);
    }

    private void read() {
        if (watch.isAnswering()) {
            KafkaConsumer<String, byte[]> consumer = clients.getConsumer(KafkaSource.CHANNEL);
            consumer.runOnPollingThread((Function<Consumer<String, byte[]>, Long>) KafkaLag::of)
                    .subscribe()
                    .with(lag -> records = lag, failure -> {});
        }
    }

    private static Long of(Consumer<?, ?> consumer) {
        Set<TopicPartition> partitions = consumer.assignment();
        Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(partitions, LIMIT);
        Map<TopicPartition, Long> begin = consumer.beginningOffsets(partitions, LIMIT);
        return consumer.endOffsets(partitions, LIMIT).entrySet().stream()
                .mapToLong(end -> {
                    OffsetAndMetadata until = committed.get(end.getKey());
                    return end.getValue()
                            - (until == null
                                    ? Objects.requireNonNull(begin.get(end.getKey()), "offset asked for")
                                    : until.offset());
                })
                .sum();
    }

    @PreDestroy
    void close() {
        stop.run();
    }
}
