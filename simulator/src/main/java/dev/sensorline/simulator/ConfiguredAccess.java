package dev.sensorline.simulator;

import java.util.Optional;

import jakarta.inject.Singleton;

import dev.sensorline.configuration.BadConfiguration;
import dev.sensorline.mqtt.BrokerAccess;

/** User, password and files of certificates from the variables. */
@Singleton
final class ConfiguredAccess implements BrokerAccess {

    private final SimulatorConfig config;
    private final Optional<String> password;

    ConfiguredAccess(SimulatorConfig config) {
        this.config = config;
        password = config.secret();
        if (config.certificateFile().isPresent() != config.keyFile().isPresent()) {
            throw new BadConfiguration("SIM_CERTIFICATE_FILE and SIM_KEY_FILE: must be set together");
        }
    }

    @Override
    public Optional<String> username() {
        return config.username();
    }

    @Override
    public Optional<String> password() {
        return password;
    }

    @Override
    public Optional<Tls> tls() {
        return config.tls() || config.caFile().isPresent() || config.certificateFile().isPresent()
                ? Optional.of(new Tls(config.caFile(), config.certificateFile(), config.keyFile()))
                : Optional.empty();
    }
}
