package dev.sensorline.ingestor.kafka;

import java.util.Map;

import jakarta.inject.Singleton;

import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

import io.smallrye.reactive.messaging.kafka.KafkaClientService;

/** The consumer of {@link KafkaSource}: served while its group's coordinator answers its heartbeats. */
@Singleton
public final class WatchedConsumer implements WatchedClient {

    /** Three missed heartbeats. */
    private static final double OLDEST_HEARTBEAT_SECONDS = 10;

    private final KafkaClientService clients;

    WatchedConsumer(KafkaClientService clients) {
        this.clients = clients;
    }

    @Override
    public Map<MetricName, ? extends Metric> metrics() {
        return clients.getConsumer(KafkaSource.CHANNEL).unwrap().metrics();
    }

    @Override
    public boolean isServed(Map<MetricName, ? extends Metric> metrics) {
        double heartbeat = ClientMetrics.value(metrics, "last-heartbeat-seconds-ago");
        return heartbeat >= 0 && heartbeat < OLDEST_HEARTBEAT_SECONDS;
    }

    @Override
    public String lastFailure() {
        return "";
    }

    /** The consumer fails instead, and {@link KafkaSource} ends the process. */
    @Override
    public boolean givesUpWhenRefused() {
        return false;
    }
}
