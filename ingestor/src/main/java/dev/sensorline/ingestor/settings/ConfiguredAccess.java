package dev.sensorline.ingestor.settings;

import java.util.Optional;

import jakarta.inject.Singleton;

import dev.sensorline.application.BadConfiguration;
import dev.sensorline.mqtt.connector.BrokerAccess;

/** User, password and files of certificates from the variables. */
@Singleton
final class ConfiguredAccess implements BrokerAccess {

    private final IngestorConfig.Mqtt mqtt;
    private final Optional<String> password;

    ConfiguredAccess(IngestorConfig config) {
        mqtt = config.mqtt();
        password = mqtt.secret();
        if (mqtt.certificateFile().isPresent() != mqtt.keyFile().isPresent()) {
            throw new BadConfiguration("MQTT_CERTIFICATE_FILE and MQTT_KEY_FILE: must be set together");
        }
    }

    @Override
    public Optional<String> username() {
        return mqtt.username();
    }

    @Override
    public Optional<String> password() {
        return password;
    }

    @Override
    public Optional<Tls> tls() {
        return mqtt.tls() || mqtt.caFile().isPresent() || mqtt.certificateFile().isPresent()
                ? Optional.of(new Tls(mqtt.caFile(), mqtt.certificateFile(), mqtt.keyFile()))
                : Optional.empty();
    }
}
