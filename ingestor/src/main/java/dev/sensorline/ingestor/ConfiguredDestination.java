package dev.sensorline.ingestor;

import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import dev.sensorline.ingestor.IngestorConfig.Role;
import dev.sensorline.ingestor.influx.InfluxStore;
import dev.sensorline.ingestor.kafka.KafkaTopic;
import dev.sensorline.ingestor.point.Destination;

/** Where the points of the pipeline go: the role says it. */
@Singleton
final class ConfiguredDestination {

    @Produces
    @Singleton
    Destination destination(IngestorConfig config, Instance<InfluxStore> influxDb, Instance<KafkaTopic> kafka) {
        return config.role() == Role.BRIDGE ? kafka.get()::write : influxDb.get()::write;
    }
}
