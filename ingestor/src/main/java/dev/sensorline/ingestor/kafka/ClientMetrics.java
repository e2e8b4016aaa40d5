package dev.sensorline.ingestor.kafka;

import java.util.Map;

import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/** Reads single values out of a client's metrics. */
final class ClientMetrics {

    private ClientMetrics() {}

    /** The value of the first metric of that name; -1 if there is none. */
    static double value(Map<MetricName, ? extends Metric> metrics, String name) {
        return metrics.entrySet().stream()
                .filter(metric -> metric.getKey().name().equals(name))
                .mapToDouble(metric -> ((Number) metric.getValue().metricValue()).doubleValue())
                .findFirst()
                .orElse(-1);
    }
}
