package dev.sensorline.ingestor.kafka;

import java.util.function.Consumer;

import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;

/** The connector's thread that polls. It alone may use the consumer, and may be blocked by it. */
@FunctionalInterface
interface PollingThread {

    /** Completes on that thread when the action has ended, and fails if the action throws. */
    Uni<Void> run(Consumer<org.apache.kafka.clients.consumer.Consumer<byte[], byte[]>> action);

    /** The thread of the consumer of {@link KafkaSource}. */
    static PollingThread of(KafkaClientService clients) {
        return action -> {
            KafkaConsumer<byte[], byte[]> consumer = clients.getConsumer(KafkaSource.CHANNEL);
            return consumer.runOnPollingThread(action);
        };
    }
}
