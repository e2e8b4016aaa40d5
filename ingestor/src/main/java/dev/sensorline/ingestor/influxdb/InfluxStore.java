package dev.sensorline.ingestor.influxdb;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;

import org.jboss.logging.Logger;

import dev.sensorline.ingestor.rejection.Rejections;
import dev.sensorline.ingestor.settings.IngestorConfig;
import dev.sensorline.points.Rejection;
import dev.sensorline.points.Rejection.Reason;
import dev.sensorline.points.Storable;
import dev.sensorline.points.lineprotocol.LineProtocol;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.impl.VertxInternal;

/**
 * InfluxDB 1.8 behind its {@code /api/v2/write}. While it cannot be reached, or refuses for a reason that is not in the
 * points, a write goes on trying with growing pauses; what it refuses for its content is split until only the bad points
 * are left, and these are set aside. All of that happens on an event loop of its own, which is not the broker's.
 */
@ApplicationScoped
public class InfluxStore {

    private static final Logger LOG = Logger.getLogger(InfluxStore.class);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(3);
    private static final Duration LONGEST_ASKED_PAUSE = Duration.ofSeconds(30);
    private static final Duration PROBE_PERIOD = Duration.ofSeconds(2);

    /** A comment of line protocol: writes nothing, but needs a server, its database and the right to write there. */
    private static final String PROBE = "# probe";

    /** Refused for what is in it: malformed or of another type (400), too long (413), not to be stored (422). */
    private static final Set<Integer> REFUSED_CONTENT = Set.of(400, 413, 422);
    private static final int ACCEPTED = 200;
    private static final int NO_ANSWER = 0;
    private static final int BEFORE_THE_CHANNELS = Interceptor.Priority.PLATFORM_BEFORE + 500;

    private final boolean needed;
    private final String url;
    private final WriteApi api;
    private final Vertx vertx;
    private final Context context;
    private final Rejections rejections;
    private final Timer writes;
    /** Counted here, not by Micrometer, which is not there yet for the first batches of a start. */
    private final LongAdder written = new LongAdder();

    /** Writes not yet done. They tell more than a probe does: a full disk takes what has no points. */
    private final AtomicInteger pending = new AtomicInteger();
    /** Those of them that have failed so far. While there are any, that others succeed is no change of state. */
    private final Set<Object> failing = ConcurrentHashMap.newKeySet();

    private volatile boolean accepting;
    private volatile long lastAnswerNanos = System.nanoTime();
    private int lastStatus = -1;
    private long probeTimer;

    InfluxStore(IngestorConfig config, Vertx vertx, Rejections rejections, MeterRegistry registry) {
        this.needed = config.role().writesInfluxDb();
        this.url = config.influx().url();
        this.api = new WriteApi(config.influx(), vertx, config.batch().inFlight() + 1);
        this.vertx = vertx;
        this.context = ((VertxInternal) vertx).createEventLoopContext();
        this.rejections = rejections;
        this.writes = Timer.builder("sensorline.write").description("Requests to InfluxDB").register(registry);
        FunctionCounter.builder("sensorline.points.written", written, LongAdder::sum)
                .description("Points InfluxDB has accepted").register(registry);
    }

    /** Whether InfluxDB took what it was given last. */
    public boolean isAccepting() {
        return accepting;
    }

    /**
     * Writes points, for as long as it takes. Completes when InfluxDB has accepted all but those that were set aside.
     * Never fails.
     */
    public Uni<Void> write(List<? extends Storable> points) {
        if (points.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return attempt(new Object(), () -> Buffer.buffer(LineProtocol.of(points)))
                .invoke(() -> written.add(points.size()))
                .onFailure(InfluxStore::isRefusedContent).recoverWithUni(refusal -> writeParts(points, refusal))
                .onFailure().retry().when(InfluxStore::pauses)
                .onSubscription().invoke(pending::incrementAndGet)
                .onTermination().invoke(pending::decrementAndGet);
    }

    /** After each failure a pause twice as long as the last one, or the one that InfluxDB asks for. */
    private static Multi<Long> pauses(Multi<Throwable> failures) {
        AtomicReference<Duration> next = new AtomicReference<>(SHORTEST_PAUSE);
        return failures.onItem().transformToUniAndConcatenate(failure -> {
            Duration pause = next.getAndUpdate(last -> shorter(last.multipliedBy(2), LONGEST_PAUSE));
            Duration asked = failure instanceof WriteApi.Refusal refusal ? refusal.retryAfter() : Duration.ZERO;
            Duration wait = asked.isZero() ? pause : shorter(asked, LONGEST_ASKED_PAUSE);
            return Uni.createFrom().item(wait.toNanos()).onItem().delayIt().by(wait);
        });
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private Uni<Void> writeParts(List<? extends Storable> points, Throwable refusal) {
        if (points.size() == 1) {
            Rejection rejection = new Rejection(points.get(0).origin(), Reason.REFUSED_BY_STORE, refusal.getMessage());
            return Uni.createFrom().completionStage(() -> rejections.setAside(List.of(rejection)));
        }
        int half = points.size() / 2;
        return write(points.subList(0, half)).chain(() -> write(points.subList(half, points.size())));
    }

    private Uni<Void> attempt(Object write, Supplier<Buffer> lines) {
        return Uni.createFrom().item(lines)
                .runSubscriptionOn(action -> context.runOnContext(ignored -> action.run()))
                .chain(buffer -> call(write, buffer));
    }

    private Uni<Void> call(Object write, Buffer lines) {
        long start = System.nanoTime();
        return api.write(lines)
                .onItemOrFailure().invoke((ignored, failure) -> {
                    writes.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
                    answered(write, failure);
                });
    }

    private static boolean isRefusedContent(Throwable failure) {
        return failure instanceof WriteApi.Refusal refusal && REFUSED_CONTENT.contains(refusal.status());
    }

    /** One line for each change, of which another status is one: a wrong password is another matter than an outage. */
    private synchronized void answered(Object write, Throwable failure) {
        int status = failure == null || isRefusedContent(failure) ? ACCEPTED
                : failure instanceof WriteApi.Refusal refusal ? refusal.status() : NO_ANSWER;
        lastAnswerNanos = System.nanoTime();
        boolean accepted = status == ACCEPTED;
        if (accepted) {
            failing.remove(write);
        } else if (write != PROBE) {
            failing.add(write);
        }
        if (accepted && !failing.isEmpty()) {
            return;
        }
        accepting = accepted;
        if (status == lastStatus) {
            return;
        }
        lastStatus = status;
        if (accepting) {
            LOG.infof("InfluxDB at %s accepts points", url);
        } else {
            LOG.warnf("InfluxDB at %s does not accept points: %s; nothing is acknowledged until it does", url,
                    (status == NO_ANSWER ? "" : status + " ") + failure.getMessage());
        }
    }

    /**
     * Finds out at once, and where nothing is being written now and then, whether InfluxDB would accept points. Before
     * the channels start, so that wrong settings keep them from starting.
     */
    void watch(@Observes @Priority(BEFORE_THE_CHANNELS) StartupEvent event) {
        if (!needed) {
            return;
        }
        probe();
        probeTimer = vertx.setPeriodic(PROBE_PERIOD.toMillis(), timer -> {
            if (pending.get() == 0 && System.nanoTime() - lastAnswerNanos > PROBE_PERIOD.toNanos()) {
                probe();
            }
        });
    }

    private void probe() {
        attempt(PROBE, () -> Buffer.buffer(PROBE)).subscribe().with(ignored -> { }, failure -> { });
    }

    @PreDestroy
    void close() {
        vertx.cancelTimer(probeTimer);
        api.close();
    }
}
