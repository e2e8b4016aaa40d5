package dev.sensorline.ingestor.https;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

import javax.net.ssl.SSLPeerUnverifiedException;
import javax.security.auth.x500.X500Principal;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import dev.sensorline.application.BadConfiguration;
import dev.sensorline.ingestor.settings.IngestorConfig;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.ext.web.RoutingContext;

/**
 * Health and metrics over HTTPS, for clients that present a certificate with an authorised name. HTTP stays available at an
 * address of its own: by default the loopback address, for probes from within the ingestor's container.
 */
@Singleton
final class Https implements HttpServerOptionsCustomizer {

    private static final int HIGHEST_PRIORITY = 1_000;
    private static final int FORBIDDEN = 403;

    private final String host;
    private final Set<String> clients;

    Https(IngestorConfig config, Vertx vertx) {
        IngestorConfig.Https https = config.https();
        host = https.host();
        clients = https.clients().orElse(List.of()).stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        boolean isEnabled = https.certificateFile().isPresent();
        if (isEnabled != https.keyFile().isPresent()
                || isEnabled != https.caFile().isPresent()
                || isEnabled == clients.isEmpty()) {
            throw new BadConfiguration(
                    "HTTPS_CERTIFICATE_FILE, HTTPS_KEY_FILE, HTTPS_CA_FILE and HTTPS_CLIENTS: must be set together");
        }
        if (isEnabled) {
            check(
                    https.certificateFile().get(),
                    https.keyFile().orElseThrow(),
                    https.caFile().orElseThrow(),
                    vertx);
        }
    }

    /** Quarkus would report wrong files in a stack trace. */
    private static void check(Path certificate, Path key, Path authority, Vertx vertx) {
        try {
            new PemKeyCertOptions()
                    .setCertPath(certificate.toString())
                    .setKeyPath(key.toString())
                    .getKeyManagerFactory(vertx);
        } catch (Exception e) {
            throw new BadConfiguration(
                    "HTTPS_CERTIFICATE_FILE=%s and HTTPS_KEY_FILE=%s: must be in PEM form".formatted(certificate, key));
        }
        try {
            new PemTrustOptions().addCertPath(authority.toString()).getTrustManagerFactory(vertx);
        } catch (Exception e) {
            throw new BadConfiguration("HTTPS_CA_FILE=%s: must be certificates in PEM form".formatted(authority));
        }
    }

    @Override
    public void customizeHttpsServer(HttpServerOptions options) {
        options.setHost(host).setClientAuth(ClientAuth.REQUIRED);
    }

    void register(@Observes Filters filters) {
        filters.register(this::authorise, HIGHEST_PRIORITY);
    }

    private void authorise(RoutingContext request) {
        if (!request.request().isSSL() || isAuthorised(request)) {
            request.next();
        } else {
            request.fail(FORBIDDEN);
        }
    }

    private boolean isAuthorised(RoutingContext request) {
        try {
            return request.request().sslSession().getPeerPrincipal() instanceof X500Principal subject
                    && CommonName.of(subject)
                            .filter(name -> clients.contains(name.toLowerCase(Locale.ROOT)))
                            .isPresent();
        } catch (SSLPeerUnverifiedException e) {
            return false;
        }
    }
}
