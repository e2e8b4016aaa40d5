package dev.sensorline.ingestor.settings;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import dev.sensorline.mqtt.connector.BrokerAccess;
import dev.sensorline.mqtt.connector.ConfiguredAccess;

/** Access to the broker, from the variables. */
@Singleton
final class Access {

    @Produces
    @Singleton
    BrokerAccess access(IngestorConfig config) {
        return ConfiguredAccess.of("MQTT", config.mqtt());
    }
}
