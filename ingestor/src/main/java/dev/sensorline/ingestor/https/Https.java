package dev.sensorline.ingestor.https;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.security.auth.x500.X500Principal;

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
 * Health and metrics over HTTPS, for clients who show a certificate in a name that may ask. Beside it HTTP goes on, at an
 * address of its own: the loopback address for whoever asks from the ingestor's own container.
 */
@Singleton
final class Https implements HttpServerOptionsCustomizer {

    private static final int BEFORE_ALL_ELSE = 1_000;
    private static final int FORBIDDEN = 403;

    private final String host;
    private final Set<X500Principal> clients;

    Https(IngestorConfig config, Vertx vertx) {
        IngestorConfig.Https https = config.https();
        host = https.host();
        clients = https.clients().orElse(List.of()).stream()
                .map(name -> new X500Principal("CN=" + name)).collect(Collectors.toSet());
        boolean on = https.certificateFile().isPresent();
        if (on != https.keyFile().isPresent() || on != https.caFile().isPresent() || on == clients.isEmpty()) {
            throw new BadConfiguration(
                    "HTTPS_CERTIFICATE_FILE, HTTPS_KEY_FILE, HTTPS_CA_FILE and HTTPS_CLIENTS: must be set together");
        }
        if (on) {
            check(https.certificateFile().get(), https.keyFile().orElseThrow(), https.caFile().orElseThrow(), vertx);
        }
    }

    /** Quarkus would tell of these in a stack trace. */
    private static void check(Path certificate, Path key, Path authority, Vertx vertx) {
        try {
            new PemKeyCertOptions().setCertPath(certificate.toString()).setKeyPath(key.toString()).getKeyManagerFactory(vertx);
        } catch (Exception e) {
            throw new BadConfiguration("HTTPS_CERTIFICATE_FILE=%s and HTTPS_KEY_FILE=%s: must be in PEM form"
                    .formatted(certificate, key));
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

    void admit(@Observes Filters filters) {
        filters.register(this::admit, BEFORE_ALL_ELSE);
    }

    private void admit(RoutingContext request) {
        if (!request.request().isSSL() || mayAsk(request)) {
            request.next();
        } else {
            request.fail(FORBIDDEN);
        }
    }

    private boolean mayAsk(RoutingContext request) {
        try {
            return clients.contains(request.request().sslSession().getPeerPrincipal());
        } catch (SSLPeerUnverifiedException e) {
            return false;
        }
    }
}
