package dev.sensorline.ingestor.health;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

import dev.sensorline.ingestor.influxdb.InfluxStore;
import dev.sensorline.ingestor.kafka.KafkaWatch;
import dev.sensorline.ingestor.settings.IngestorConfig;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.health.api.HealthRegistry;

/** What a role needs to be ready, beside the broker, of whom the connector tells. */
@ApplicationScoped
class ReadinessChecks {

    void register(@Observes StartupEvent event, @Readiness HealthRegistry checks, IngestorConfig config, InfluxStore store,
            KafkaWatch kafka) {
        if (config.role().writesInfluxDb()) {
            checks.register(() -> HealthCheckResponse.named("InfluxDB accepts points").status(store.isAccepting()).build());
        }
        if (config.role().usesKafka()) {
            checks.register(() -> HealthCheckResponse.named("Kafka answers").status(kafka.isAnswering()).build());
        }
    }
}
