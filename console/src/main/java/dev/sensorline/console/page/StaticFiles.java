package dev.sensorline.console.page;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import io.quarkus.runtime.LaunchMode;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/**
 * The files of the page, from the class path. Vert.x would copy them to a temporary directory first, which a container with a
 * read-only file system does not have. What has been sent once stays in memory; there are as many as the application has.
 */
@Singleton
final class StaticFiles {

    private static final String DIRECTORY = "META-INF/resources";
    /** No file begins with a dot, and no path has two of them in a row. */
    private static final Pattern PATH = Pattern.compile("(?:/[A-Za-z0-9_-][A-Za-z0-9_-]*(?:\\.[A-Za-z0-9_-]+)*)+");

    private static final Map<String, String> MEDIA_TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml",
            "png", "image/png",
            "ico", "image/x-icon",
            "webmanifest", "application/manifest+json");

    /** The charts' files are in a directory that has the name of their version. */
    private static final String CHARTS = "/webjars/uplot/";

    private static final String CHARTS_VERSION = "META-INF/maven/org.webjars.npm/uplot/pom.properties";

    private final Map<String, StaticFile> files = new ConcurrentHashMap<>();
    private final boolean areKept = LaunchMode.current() != LaunchMode.DEVELOPMENT;
    private final ClassLoader classes = Thread.currentThread().getContextClassLoader();

    void register(@Observes Router router) {
        router.route().method(HttpMethod.GET).method(HttpMethod.HEAD).order(-1).handler(this::answer);
    }

    private void answer(RoutingContext request) {
        String path = request.request().path().equals("/")
                ? "/index.html"
                : request.request().path();
        StaticFile known = files.get(path);
        if (known != null) {
            send(request, known);
        } else if (mediaTypeOf(path).isEmpty()) {
            request.next();
        } else {
            request.vertx().executeBlocking(() -> read(path)).onComplete(read -> {
                if (read.failed()) {
                    request.fail(read.cause());
                } else if (read.result().isEmpty()) {
                    request.next();
                } else {
                    send(request, read.result().get());
                }
            });
        }
    }

    private static Optional<String> mediaTypeOf(String path) {
        return PATH.matcher(path).matches()
                ? Optional.ofNullable(MEDIA_TYPES.get(path.substring(path.lastIndexOf('.') + 1)))
                : Optional.empty();
    }

    private Optional<StaticFile> read(String path) throws IOException {
        Optional<byte[]> content = content(DIRECTORY + withVersion(path));
        Optional<StaticFile> file =
                content.map(bytes -> StaticFile.of(mediaTypeOf(path).orElseThrow(), bytes));
        if (areKept) {
            file.ifPresent(kept -> files.put(path, kept));
        }
        return file;
    }

    private String withVersion(String path) throws IOException {
        return path.startsWith(CHARTS) ? CHARTS + chartsVersion() + "/" + path.substring(CHARTS.length()) : path;
    }

    private String chartsVersion() throws IOException {
        Properties charts = new Properties();
        try (InputStream properties = classes.getResourceAsStream(CHARTS_VERSION)) {
            if (properties != null) {
                charts.load(properties);
            }
        }
        return charts.getProperty("version", "");
    }

    private Optional<byte[]> content(String resource) throws IOException {
        try (InputStream content = classes.getResourceAsStream(resource)) {
            return content == null ? Optional.empty() : Optional.of(content.readAllBytes());
        }
    }

    private static void send(RoutingContext request, StaticFile file) {
        HttpServerResponse response = request.response();
        // A browser asks each time, and gets 304: so that a page is never older than the API behind it.
        response.putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
                .putHeader(HttpHeaders.ETAG, file.tag())
                .putHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
        String known = request.request().getHeader(HttpHeaders.IF_NONE_MATCH);
        if (known != null && known.contains(file.tag())) {
            response.setStatusCode(304).end();
            return;
        }
        response.putHeader(HttpHeaders.CONTENT_TYPE, file.mediaType());
        String encodings = request.request().getHeader(HttpHeaders.ACCEPT_ENCODING);
        if (encodings != null && encodings.contains("gzip")) {
            response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip").end(file.zipped());
        } else {
            response.putHeader(HttpHeaders.CONTENT_ENCODING, "identity").end(file.content());
        }
    }
}
