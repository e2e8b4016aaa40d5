package dev.sensorline.ingestor.influxdb;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import dev.sensorline.application.BadConfiguration;
import dev.sensorline.application.HttpAddress;
import dev.sensorline.connections.HostAddresses;
import dev.sensorline.connections.PemFiles;
import dev.sensorline.ingestor.settings.IngestorConfig;
import io.netty.buffer.Unpooled;
import io.smallrye.mutiny.Uni;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.ProxyOptions;

/**
 * The write API over HTTP, with Vert.x's client and connections that are kept open.
 *
 * @see <a href="https://docs.influxdata.com/influxdb/v1/tools/api/#apiv2write-http-endpoint">/api/v2/write</a>
 */
final class HttpWriteApi implements WriteApi {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(20);
    private static final int LONGEST_WORDS = 100_000;
    private static final int ACCEPTED = 204;

    private final HttpClient http;
    private final AddressInUse address;
    /** A proxy resolves the name itself. */
    private final boolean isProxied;

    private final RequestOptions write;
    private final JsonFactory json = new JsonFactory();

    /** @param connections how many requests are on their way at once; further ones wait */
    HttpWriteApi(IngestorConfig config, Vertx vertx, int connections) {
        this(config, vertx, connections, HostAddresses.SYSTEM);
    }

    HttpWriteApi(IngestorConfig config, Vertx vertx, int connections, HostAddresses resolver) {
        IngestorConfig.Influx influx = config.influx();
        HttpAddress url = influx.url();
        HttpClientOptions options = new HttpClientOptions()
                .setConnectTimeout((int) CONNECT_TIMEOUT.toMillis())
                .setMaxPoolSize(connections)
                .setSsl(url.tls());
        influx.caFile()
                .map(file -> BadConfiguration.checked("INFLUX_CA_FILE=" + file, () -> PemFiles.trust(file, vertx)))
                .or(() -> url.tls() ? PemFiles.machineTrust(vertx) : Optional.empty())
                .ifPresent(options::setTrustOptions);
        if (influx.certificateFile().isPresent() != influx.keyFile().isPresent()) {
            throw new BadConfiguration("INFLUX_CERTIFICATE_FILE and INFLUX_KEY_FILE: must be set together");
        }
        influx.certificateFile()
                .ifPresent(file -> options.setKeyCertOptions(
                        certificate(file, influx.keyFile().orElseThrow(), vertx)));
        Optional<ProxyOptions> proxy = proxy(config);
        proxy.ifPresent(options::setProxyOptions);
        this.isProxied = proxy.isPresent();
        this.address = new AddressInUse(url, resolver, vertx);
        this.http = vertx.httpClientBuilder()
                .with(options)
                // What fails also fails the request; without a handler Vert.x logs each failure as an error.
                .withConnectHandler(connection -> connection.exceptionHandler(failure -> {}))
                .build();
        String bucket = influx.database()
                + influx.retentionPolicy().map(policy -> "/" + policy).orElse("");
        this.write = new RequestOptions()
                .setMethod(HttpMethod.POST)
                // Do not pass the URL as a string: Vert.x would build a java.net.URL, whose https handler a native
                // executable lacks.
                .setSsl(url.tls())
                .setHost(url.host())
                .setPort(url.port())
                .setURI(url.path() + "/api/v2/write?org="
                        + URLEncoder.encode(influx.org().orElse("-"), UTF_8) + "&precision=ns&bucket="
                        + URLEncoder.encode(bucket, UTF_8))
                .setTimeout(ANSWER_TIMEOUT.toMillis())
                .putHeader("Content-Type", "text/plain; charset=utf-8");
        influx.secretToken()
                .map(token -> "Token " + token)
                // Not InfluxDB 1.8's own "Token user:password": it rejects passwords with a space in them.
                .or(() -> influx.credentials()
                        .map(user -> "Basic "
                                + Base64.getEncoder()
                                        .encodeToString((user.getItem1() + ":" + user.getItem2()).getBytes(UTF_8))))
                .ifPresent(authorization -> write.putHeader("Authorization", authorization));
    }

    private static KeyCertOptions certificate(Path file, Path key, Vertx vertx) {
        BadConfiguration.checked("INFLUX_CERTIFICATE_FILE=" + file, () -> PemFiles.checkCertificate(file));
        BadConfiguration.checked("INFLUX_KEY_FILE=" + key, () -> PemFiles.checkKey(file, key, vertx));
        return BadConfiguration.checked("INFLUX_KEY_FILE=" + key, () -> PemFiles.key(file, key, vertx));
    }

    private static Optional<ProxyOptions> proxy(IngestorConfig config) {
        HttpAddress url = config.influx().url();
        if (NoProxy.covers(url.host(), config.no().proxy().orElse(List.of()))) {
            return Optional.empty();
        }
        return (url.tls() ? config.https().proxy() : config.http().proxy()).map(address -> {
            ProxyOptions proxy = new ProxyOptions().setHost(address.host()).setPort(address.port());
            address.login()
                    .ifPresent(login -> proxy.setUsername(login.getItem1()).setPassword(login.getItem2()));
            return proxy;
        });
    }

    @Override
    public Uni<Answer> write(byte[] lines) {
        return Uni.createFrom()
                .completionStage(() -> request()
                        .compose(request -> send(request, lines))
                        .onComplete(this::judgeAddress)
                        .toCompletionStage())
                .onFailure(failure -> !isProgrammingError(failure))
                .transform(failure -> new NoAnswer(ConnectionFailure.shown(failure)));
    }

    private Future<HttpClientRequest> request() {
        return isProxied
                ? http.request(new RequestOptions(write))
                : address.connect(server -> http.request(new RequestOptions(write).setServer(server)));
    }

    private void judgeAddress(AsyncResult<Answer> answer) {
        if (answer.failed()) {
            address.forget();
        } else if (answer.result().status() != ACCEPTED) {
            address.doubt();
        }
    }

    private Future<Answer> send(HttpClientRequest request, byte[] lines) {
        // The failure also arrives through the future; without a handler Vert.x logs each of them as an error.
        request.exceptionHandler(failure -> {});
        return request.send(withoutCopy(lines)).compose(response -> {
            response.exceptionHandler(failure -> {});
            return response.body().map(body -> answer(response, body));
        });
    }

    /** Vert.x's own way from bytes to a buffer copies them. */
    @SuppressWarnings("deprecation") // Gone from the public API of Vert.x 5 only.
    private static Buffer withoutCopy(byte[] lines) {
        return Buffer.buffer(Unpooled.wrappedBuffer(lines));
    }

    /**
     * Whether it is an error of the program. Everything else that ends a request comes from the network: Netty reports bytes
     * that are not HTTP by an IllegalArgumentException, and Vert.x a client that is being closed by an IllegalStateException.
     */
    private static boolean isProgrammingError(Throwable failure) {
        return failure instanceof Error
                || failure instanceof NullPointerException
                || failure instanceof ClassCastException
                || failure instanceof IndexOutOfBoundsException;
    }

    @Override
    public void close() {
        http.close();
    }

    private Answer answer(HttpClientResponse response, Buffer body) {
        List<Integer> lineNumbers = new ArrayList<>();
        return new Answer(
                response.statusCode(),
                response.statusCode() == ACCEPTED ? "" : words(response, body, lineNumbers),
                response.getHeader("X-Influxdb-Version") != null || response.getHeader("X-Influxdb-Error") != null,
                List.copyOf(lineNumbers),
                retryAfter(response));
    }

    /** Only in seconds: a date (RFC 9110, 10.2.3) would depend on two clocks. */
    private static Duration retryAfter(HttpClientResponse response) {
        String seconds = response.getHeader("Retry-After");
        return seconds != null && seconds.matches("\\d{1,6}")
                ? Duration.ofSeconds(Integer.parseInt(seconds))
                : Duration.ZERO;
    }

    /**
     * The member {@code message} (version 2) or {@code error} (1.8, 3) of a JSON object, else the header in which 1.8 explains
     * some refusals, else the start of whatever a proxy or another server says.
     *
     * @param lineNumbers gets the members {@code line_number} (3)
     */
    private String words(HttpClientResponse response, Buffer body, List<Integer> lineNumbers) {
        String words = null;
        try (JsonParser parser = json.createParser(body.getBytes())) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.VALUE_STRING
                        && words == null
                        && ("message".equals(parser.currentName()) || "error".equals(parser.currentName()))) {
                    words = parser.getText();
                } else if (token == JsonToken.VALUE_NUMBER_INT && "line_number".equals(parser.currentName())) {
                    lineNumbers.add(parser.getIntValue());
                }
            }
        } catch (IOException notJson) {
            // It may be a proxy that answers.
        }
        if (words == null) {
            String header = response.getHeader("X-Influxdb-Error");
            words = header != null ? header : text(body);
        }
        return words.length() > LONGEST_WORDS ? words.substring(0, LONGEST_WORDS) : words;
    }

    /** A page without its markup. */
    private static String text(Buffer body) {
        return body.getString(0, Math.min(body.length(), LONGEST_WORDS))
                .replaceAll("(?is)<(style|script)\\b.*?</\\1>|<[^>]*>", " ")
                .replaceAll("\\s+", " ")
                .strip();
    }
}
