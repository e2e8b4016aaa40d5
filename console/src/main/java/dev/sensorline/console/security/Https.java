package dev.sensorline.console.security;

import java.nio.file.Path;

import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;

import org.jboss.logging.Logger;

import dev.sensorline.application.BadConfiguration;
import dev.sensorline.console.settings.ConsoleConfig;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;

/**
 * The page and the API over HTTPS as well, when there is a certificate. HTTP stays available at an address of its own: by default
 * the loopback address, for probes from within the console's container.
 */
@Singleton
final class Https implements HttpServerOptionsCustomizer {

    private static final Logger LOG = Logger.getLogger(Https.class);

    private final String host;

    Https(ConsoleConfig config, Vertx vertx) {
        ConsoleConfig.Https https = config.https();
        host = https.host();
        if (https.certificateFile().isPresent() != https.keyFile().isPresent()) {
            throw new BadConfiguration("HTTPS_CERTIFICATE_FILE and HTTPS_KEY_FILE: must be set together");
        }
        https.certificateFile()
                .ifPresent(certificate -> check(certificate, https.keyFile().orElseThrow(), vertx));
    }

    /** Lets it be made, and so wrong files be found, before anything connects. */
    void check(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event) {
        LOG.debugf("HTTPS at %s", host);
    }

    /** Quarkus would report wrong files in a stack trace. */
    private static void check(Path certificate, Path key, Vertx vertx) {
        try {
            new PemKeyCertOptions()
                    .setCertPath(certificate.toString())
                    .setKeyPath(key.toString())
                    .getKeyManagerFactory(vertx);
        } catch (Exception e) {
            throw new BadConfiguration(
                    "HTTPS_CERTIFICATE_FILE=%s and HTTPS_KEY_FILE=%s: must be in PEM form".formatted(certificate, key));
        }
    }

    @Override
    public void customizeHttpsServer(HttpServerOptions options) {
        options.setHost(host);
    }
}
