package dev.sensorline.console.security;

import java.util.Set;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import dev.sensorline.console.problem.Problem;
import dev.sensorline.console.problem.ProblemAnswer;
import dev.sensorline.console.settings.ConsoleConfig;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/** What each request passes first: headers that bind the browser, other origins, and whether the reader may read. */
@Singleton
final class RequestFilter {

    private static final int HIGHEST_PRIORITY = 1_000;
    private static final String POLICY =
            "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
                    + "form-action 'self'; frame-ancestors 'none'";
    /** Of a length that is a long; Netty has refused what is no number. */
    private static final int MOST_DIGITS = 18;

    private static final String API = "/api/";
    private static final String HEALTH = "/q/health";
    private static final String METRICS = "/q/metrics";

    /** In bytes. */
    private final long longestBody;

    private final Access access;
    private final Set<String> origins;

    RequestFilter(
            ConsoleConfig config, @ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize longestBody) {
        this.longestBody = longestBody.asLongValue();
        access = Access.of(config);
        origins = config.origins().map(Set::copyOf).orElse(Set.of());
    }

    void register(@Observes Filters filters) {
        filters.register(this::filter, HIGHEST_PRIORITY);
    }

    private void filter(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        HttpServerResponse response = routing.response();
        bindBrowser(response);
        boolean isAllowedOrigin = allowOrigin(request, response);
        if (request.method().equals(HttpMethod.OPTIONS) && isAllowedOrigin) {
            preflight(response);
        } else if (isTooLong(request)) {
            // Quarkus would answer without a document.
            response.putHeader(HttpHeaders.CONNECTION, "close");
            ProblemAnswer.send(response, Problem.of(413));
        } else if (isOpen(request.path()) || access.isGranted(request.getHeader(HttpHeaders.AUTHORIZATION))) {
            routing.next();
        } else {
            response.putHeader("WWW-Authenticate", access.challenge());
            ProblemAnswer.send(response, Problem.of(401, "This console asks for credentials"));
        }
    }

    private boolean isTooLong(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length != null && (length.length() > MOST_DIGITS || Long.parseLong(length) > longestBody);
    }

    private static void bindBrowser(HttpServerResponse response) {
        response.putHeader("Content-Security-Policy", POLICY)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("X-Frame-Options", "DENY")
                .putHeader("Cross-Origin-Opener-Policy", "same-origin");
    }

    /** Probes and Prometheus have no credentials, and read nothing of sensors. */
    private boolean isOpen(String path) {
        return path.equals(HEALTH)
                || path.startsWith(HEALTH + "/")
                || path.equals(METRICS)
                || access.isAskedForByPage() && !path.startsWith(API) && !path.startsWith("/q/");
    }

    private boolean allowOrigin(HttpServerRequest request, HttpServerResponse response) {
        if (origins.isEmpty()) {
            return false;
        }
        response.headers().add(HttpHeaders.VARY, HttpHeaders.ORIGIN);
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        if (origin == null || !origins.contains(origin)) {
            return false;
        }
        response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin)
                .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true")
                .putHeader(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, "ETag");
        return true;
    }

    private static void preflight(HttpServerResponse response) {
        response.setStatusCode(204)
                .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, "GET, PUT")
                .putHeader(
                        HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS,
                        "Authorization, Content-Type, If-None-Match, Last-Event-ID")
                .putHeader(HttpHeaders.ACCESS_CONTROL_MAX_AGE, "600")
                .end();
    }
}
