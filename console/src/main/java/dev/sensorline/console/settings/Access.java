package dev.sensorline.console.settings;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import dev.sensorline.mqtt.connector.BrokerAccess;
import dev.sensorline.mqtt.connector.ConfiguredAccess;
import io.vertx.core.Vertx;

/** Access to the broker, from the variables. */
@Singleton
final class Access {

    @Produces
    @Singleton
    BrokerAccess access(ConsoleConfig config, Vertx vertx) {
        return ConfiguredAccess.of("MQTT", config.mqtt(), vertx);
    }
}
