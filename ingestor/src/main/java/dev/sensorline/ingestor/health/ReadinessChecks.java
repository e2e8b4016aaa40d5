package dev.sensorline.ingestor.health;

import jakarta.inject.Singleton;

import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

import dev.sensorline.ingestor.influxdb.InfluxStore;
import dev.sensorline.ingestor.kafka.KafkaWatch;
import io.smallrye.health.api.HealthRegistry;

/** Readiness checks of the servers at either end, except the MQTT broker, whose check is the connector's. */
@Singleton
public final class ReadinessChecks {

    private final HealthRegistry checks;

    ReadinessChecks(@Readiness HealthRegistry checks) {
        this.checks = checks;
    }

    public void register(InfluxStore store) {
        checks.register(() -> HealthCheckResponse.named("InfluxDB accepts points")
                .status(store.isAccepting())
                .build());
    }

    public void register(KafkaWatch kafka) {
        checks.register(() -> HealthCheckResponse.named("Kafka answers")
                .status(kafka.isAnswering())
                .build());
    }
}
