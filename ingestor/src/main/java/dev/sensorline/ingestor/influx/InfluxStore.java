package dev.sensorline.ingestor.influx;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;

import org.jboss.logging.Logger;

import com.influxdb.client.InfluxDBClient;
import com.influxdb.client.InfluxDBClientFactory;
import com.influxdb.client.InfluxDBClientOptions;
import com.influxdb.client.WriteApiBlocking;
import com.influxdb.client.domain.WritePrecision;
import com.influxdb.exceptions.InfluxException;

import dev.sensorline.configuration.BadConfiguration;
import dev.sensorline.ingestor.IngestorConfig;
import dev.sensorline.ingestor.point.Point;
import dev.sensorline.ingestor.point.Rejection;
import dev.sensorline.ingestor.point.Rejection.Reason;
import dev.sensorline.ingestor.rejection.Rejections;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.Vertx;
import io.vertx.core.net.PemTrustOptions;
import okhttp3.Credentials;
import okhttp3.OkHttpClient;

/**
 * InfluxDB 1.8 behind its {@code /api/v2/write}. While it cannot be reached, or refuses for a reason that is not in the
 * points, a write goes on trying with growing pauses; what it refuses for its content is split until only the bad points
 * are left, and these are set aside. The calls to InfluxDB block, on worker threads.
 */
@ApplicationScoped
public class InfluxStore {

    private static final Logger LOG = Logger.getLogger(InfluxStore.class);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(3);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration PROBE_PERIOD = Duration.ofSeconds(2);

    /** A comment of line protocol: writes nothing, but needs a server, its database and the right to write there. */
    private static final String PROBE = "# probe";

    /** Refused for what is in it: malformed or of another type (400), too long (413), not to be stored (422). */
    private static final Set<Integer> REFUSED_CONTENT = Set.of(400, 413, 422);
    private static final int ACCEPTED = 200;
    private static final int BEFORE_THE_CHANNELS = Interceptor.Priority.PLATFORM_BEFORE + 500;

    private final String url;
    private final InfluxDBClient client;
    private final WriteApiBlocking api;
    private final Vertx vertx;
    private final Rejections rejections;
    private final Timer writes;
    /** Counted here, not by Micrometer, which is not there yet for the first batches of a start. */
    private final LongAdder written = new LongAdder();

    private volatile boolean accepting;
    private volatile long lastAnswerNanos = System.nanoTime();
    private int lastStatus = -1;
    private long probeTimer;

    InfluxStore(IngestorConfig config, Vertx vertx, Rejections rejections, MeterRegistry registry) {
        IngestorConfig.Influx influx = config.influx();
        OkHttpClient.Builder http = new OkHttpClient.Builder()
                .connectTimeout(CONNECT_TIMEOUT)
                .readTimeout(ANSWER_TIMEOUT)
                .writeTimeout(ANSWER_TIMEOUT)
                .socketFactory(new UndelayedSockets());
        // Not as the client's token: InfluxDB 1.8 takes none with a space in it.
        influx.credentials()
                .map(user -> Credentials.basic(user.getItem1(), user.getItem2(), StandardCharsets.UTF_8))
                .ifPresent(basic -> http.addInterceptor(call -> call.proceed(
                        call.request().newBuilder().header("Authorization", basic).build())));
        influx.caFile().ifPresent(authority -> trust(authority, http, vertx));
        this.url = influx.url();
        this.client = InfluxDBClientFactory.create(InfluxDBClientOptions.builder()
                .url(influx.url())
                .org("-")
                .bucket(influx.database() + "/" + influx.retentionPolicy().orElse(""))
                .okHttpClient(http)
                .build());
        this.api = client.getWriteApiBlocking();
        this.vertx = vertx;
        this.rejections = rejections;
        this.writes = Timer.builder("sensorline.write").description("Requests to InfluxDB").register(registry);
        FunctionCounter.builder("sensorline.points.written", written, LongAdder::sum)
                .description("Points InfluxDB has accepted").register(registry);
    }

    private static void trust(Path authority, OkHttpClient.Builder http, Vertx vertx) {
        try {
            X509TrustManager trusted = (X509TrustManager) new PemTrustOptions().addCertPath(authority.toString())
                    .getTrustManagerFactory(vertx).getTrustManagers()[0];
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(null, new TrustManager[] { trusted }, null);
            http.sslSocketFactory(tls.getSocketFactory(), trusted);
        } catch (Exception e) {
            throw new BadConfiguration("INFLUX_CA_FILE=%s: must be certificates in PEM form".formatted(authority));
        }
    }

    /** Whether InfluxDB took what it was given last. */
    public boolean isAccepting() {
        return accepting;
    }

    /**
     * Writes points, for as long as it takes. Completes when InfluxDB has accepted all but those that were set aside.
     * Never fails.
     */
    public Uni<Void> write(List<Point> points) {
        if (points.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return attempt(() -> LineProtocol.of(points))
                .invoke(() -> written.add(points.size()))
                .onFailure(InfluxStore::isRefusedContent).recoverWithUni(refusal -> writeParts(points, refusal))
                .onFailure().retry().withBackOff(SHORTEST_PAUSE, LONGEST_PAUSE).indefinitely();
    }

    private Uni<Void> writeParts(List<Point> points, Throwable refusal) {
        if (points.size() == 1) {
            Rejection rejection = new Rejection(points.get(0).origin(), Reason.REFUSED_BY_STORE, refusal.getMessage());
            return Uni.createFrom().completionStage(() -> rejections.setAside(List.of(rejection)));
        }
        int half = points.size() / 2;
        return write(points.subList(0, half)).chain(() -> write(points.subList(half, points.size())));
    }

    /** Makes the lines, too, away from the event loop. */
    private Uni<Void> attempt(Supplier<String> lines) {
        return Uni.createFrom().voidItem()
                .emitOn(Infrastructure.getDefaultWorkerPool())
                .invoke(() -> call(lines.get()));
    }

    private void call(String lines) {
        long start = System.nanoTime();
        try {
            api.writeRecord(WritePrecision.NS, lines);
            answered(ACCEPTED, null);
        } catch (InfluxException e) {
            answered(isRefusedContent(e) ? ACCEPTED : e.status(), e);
            throw e;
        } finally {
            writes.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
        }
    }

    private static boolean isRefusedContent(Throwable failure) {
        return failure instanceof InfluxException refusal && REFUSED_CONTENT.contains(refusal.status());
    }

    /** One line for each change, of which another status is one: a wrong password is another matter than an outage. */
    private synchronized void answered(int status, InfluxException failure) {
        lastAnswerNanos = System.nanoTime();
        accepting = status == ACCEPTED;
        if (status == lastStatus) {
            return;
        }
        lastStatus = status;
        if (accepting) {
            LOG.infof("InfluxDB at %s accepts points", url);
        } else {
            LOG.warnf("InfluxDB at %s does not accept points: %s; nothing is acknowledged until it does", url,
                    (status == 0 ? "" : status + " ") + explanation(failure));
        }
    }

    /** InfluxDB 1.8 explains some refusals in a header, which the client knows, and others in the body only. */
    private static String explanation(InfluxException failure) {
        return failure.getMessage() != null
                ? failure.getMessage()
                : Objects.toString(failure.errorBody().get("error"), "without an explanation");
    }

    /**
     * Finds out at once, and where nothing is being written now and then, whether InfluxDB would accept points. Before
     * the channels start, so that wrong settings keep them from starting.
     */
    void watch(@Observes @Priority(BEFORE_THE_CHANNELS) StartupEvent event) {
        probe();
        probeTimer = vertx.setPeriodic(PROBE_PERIOD.toMillis(), timer -> {
            if (System.nanoTime() - lastAnswerNanos > PROBE_PERIOD.toNanos()) {
                probe();
            }
        });
    }

    private void probe() {
        attempt(() -> PROBE).subscribe().with(ignored -> { }, failure -> { });
    }

    @PreDestroy
    void close() {
        vertx.cancelTimer(probeTimer);
        client.close();
    }
}
