package dev.sensorline.ingestor.influxdb;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.jboss.logging.Logger;
import org.jboss.logging.Logger.Level;

import dev.sensorline.connections.StateLog;
import dev.sensorline.ingestor.eventloop.EventLoop;
import dev.sensorline.ingestor.eventloop.Pauses;
import dev.sensorline.ingestor.eventloop.VertxEventLoop;
import dev.sensorline.ingestor.pipeline.Destination;
import dev.sensorline.ingestor.pipeline.SetAside;
import dev.sensorline.ingestor.settings.IngestorConfig;
import dev.sensorline.points.Rejection;
import dev.sensorline.points.Rejection.Reason;
import dev.sensorline.points.Storable;
import dev.sensorline.points.lineprotocol.LineProtocol;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;

/**
 * InfluxDB 1.8 behind its {@code /api/v2/write}. While it is unreachable, or refuses for a reason other than the points, a
 * write is retried with growing pauses, or after the pause that InfluxDB asks for. A batch that is rejected for its content is
 * split in half, repeatedly, until only the invalid points remain, and these are set aside. All of that happens on an event
 * loop of its own, which is not the broker connection's.
 */
@Singleton
public final class InfluxStore implements Destination<Storable> {

    private static final Logger LOG = Logger.getLogger(InfluxStore.class);
    private static final Duration LONGEST_ASKED_PAUSE = Duration.ofSeconds(30);
    private static final Duration PROBE_PERIOD = Duration.ofSeconds(2);

    /** A comment of line protocol: writes nothing, but needs a server, its database and the right to write there. */
    private static final String PROBE = "# probe";

    /** Rejected for the content: malformed or of another type (400), too long (413), not to be stored (422). */
    private static final Set<Integer> REJECTED_CONTENT = Set.of(400, 413, 422);

    private static final int ACCEPTED = 200;
    private static final int NO_ANSWER = 0;

    private final String url;
    private final WriteApi api;
    private final EventLoop loop;
    private final SetAside setAside;
    private final Timer requests;
    /** Counted here, not by Micrometer, which is not there yet for the first batches after the start. */
    private final LongAdder written = new LongAdder();

    /** Writes not yet done. They say more than a probe does: a full disk accepts what has no points. */
    private final AtomicInteger pending = new AtomicInteger();

    private volatile boolean accepting;

    // These belong to the event loop.
    /** Writes whose last attempt has failed. While there are any, the success of others is no change of state. */
    private final Set<Object> failing = new HashSet<>();
    /** By status: a wrong password is another matter than an outage. */
    private final StateLog<Integer> state = new StateLog<>(LOG, null);

    private long lastAnswerNanos;

    private Runnable stopProbing = () -> {};

    @Inject
    InfluxStore(IngestorConfig config, Vertx vertx, SetAside setAside, MeterRegistry registry) {
        this(
                config.influx().url(),
                new HttpWriteApi(config.influx(), vertx, config.batch().inFlight() + 1),
                new VertxEventLoop(vertx),
                setAside,
                registry);
    }

    InfluxStore(String url, WriteApi api, EventLoop loop, SetAside setAside, MeterRegistry registry) {
        this.url = url;
        this.api = api;
        this.loop = loop;
        this.setAside = setAside;
        this.lastAnswerNanos = loop.nanoTime();
        this.requests = Timer.builder("sensorline.write")
                .description("Requests to InfluxDB")
                .register(registry);
        FunctionCounter.builder("sensorline.points.written", written, LongAdder::sum)
                .description("Points InfluxDB has accepted")
                .register(registry);
    }

    /** Whether InfluxDB accepted what it was sent last. May be called from any thread. */
    public boolean isAccepting() {
        return accepting;
    }

    /** Finds out at once, and then periodically while nothing is being written, whether InfluxDB would accept points. */
    public void startProbing() {
        probe();
        stopProbing = loop.repeat(PROBE_PERIOD, () -> {
            if (pending.get() == 0 && loop.nanoTime() - lastAnswerNanos > PROBE_PERIOD.toNanos()) {
                probe();
            }
        });
    }

    @Override
    public Uni<Void> write(List<? extends Storable> points) {
        if (points.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return attempt(new Object(), () -> LineProtocol.of(points))
                .invoke(() -> written.add(points.size()))
                .onFailure(InfluxStore::isRejectedContent)
                .recoverWithUni(rejection -> split(points, rejection))
                .onFailure()
                .retry()
                .when(Pauses.growing(loop, InfluxStore::askedPause))
                .onSubscription()
                .invoke(pending::incrementAndGet)
                .onTermination()
                .invoke(pending::decrementAndGet);
    }

    private Uni<Void> split(List<? extends Storable> points, Throwable rejection) {
        if (points.size() == 1) {
            Rejection single = new Rejection(points.get(0).origin(), Reason.REFUSED_BY_STORE, rejection.getMessage());
            return Uni.createFrom().completionStage(() -> setAside.setAside(List.of(single)));
        }
        int half = points.size() / 2;
        return write(points.subList(0, half)).chain(() -> write(points.subList(half, points.size())));
    }

    private static boolean isRejectedContent(Throwable failure) {
        return failure instanceof WriteApi.Refusal refusal && REJECTED_CONTENT.contains(refusal.status());
    }

    private static Duration askedPause(Throwable failure) {
        Duration asked = failure instanceof WriteApi.Refusal refusal ? refusal.retryAfter() : Duration.ZERO;
        return asked.compareTo(LONGEST_ASKED_PAUSE) < 0 ? asked : LONGEST_ASKED_PAUSE;
    }

    /** @param write identifies the write of which this is an attempt */
    private Uni<Void> attempt(Object write, Supplier<byte[]> lines) {
        return Uni.createFrom().item(lines).runSubscriptionOn(loop::execute).chain(bytes -> send(write, bytes));
    }

    private Uni<Void> send(Object write, byte[] lines) {
        long start = loop.nanoTime();
        return api.write(lines).onItemOrFailure().invoke((ignored, failure) -> {
            requests.record(loop.nanoTime() - start, TimeUnit.NANOSECONDS);
            answered(write, failure);
        });
    }

    private void answered(Object write, Throwable failure) {
        int status = failure == null || isRejectedContent(failure)
                ? ACCEPTED
                : failure instanceof WriteApi.Refusal refusal ? refusal.status() : NO_ANSWER;
        lastAnswerNanos = loop.nanoTime();
        if (status != ACCEPTED) {
            if (write != PROBE) {
                failing.add(write);
            }
            accepting = false;
            state.report(
                    status,
                    Level.WARN,
                    () -> "InfluxDB at %s does not accept points: %s; nothing is acknowledged until it does"
                            .formatted(url, (status == NO_ANSWER ? "" : status + " ") + failure.getMessage()));
            return;
        }
        failing.remove(write);
        if (failing.isEmpty()) {
            accepting = true;
            state.report(ACCEPTED, Level.INFO, () -> "InfluxDB at %s accepts points".formatted(url));
        }
    }

    private void probe() {
        attempt(PROBE, () -> PROBE.getBytes(StandardCharsets.UTF_8)).subscribe().with(ignored -> {}, failure -> {});
    }

    @PreDestroy
    void close() {
        stopProbing.run();
        api.close();
    }
}
