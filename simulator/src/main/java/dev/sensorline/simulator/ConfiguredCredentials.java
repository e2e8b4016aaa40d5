package dev.sensorline.simulator;

import java.util.Optional;

import jakarta.inject.Singleton;

import dev.sensorline.mqtt.BrokerCredentials;

/** User and password from the variables, or the password from the file that one of them names. */
@Singleton
final class ConfiguredCredentials implements BrokerCredentials {

    private final SimulatorConfig config;
    private final Optional<String> password;

    ConfiguredCredentials(SimulatorConfig config) {
        this.config = config;
        password = config.secret();
    }

    @Override
    public Optional<String> username() {
        return config.username();
    }

    @Override
    public Optional<String> password() {
        return password;
    }
}
