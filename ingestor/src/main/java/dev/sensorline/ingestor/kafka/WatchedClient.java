package dev.sensorline.ingestor.kafka;

import java.util.Map;

import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/** The client of Kafka's by which {@link KafkaWatch} tells whether Kafka answers. */
public interface WatchedClient {

    /** The client's own metrics. */
    Map<MetricName, ? extends Metric> metrics();

    /** Whether Kafka serves the client, which has a connection; called once in each of the watch's periods. */
    boolean isServed(Map<MetricName, ? extends Metric> metrics);

    /** Why Kafka last rejected something, or what it lacks; empty if it has not. */
    String lastFailure();

    /** Whether the client gives up when Kafka refuses its very first connection. */
    boolean givesUpWhenRefused();

    /** Whether the client can never be served again, as {@link #lastFailure} says why. */
    boolean hasGivenUp();
}
