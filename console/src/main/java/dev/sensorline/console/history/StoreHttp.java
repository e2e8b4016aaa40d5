package dev.sensorline.console.history;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.Proxy;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

import dev.sensorline.application.BadConfiguration;
import dev.sensorline.connections.PemFiles;
import dev.sensorline.console.settings.ConsoleConfig;
import io.vertx.core.Vertx;
import io.vertx.core.net.TrustOptions;
import okhttp3.ConnectionPool;
import okhttp3.Credentials;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;

/** How a store is reached: time limits, TLS, and as whom. */
final class StoreHttp {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration IDLE = Duration.ofSeconds(30);

    private StoreHttp() {}

    /** Of a client that says who it is with each request, and follows no redirection, which might lead the password elsewhere. */
    static OkHttpClient.Builder client(ConsoleConfig.Influx influx, Vertx vertx) {
        OkHttpClient.Builder http = new OkHttpClient.Builder()
                .protocols(List.of(Protocol.HTTP_1_1))
                .proxy(Proxy.NO_PROXY)
                .followRedirects(false)
                .connectTimeout(CONNECT_TIMEOUT)
                .readTimeout(ANSWER_TIMEOUT)
                .callTimeout(ANSWER_TIMEOUT)
                .connectionPool(new ConnectionPool(StoreQueries.THREADS, IDLE.toSeconds(), TimeUnit.SECONDS));
        authorization(influx)
                .ifPresent(authorization -> http.addInterceptor(chain -> chain.proceed(chain.request()
                        .newBuilder()
                        .header("Authorization", authorization)
                        .build())));
        influx.caFile()
                .map(file -> BadConfiguration.checked("INFLUX_CA_FILE=" + file, () -> PemFiles.trust(file, vertx)))
                .or(() -> influx.url().tls() ? PemFiles.machineTrust(vertx) : Optional.empty())
                .map(trust -> trustManager(trust, vertx))
                .ifPresent(trust -> http.sslSocketFactory(context(trust).getSocketFactory(), trust));
        return http;
    }

    /** Not InfluxDB 1.8's own "Token user:password", which the client would send: it rejects passwords with a space in them. */
    private static Optional<String> authorization(ConsoleConfig.Influx influx) {
        Optional<String> token = influx.secretToken().map(text -> "Token " + text);
        return token.or(() -> influx.credentials()
                .map(user -> Credentials.basic(user.getItem1(), user.getItem2(), UTF_8)));
    }

    private static X509TrustManager trustManager(TrustOptions trust, Vertx vertx) {
        try {
            return Arrays.stream(trust.getTrustManagerFactory(vertx).getTrustManagers())
                    .filter(X509TrustManager.class::isInstance)
                    .map(X509TrustManager.class::cast)
                    .findFirst()
                    .orElseThrow();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static SSLContext context(X509TrustManager trust) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {trust}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
