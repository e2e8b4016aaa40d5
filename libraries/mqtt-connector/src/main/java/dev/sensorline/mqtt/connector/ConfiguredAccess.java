package dev.sensorline.mqtt.connector;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

import dev.sensorline.application.BadConfiguration;
import dev.sensorline.application.Credentials;
import dev.sensorline.application.TlsSettings;
import dev.sensorline.connections.PemFiles;
import io.vertx.core.Vertx;

/** The access that settings describe. */
public record ConfiguredAccess(Optional<String> username, Optional<String> password, Optional<Tls> tls)
        implements BrokerAccess {

    /** In bytes of UTF-8 (MQTT 5, 1.5.4 and 1.5.6). */
    private static final int LONGEST = 65_535;

    /**
     * @param prefix what the variables begin with, {@code MQTT} or {@code SIM}
     * @throws BadConfiguration when settings contradict each other, the password cannot be read, or a file of certificates does
     *                          not hold what it must
     */
    public static ConfiguredAccess of(String prefix, BrokerSettings settings, Vertx vertx) {
        boolean hasTls = TlsSettings.isOn(prefix, settings);
        if (hasTls && settings.transport() == Transport.WS) {
            throw new BadConfiguration(
                    "%1$s_TRANSPORT=ws: must be wss together with %1$s_TLS, or a file of certificates"
                            .formatted(prefix));
        }
        Optional<Tls> tls = hasTls || settings.transport() == Transport.WSS
                ? Optional.of(new Tls(settings.caFile(), settings.certificateFile(), settings.keyFile()))
                : Optional.empty();
        tls.ifPresent(files -> check(prefix, files, vertx));
        Optional<String> password = Credentials.password(prefix, settings);
        requireRoom(prefix + "_USERNAME", settings.username());
        requireRoom(prefix + "_PASSWORD", password);
        return new ConfiguredAccess(settings.username(), password, tls);
    }

    private static void requireRoom(String variable, Optional<String> text) {
        if (text.orElse("").getBytes(StandardCharsets.UTF_8).length > LONGEST) {
            throw new BadConfiguration("%s: must have at most %d bytes".formatted(variable, LONGEST));
        }
    }

    /** Now, because a channel that finds a wrong file is a stack trace. */
    private static void check(String prefix, Tls tls, Vertx vertx) {
        tls.authority()
                .ifPresent(file -> BadConfiguration.checked(
                        "%s_CA_FILE=%s".formatted(prefix, file), () -> PemFiles.trust(file, vertx)));
        tls.certificate().ifPresent(file -> {
            Path key = tls.key().orElseThrow();
            BadConfiguration.checked(
                    "%s_CERTIFICATE_FILE=%s".formatted(prefix, file), () -> PemFiles.checkCertificate(file));
            BadConfiguration.checked(
                    "%s_KEY_FILE=%s".formatted(prefix, key), () -> PemFiles.checkKey(file, key, vertx));
        });
    }
}
