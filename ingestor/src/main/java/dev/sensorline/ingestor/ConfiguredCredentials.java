package dev.sensorline.ingestor;

import java.util.Optional;

import jakarta.inject.Singleton;

import dev.sensorline.mqtt.BrokerCredentials;

/** User and password from the variables, or the password from the file that one of them names. */
@Singleton
final class ConfiguredCredentials implements BrokerCredentials {

    private final IngestorConfig.Mqtt mqtt;
    private final Optional<String> password;

    ConfiguredCredentials(IngestorConfig config) {
        mqtt = config.mqtt();
        password = mqtt.secret();
    }

    @Override
    public Optional<String> username() {
        return mqtt.username();
    }

    @Override
    public Optional<String> password() {
        return password;
    }
}
