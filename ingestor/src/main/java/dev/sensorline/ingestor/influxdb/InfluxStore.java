package dev.sensorline.ingestor.influxdb;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.jboss.logging.Logger;
import org.jboss.logging.Logger.Level;

import dev.sensorline.connections.StateLog;
import dev.sensorline.ingestor.eventloop.EventLoop;
import dev.sensorline.ingestor.eventloop.VertxEventLoop;
import dev.sensorline.ingestor.influxdb.Verdict.Kind;
import dev.sensorline.ingestor.pipeline.Destination;
import dev.sensorline.ingestor.pipeline.Parting;
import dev.sensorline.ingestor.pipeline.ProcessEnd;
import dev.sensorline.ingestor.pipeline.SetAside;
import dev.sensorline.ingestor.settings.IngestorConfig;
import dev.sensorline.points.Storable;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;

/**
 * InfluxDB 1.8 behind its {@code /api/v2/write}. What an answer means is {@link Verdict}'s to say.
 * <ul>
 * <li>While the store is away, or refuses for a reason other than the points, a part of a batch is sent again with growing
 *     pauses, or after the pause that the store asks for.
 * <li>Of a part that is refused for its content, the store's words say which points are meant. If they do not, it is divided,
 *     and both halves are sent at once, until only the refused points remain.
 * <li>A long part that is not answered while a request without points is accepted is divided, too.
 * <li>If a part fails (500), a smaller and smaller sample of it is tried, until the store accepts something. Then it is not the
 *     store that fails but a part of it, and the part is divided until only the failing series remain.
 * <li>Series that the store does not take while it takes others are kept {@link Apart}.
 * </ul>
 * All of that happens on an event loop of its own, which is not the broker connection's.
 */
@Singleton
public final class InfluxStore implements Destination<Storable> {

    private static final Logger LOG = Logger.getLogger(InfluxStore.class);
    private static final Duration LONGEST_ASKED_PAUSE = Duration.ofSeconds(30);
    private static final Duration PROBE_PERIOD = Duration.ofSeconds(2);

    /** Requests for parts of batches, beside one for each batch and one for the probe. */
    private static final int PARTS_AT_ONCE = 8;
    /** A request is not much longer. InfluxDB 1.8 accepts 25 MB, proxies often 1 MB. */
    private static final int REQUEST_BYTES = 1 << 20;

    /** An empty line: writes nothing, but needs a server, its database and the right to write there. */
    private static final byte[] PROBE = "\n".getBytes(StandardCharsets.UTF_8);

    private static final int ATTEMPTS_BESIDE_PROBE = 2;

    private static final int ACCEPTING = 204;
    private static final int NO_ANSWER = 0;
    private static final int REFUSING_ALL = -1;

    private final String url;
    private final WriteApi api;
    private final EventLoop loop;
    private final ProcessEnd end;
    private final Duration hold;
    private final Apart apart;
    private final Timer requests;

    /** Writes not yet done. They say more than a probe does: a full disk accepts what has no points. */
    private final AtomicInteger pending = new AtomicInteger();

    private volatile boolean accepting;

    // These belong to the event loop.
    /** Parts whose last attempt has failed. While there are any, the success of others is no change of state. */
    private final Set<Part> failing = new HashSet<>();
    /** By status: a wrong password is another matter than an outage. */
    private final StateLog<Integer> state = new StateLog<>(LOG, null);

    private long lastAnswerNanos;
    private int held;

    private Runnable stopProbing = () -> {};

    @Inject
    InfluxStore(IngestorConfig config, Vertx vertx, SetAside setAside, ProcessEnd end, MeterRegistry registry) {
        this(
                config.influx().url().toString(),
                new HttpWriteApi(config, vertx, config.batch().inFlight() + 1 + PARTS_AT_ONCE),
                new VertxEventLoop(vertx),
                setAside,
                config.hold(),
                end,
                registry);
    }

    /** @param hold how long points are kept apart at most */
    InfluxStore(
            String url,
            WriteApi api,
            EventLoop loop,
            SetAside setAside,
            Duration hold,
            ProcessEnd end,
            MeterRegistry registry) {
        this.url = url;
        this.api = api;
        this.loop = new GuardedLoop(loop, end);
        this.end = end;
        this.hold = hold;
        this.apart = new Apart(url, this.loop, setAside, hold, this::ask, this::showState);
        this.lastAnswerNanos = loop.nanoTime();
        this.requests = Timer.builder("sensorline.write")
                .description("Requests to InfluxDB")
                .register(registry);
        // Counted here, not by Micrometer, which is not there yet for the first batches after the start.
        FunctionCounter.builder("sensorline.points.written", apart, Apart::acceptedCount)
                .description("Points InfluxDB has accepted")
                .register(registry);
        Gauge.builder("sensorline.points.apart", apart, Apart::size)
                .description("Points kept apart, because InfluxDB takes others but not these")
                .register(registry);
        Gauge.builder("sensorline.store.refusing", apart, a -> a.isRefusingAll() ? 1 : 0)
                .description("1 while InfluxDB refuses the content of all points")
                .register(registry);
    }

    /** Whether InfluxDB accepted what it was sent last. May be called from any thread. */
    public boolean isAccepting() {
        return accepting;
    }

    /** Finds out at once, and then periodically while nothing is being written, whether InfluxDB would accept points. */
    public void startProbing() {
        loop.execute(this::probe);
        stopProbing = loop.repeat(PROBE_PERIOD, () -> {
            if (pending.get() == 0 && loop.nanoTime() - lastAnswerNanos > PROBE_PERIOD.toNanos()) {
                probe();
            }
        });
    }

    @Override
    public Uni<Void> write(List<? extends Storable> points, Parting parting) {
        if (points.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return Uni.createFrom().emitter(writing -> {
            pending.incrementAndGet();
            Batch batch = new Batch(loop, points.size(), parting, settled -> held -= settled, () -> {
                pending.decrementAndGet();
                writing.complete(null);
            });
            loop.execute(() -> begin(batch, points));
        });
    }

    private void begin(Batch batch, List<? extends Storable> points) {
        held += points.size();
        apart.observe(Math.max(held + apart.size(), batch.window()));
        List<? extends Storable> others = apart.isEmpty() ? points : takeOutKnown(batch, points);
        int start = 0;
        int bytes = 0;
        for (int i = 0; i < others.size(); i++) {
            bytes += others.get(i).size();
            if (bytes >= REQUEST_BYTES) {
                send(part(batch, others.subList(start, i + 1)));
                start = i + 1;
                bytes = 0;
            }
        }
        if (start < others.size()) {
            send(part(batch, others.subList(start, others.size())));
        }
    }

    private List<? extends Storable> takeOutKnown(Batch batch, List<? extends Storable> points) {
        Apart.Sorted sorted = apart.sort(points);
        if (!sorted.known().isEmpty()) {
            apart.keepKnown(sorted.known(), batch.leave(sorted.known()));
        }
        if (!sorted.suspected().isEmpty()) {
            send(part(batch, sorted.suspected()));
        }
        return sorted.others();
    }

    private Part part(Batch batch, List<? extends Storable> points) {
        return new Part(batch, points, apart.acceptedCount());
    }

    private void send(Part part) {
        ask(part.lines(), true, verdict -> answered(part, verdict), reason -> unanswered(part, reason));
    }

    /** Sends lines once. */
    private void ask(byte[] lines, boolean hasPoints, Consumer<Verdict> answered, Consumer<String> unanswered) {
        long start = loop.nanoTime();
        api.write(lines)
                .subscribe()
                .with(
                        answer -> end.unless(() -> {
                                    answeredAt(start);
                                    answered.accept(Verdict.of(answer, hasPoints));
                                })
                                .run(),
                        failure -> end.unless(() -> {
                                    answeredAt(start);
                                    if (failure instanceof WriteApi.NoAnswer) {
                                        unanswered.accept(failure.getMessage());
                                    } else {
                                        end.because(failure);
                                    }
                                })
                                .run());
    }

    private void answeredAt(long start) {
        lastAnswerNanos = loop.nanoTime();
        requests.record(lastAnswerNanos - start, TimeUnit.NANOSECONDS);
    }

    private void answered(Part part, Verdict verdict) {
        switch (verdict.kind()) {
            case ACCEPTED -> {
                recovered(part);
                accepted(part, part.points);
            }
            case PARTLY_REFUSED, REFUSED, FULL -> {
                if (verdict.isProven() || part.isContentToBlame) {
                    recovered(part);
                    refused(part, verdict);
                } else {
                    checkContentIsToBlame(part, verdict);
                }
            }
            case FAILED -> failed(part, verdict);
            case AWAY, FOREIGN -> {
                isAway(part, verdict.answer().status(), verdict.shown());
                later(part, verdict.answer().retryAfter(), () -> send(part));
            }
        }
    }

    private void unanswered(Part part, String reason) {
        isAway(part, NO_ANSWER, reason);
        later(part, Duration.ZERO, part.isPerhapsTooLong() ? () -> sendUnlessAway(part) : () -> send(part));
    }

    /** A store that accepts a request without points is not away. If the part then has no answer twice, it is too long. */
    private void sendUnlessAway(Part part) {
        ask(
                PROBE,
                false,
                probe -> {
                    if (probe.kind() != Kind.ACCEPTED) {
                        isAway(part, probe.answer().status(), probe.shown());
                        later(part, probe.answer().retryAfter(), () -> send(part));
                    } else if (part.attemptsBesideProbe < ATTEMPTS_BESIDE_PROBE) {
                        part.attemptsBesideProbe++;
                        send(part);
                    } else {
                        List<Part> halves = part.halves();
                        failing.addAll(halves);
                        failing.remove(part);
                        halves.forEach(this::send);
                    }
                },
                reason -> unanswered(part, reason));
    }

    private void accepted(Part part, List<? extends Storable> points) {
        if (!points.isEmpty()) {
            apart.accepted(points.size());
            part.batch.settle(points.size());
        }
    }

    /** A server that answers so to everything says nothing about the points. One that accepts a comment does. */
    private void checkContentIsToBlame(Part part, Verdict verdict) {
        ask(
                PROBE,
                false,
                probe -> {
                    if (probe.kind() == Kind.ACCEPTED) {
                        part.isContentToBlame = true;
                        recovered(part);
                        refused(part, verdict);
                    } else {
                        isAway(part, probe.answer().status(), probe.shown());
                        later(part, probe.answer().retryAfter(), () -> send(part));
                    }
                },
                reason -> unanswered(part, reason));
    }

    /** Whatever is not refused for certain is divided. */
    private void refused(Part part, Verdict verdict) {
        RefusedPoints refused = RefusedPoints.of(verdict, part.points);
        if (part.points.size() == 1) {
            refused = new RefusedPoints(List.copyOf(part.points), true, refused.cause());
        }
        List<Storable> others = refused.others(part.points);
        if (!refused.points().isEmpty()) {
            apart.keepRefused(refused, verdict, part.acceptedBefore, part.batch.leave(refused.points()));
        }
        if (refused.isComplete() || others.isEmpty()) {
            accepted(part, others);
        } else {
            Part rest = new Part(part.batch, others, part.acceptedBefore);
            rest.isContentToBlame = true;
            if (refused.points().isEmpty()) {
                rest.halves().forEach(this::send);
            } else {
                send(rest);
            }
        }
    }

    /** Has the store accepted other points since this part failed, it is the part that fails. */
    private void failed(Part part, Verdict verdict) {
        boolean isAlone = part.acceptedAtFailure >= 0 && apart.acceptedCount() > part.acceptedAtFailure;
        part.acceptedAtFailure = apart.acceptedCount();
        if (!isAlone) {
            isAway(part, verdict.answer().status(), verdict.shown());
            later(part, verdict.answer().retryAfter(), () -> sendSample(part));
            return;
        }
        if (Part.bySeries(part.points).size() == 1) {
            apart.keepFailing(part.points, verdict, part.batch.leave(part.points));
        } else {
            part.halves().forEach(half -> {
                half.acceptedAtFailure = part.acceptedAtFailure;
                send(half);
            });
        }
        recovered(part);
    }

    /** Half of what was tried last, and after a single series the whole again. */
    private void sendSample(Part part) {
        boolean isSingle = Part.bySeries(part.sample).size() == 1;
        part.sample = isSingle
                ? part.points
                : Part.halves(part.sample).get(ThreadLocalRandom.current().nextInt(2));
        if (part.sample.size() == part.points.size()) {
            send(part);
            return;
        }
        Part sample = new Part(part.batch, part.sample, part.acceptedBefore);
        ask(
                sample.lines(),
                true,
                verdict -> {
                    if (verdict.kind() == Kind.ACCEPTED) {
                        accepted(sample, sample.points);
                        sendRest(part, sample);
                    } else if (verdict.kind() == Kind.FAILED) {
                        isAway(part, verdict.answer().status(), verdict.shown());
                        later(part, verdict.answer().retryAfter(), () -> sendSample(part));
                    } else {
                        send(part);
                    }
                },
                reason -> unanswered(part, reason));
    }

    private void sendRest(Part part, Part sample) {
        List<Storable> points =
                new RefusedPoints(List.copyOf(sample.points), true, RefusedPoints.Cause.CONTENT).others(part.points);
        Part rest = new Part(part.batch, points, part.acceptedBefore);
        rest.acceptedAtFailure = part.acceptedAtFailure;
        failing.add(rest);
        failing.remove(part);
        send(rest);
    }

    private void later(Part part, Duration asked, Runnable retry) {
        Duration next = part.backoff.next();
        Duration longest = asked.compareTo(LONGEST_ASKED_PAUSE) < 0 ? asked : LONGEST_ASKED_PAUSE;
        loop.schedule(asked.isZero() ? next : longest, retry);
    }

    private void isAway(Part part, int status, String why) {
        failing.add(part);
        reportAway(status, why);
    }

    private void reportAway(int status, String why) {
        accepting = false;
        state.report(
                status,
                Level.WARN,
                () -> "InfluxDB at %s does not accept points: %s; nothing is acknowledged until it does"
                        .formatted(url, why));
    }

    private void recovered(Part part) {
        failing.remove(part);
        showState();
    }

    /** After an answer that is not an outage. */
    private void showState() {
        if (apart.isRefusingAll()) {
            accepting = false;
            state.report(
                    REFUSING_ALL,
                    Level.WARN,
                    () ->
                            "InfluxDB at %s does not accept points: it refuses the content of all, the last one: %s; nothing is set aside before %d s have passed"
                                    .formatted(url, apart.lastRefusal(), hold.toSeconds()));
        } else if (failing.isEmpty()) {
            accepting = true;
            state.report(ACCEPTING, Level.INFO, () -> "InfluxDB at %s accepts points".formatted(url));
        }
    }

    private void probe() {
        ask(
                PROBE,
                false,
                verdict -> {
                    if (verdict.kind() == Kind.ACCEPTED) {
                        showState();
                    } else {
                        reportAway(verdict.answer().status(), verdict.shown());
                    }
                },
                reason -> reportAway(NO_ANSWER, reason));
    }

    @PreDestroy
    void close() {
        stopProbing.run();
        api.close();
    }
}
