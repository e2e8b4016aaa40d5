package dev.sensorline.application;

import java.nio.file.Path;
import java.util.Optional;

import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;

/** Settings: whether and how to connect to a server with TLS. */
public interface TlsSettings {

    @Setting("whether to connect with TLS; implied by any of the files below")
    @WithDefault("false")
    @WithConverter(Settings.Flag.class)
    boolean tls();

    @Setting(
            value = "PEM: the authorities that the server's certificate is checked against",
            unset = "the machine's authorities")
    Optional<@WithConverter(Settings.ReadableFile.class) Path> caFile();

    @Setting("PEM: the service's own certificate")
    Optional<@WithConverter(Settings.ReadableFile.class) Path> certificateFile();

    @Setting("PEM: the key of the certificate")
    Optional<@WithConverter(Settings.ReadableFile.class) Path> keyFile();

    /**
     * Whether to connect with TLS.
     *
     * @param prefix what the variables begin with: {@code MQTT} for {@code MQTT_KEY_FILE}
     * @throws BadConfiguration when there is a certificate without a key, or a key without a certificate
     */
    static boolean isOn(String prefix, TlsSettings settings) {
        if (settings.certificateFile().isPresent() != settings.keyFile().isPresent()) {
            throw new BadConfiguration(
                    "%1$s_CERTIFICATE_FILE and %1$s_KEY_FILE: must be set together".formatted(prefix));
        }
        return settings.tls()
                || settings.caFile().isPresent()
                || settings.certificateFile().isPresent();
    }
}
