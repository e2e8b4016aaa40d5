package dev.sensorline.simulator;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.regex.Pattern;

import javax.security.auth.x500.X500Principal;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

import dev.sensorline.application.BadConfiguration;
import dev.sensorline.mqtt.connector.BrokerAccess;
import dev.sensorline.mqtt.connector.ConfiguredAccess;
import io.vertx.core.Vertx;

/** Access to the broker, from the variables. */
@Singleton
final class Access {

    private static final Logger LOG = Logger.getLogger(Access.class);

    @Produces
    @Singleton
    BrokerAccess access(SimulatorConfig config, Vertx vertx) {
        BrokerAccess access = ConfiguredAccess.of(SimulatorConfig.PREFIX, config, vertx);
        config.certificateFile().ifPresent(file -> warnOfOtherName(file, config.name()));
        return access;
    }

    /** The broker of MQTT 3.1.1 that drops what a sensor publishes as another does not say so. */
    private static void warnOfOtherName(Path file, String name) {
        try (InputStream certificate = Files.newInputStream(file)) {
            X500Principal subject = ((X509Certificate)
                            CertificateFactory.getInstance("X.509").generateCertificate(certificate))
                    .getSubjectX500Principal();
            if (!subject.getName().matches("(?:.*,)?CN=" + Pattern.quote(name) + "(?:,.*)?")) {
                LOG.warnf(
                        "SIM_NAME=%s: the certificate is for %s; a broker that asks for it may drop the readings",
                        name, subject);
            }
        } catch (IOException | CertificateException e) {
            throw new BadConfiguration("SIM_CERTIFICATE_FILE=%s: must be a certificate in PEM form".formatted(file));
        }
    }
}
