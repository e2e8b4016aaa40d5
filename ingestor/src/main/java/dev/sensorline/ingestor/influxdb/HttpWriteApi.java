package dev.sensorline.ingestor.influxdb;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.Base64;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import dev.sensorline.application.BadConfiguration;
import dev.sensorline.connections.PemFiles;
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

/**
 * The write API over HTTP, with Vert.x's client and connections that are kept open.
 *
 * @see <a href="https://docs.influxdata.com/influxdb/v1/tools/api/#apiv2write-http-endpoint">/api/v2/write</a>
 */
final class HttpWriteApi implements WriteApi {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(20);
    private static final int LONGEST_EXPLANATION = 500;

    private final HttpClient http;
    private final RequestOptions write;
    private final JsonFactory json = new JsonFactory();

    HttpWriteApi(IngestorConfig.Influx influx, Vertx vertx, int connections) {
        URI url = URI.create(influx.url());
        boolean tls = url.getScheme().equals("https");
        HttpClientOptions options = new HttpClientOptions()
                .setConnectTimeout((int) CONNECT_TIMEOUT.toMillis())
                .setMaxPoolSize(connections)
                .setSsl(tls);
        influx.caFile()
                .ifPresent(file -> options.setTrustOptions(
                        BadConfiguration.checked("INFLUX_CA_FILE=" + file, () -> PemFiles.trust(file, vertx))));
        this.http = vertx.createHttpClient(options);
        String bucket = influx.database()
                + influx.retentionPolicy().map(policy -> "/" + policy).orElse("");
        this.write = new RequestOptions()
                .setMethod(HttpMethod.POST)
                // Do not pass the URL as a string: Vert.x would build a java.net.URL, whose https handler a native
                // executable lacks.
                .setSsl(tls)
                .setHost(url.getHost())
                .setPort(url.getPort() >= 0 ? url.getPort() : tls ? 443 : 80)
                .setURI(url.getRawPath().replaceFirst("/+$", "") + "/api/v2/write?org="
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

    @Override
    public Uni<Void> write(byte[] lines) {
        return Uni.createFrom()
                .<Void>completionStage(() -> http.request(new RequestOptions(write))
                        .compose((HttpClientRequest request) -> request.send(Buffer.buffer(lines)))
                        .compose((HttpClientResponse response) -> response.body()
                                .<Void>map(body -> {
                                    if (response.statusCode() / 100 != 2) {
                                        throw new Refusal(
                                                response.statusCode(),
                                                explanation(response, body),
                                                retryAfter(response));
                                    }
                                    return null;
                                }))
                        .toCompletionStage());
    }

    @Override
    public void close() {
        http.close();
    }

    /** InfluxDB 1.8 explains some refusals in a header and others only in the body. */
    private String explanation(HttpClientResponse response, Buffer body) {
        String header = response.getHeader("X-Influxdb-Error");
        String text = header != null ? header : member(body);
        return text.length() > LONGEST_EXPLANATION ? text.substring(0, LONGEST_EXPLANATION) + "…" : text;
    }

    /** Only in seconds: a date (RFC 9110, 10.2.3) would depend on two clocks. */
    private static Duration retryAfter(HttpClientResponse response) {
        String seconds = response.getHeader("Retry-After");
        return seconds != null && seconds.matches("\\d{1,6}")
                ? Duration.ofSeconds(Integer.parseInt(seconds))
                : Duration.ZERO;
    }

    /** The member {@code message} (version 2) or {@code error} (1.8) of a JSON object. */
    private String member(Buffer body) {
        try (JsonParser parser = json.createParser(body.getBytes())) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.VALUE_STRING
                        && ("message".equals(parser.currentName()) || "error".equals(parser.currentName()))) {
                    return parser.getText();
                }
            }
        } catch (IOException e) {
            // Not JSON: it is a proxy that answers, and its status has to be enough.
        }
        return "without an explanation";
    }
}
