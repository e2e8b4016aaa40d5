package dev.sensorline.simulator;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.regex.Pattern;

import jakarta.inject.Singleton;
import javax.security.auth.x500.X500Principal;

import org.jboss.logging.Logger;

import dev.sensorline.application.BadConfiguration;
import dev.sensorline.mqtt.connector.BrokerAccess;

/** User, password and files of certificates from the variables. */
@Singleton
final class ConfiguredAccess implements BrokerAccess {

    private static final Logger LOG = Logger.getLogger(ConfiguredAccess.class);

    private final SimulatorConfig config;
    private final Optional<String> password;

    ConfiguredAccess(SimulatorConfig config) {
        this.config = config;
        password = config.secret();
        if (config.certificateFile().isPresent() != config.keyFile().isPresent()) {
            throw new BadConfiguration("SIM_CERTIFICATE_FILE and SIM_KEY_FILE: must be set together");
        }
        config.certificateFile().ifPresent(file -> warnOfOtherName(file, config.name()));
    }

    /** The broker of MQTT 3.1.1 that drops what a sensor publishes as another does not say so. */
    private static void warnOfOtherName(Path file, String name) {
        try (InputStream certificate = Files.newInputStream(file)) {
            X500Principal subject = ((X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(certificate)).getSubjectX500Principal();
            if (!subject.getName().matches("(?:.*,)?CN=" + Pattern.quote(name) + "(?:,.*)?")) {
                LOG.warnf("SIM_NAME=%s: the certificate is for %s; a broker that asks for it may drop the readings", name,
                        subject);
            }
        } catch (IOException | CertificateException e) {
            throw new BadConfiguration("SIM_CERTIFICATE_FILE=%s: must be a certificate in PEM form".formatted(file));
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
