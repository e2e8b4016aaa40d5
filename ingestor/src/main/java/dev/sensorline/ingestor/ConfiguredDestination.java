package dev.sensorline.ingestor;

import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import dev.sensorline.ingestor.influxdb.InfluxStore;
import dev.sensorline.ingestor.kafka.KafkaTopic;
import dev.sensorline.ingestor.settings.IngestorConfig;
import dev.sensorline.ingestor.settings.IngestorConfig.Role;

/** Where the points of the pipeline go: the role says it. */
@Singleton
final class ConfiguredDestination {

    @Produces
    @Singleton
    Destination destination(IngestorConfig config, Instance<InfluxStore> influxDb, Instance<KafkaTopic> kafka) {
        return config.role() == Role.BRIDGE ? kafka.get()::write : influxDb.get()::write;
    }
}
