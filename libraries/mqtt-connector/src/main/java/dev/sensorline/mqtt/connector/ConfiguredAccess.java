package dev.sensorline.mqtt.connector;

import java.util.Optional;

import dev.sensorline.application.Credentials;
import dev.sensorline.application.TlsSettings;

/** The access that settings describe. */
public record ConfiguredAccess(Optional<String> username, Optional<String> password, Optional<Tls> tls)
        implements BrokerAccess {

    /**
     * @param prefix what the variables begin with, {@code MQTT} or {@code SIM}
     * @throws dev.sensorline.application.BadConfiguration when settings contradict each other, or the password cannot be read
     */
    public static ConfiguredAccess of(String prefix, BrokerSettings settings) {
        Optional<Tls> tls = TlsSettings.isOn(prefix, settings)
                ? Optional.of(new Tls(settings.caFile(), settings.certificateFile(), settings.keyFile()))
                : Optional.empty();
        return new ConfiguredAccess(settings.username(), Credentials.password(prefix, settings), tls);
    }
}
