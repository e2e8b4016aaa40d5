package dev.sensorline.ingestor.influxdb;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import dev.sensorline.application.BadConfiguration;
import dev.sensorline.ingestor.settings.IngestorConfig;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemTrustOptions;

/**
 * InfluxDB's {@code POST /api/v2/write}, as versions 1.8 and 2 have it, and others that speak it, over connections that
 * stay. Calls do not block.
 *
 * @see <a href="https://docs.influxdata.com/influxdb/v1/tools/api/#apiv2write-http-endpoint">/api/v2/write</a>
 */
final class WriteApi {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(20);
    private static final int LONGEST_EXPLANATION = 500;

    private final HttpClient http;
    private final RequestOptions write;
    private final JsonFactory json = new JsonFactory();

    WriteApi(IngestorConfig.Influx influx, Vertx vertx, int connections) {
        URI url = URI.create(influx.url());
        boolean tls = url.getScheme().equals("https");
        HttpClientOptions options = new HttpClientOptions()
                .setConnectTimeout((int) CONNECT_TIMEOUT.toMillis())
                .setMaxPoolSize(connections)
                .setSsl(tls);
        influx.caFile().ifPresent(authority -> options.setTrustOptions(trusted(authority, vertx)));
        this.http = vertx.createHttpClient(options);
        String bucket = influx.database() + influx.retentionPolicy().map(policy -> "/" + policy).orElse("");
        this.write = new RequestOptions()
                .setMethod(HttpMethod.POST)
                // Not as one text, which becomes a java.net.URL: that of https is in no native executable by itself.
                .setSsl(tls)
                .setHost(url.getHost())
                .setPort(url.getPort() >= 0 ? url.getPort() : tls ? 443 : 80)
                .setURI(url.getRawPath().replaceFirst("/+$", "") + "/api/v2/write?org="
                        + URLEncoder.encode(influx.org().orElse("-"), UTF_8) + "&precision=ns&bucket="
                        + URLEncoder.encode(bucket, UTF_8))
                .setTimeout(ANSWER_TIMEOUT.toMillis())
                .putHeader("Content-Type", "text/plain; charset=utf-8");
        influx.secretToken().map(token -> "Token " + token)
                // Not as a token of name and password, as InfluxDB 1.8 knows it too: it takes none with a space in it.
                .or(() -> influx.credentials().map(user -> "Basic " + Base64.getEncoder()
                        .encodeToString((user.getItem1() + ":" + user.getItem2()).getBytes(UTF_8))))
                .ifPresent(authorization -> write.putHeader("Authorization", authorization));
    }

    private static PemTrustOptions trusted(Path authority, Vertx vertx) {
        PemTrustOptions trusted = new PemTrustOptions().addCertPath(authority.toString());
        try {
            trusted.getTrustManagerFactory(vertx);
            return trusted;
        } catch (Exception e) {
            throw new BadConfiguration("INFLUX_CA_FILE=%s: must be certificates in PEM form".formatted(authority));
        }
    }

    /**
     * Sends lines of line protocol with times in nanoseconds.
     *
     * @return completes when InfluxDB has accepted them; fails with {@link Refusal}, or with whatever kept the request or
     *         its answer from arriving
     */
    Uni<Void> write(Buffer lines) {
        return Uni.createFrom().<Void>completionStage(() -> http.request(new RequestOptions(write))
                .compose((HttpClientRequest request) -> request.send(lines))
                .compose((HttpClientResponse response) -> response.body().<Void>map(body -> {
                    if (response.statusCode() / 100 != 2) {
                        throw new Refusal(response.statusCode(), explanation(response, body), retryAfter(response));
                    }
                    return null;
                }))
                .toCompletionStage());
    }

    void close() {
        http.close();
    }

    /** InfluxDB 1.8 explains some refusals in a header, and others in the body only. */
    private String explanation(HttpClientResponse response, Buffer body) {
        String header = response.getHeader("X-Influxdb-Error");
        String text = header != null ? header : member(body);
        return text.length() > LONGEST_EXPLANATION ? text.substring(0, LONGEST_EXPLANATION) + "…" : text;
    }

    /** Only in seconds: as a date it depends on two clocks (RFC 9110, 10.2.3). */
    private static Duration retryAfter(HttpClientResponse response) {
        String seconds = response.getHeader("Retry-After");
        return seconds != null && seconds.matches("\\d{1,6}") ? Duration.ofSeconds(Integer.parseInt(seconds)) : Duration.ZERO;
    }

    /** What a JSON object says under {@code message} (version 2) or {@code error} (1.8). */
    private String member(Buffer body) {
        try (JsonParser parser = json.createParser(body.getBytes())) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.VALUE_STRING
                        && ("message".equals(parser.currentName()) || "error".equals(parser.currentName()))) {
                    return parser.getText();
                }
            }
        } catch (IOException e) {
            // No JSON: what else answers, such as a proxy, has its say in the status.
        }
        return "without an explanation";
    }

    /** InfluxDB's answer when it did not accept what it was sent. Carries no stack trace: outages may be long. */
    static final class Refusal extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final int status;
        private final Duration retryAfter;

        Refusal(int status, String explanation, Duration retryAfter) {
            super(explanation, null, false, false);
            this.status = status;
            this.retryAfter = retryAfter;
        }

        /** The HTTP status. */
        int status() {
            return status;
        }

        /** After how long InfluxDB wants to be asked again; zero when it does not say. */
        Duration retryAfter() {
            return retryAfter;
        }
    }
}
