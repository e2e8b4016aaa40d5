package dev.sensorline.ingestor.kafka;

import java.util.Map;

import jakarta.inject.Singleton;

import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

import io.smallrye.reactive.messaging.kafka.KafkaClientService;

/** The producer of {@link KafkaTopic}: served while Kafka takes its records. */
@Singleton
public final class WatchedProducer implements WatchedClient {

    private final KafkaTopic topic;
    private final KafkaClientService clients;
    private long taken;

    WatchedProducer(KafkaTopic topic, KafkaClientService clients) {
        this.topic = topic;
        this.clients = clients;
    }

    @Override
    public Map<MetricName, ? extends Metric> metrics() {
        return clients.getProducer(KafkaTopic.CHANNEL).unwrap().metrics();
    }

    @Override
    public boolean isServed(Map<MetricName, ? extends Metric> metrics) {
        long before = taken;
        taken = topic.taken();
        boolean isServed = topic.inFlight() == 0 || taken > before;
        if (!isServed) {
            topic.look();
        }
        return isServed;
    }

    @Override
    public String lastFailure() {
        return topic.lastFailure();
    }

    /** An idempotent producer that is refused before it has got its id does not try again. */
    @Override
    public boolean givesUpWhenRefused() {
        return true;
    }

    @Override
    public boolean hasGivenUp() {
        return topic.hasGivenUp();
    }
}
