package dev.sensorline.simulator;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The clock of a sensor: a publisher of ticks. Tick 0 is due a phase after the first demand, which is the first connection to the
 * broker. Tick n is due n periods later, even if other ticks were late. Missed ticks are not made up for.
 * <p>
 * A tick that is due without a connection, or without demand because the broker is slow, is queued. If the queue is full, its
 * oldest tick is dropped and counted as lost; if there is no queue, the tick itself is.
 * <p>
 * Ticks run on a thread of their own. There is one subscriber. Any thread may call the methods.
 */
final class Ticks implements Flow.Publisher<Ticks.Tick>, Flow.Subscription {

    /** The most memory that a queued tick takes: a record of three fields, and its place in a queue that has grown by half. */
    private static final int BYTES_EACH = 64;

    /** Queued ticks may take a quarter of the heap. */
    private static final int PARTS_OF_HEAP = 4;

    private static final Logger LOG = Logger.getLogger(Ticks.class);
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final TickTimer time;
    private final Schedule schedule;
    private final int queueSize;
    private final Runnable onLimit;
    private final Consumer<Throwable> onFailure;

    // Only the thread of the timer uses the fields below, once subscribe has set the subscriber.
    private Flow.@Nullable Subscriber<? super Tick> subscriber;
    private final ArrayDeque<Tick> queue = new ArrayDeque<>();
    private boolean isConnected;
    private long demand;
    private boolean isStarted;
    private long startNanos;
    private Runnable cancelTimer = () -> {};
    private boolean isEnded;
    /** Number of ticks that were emitted and are neither published nor failed yet. */
    private long inFlight;

    private long published;
    /** Number of ticks that were dropped or failed since the last outage. */
    private long lost;
    /** Whether a tick was due without a connection, and there was none since. */
    private boolean isOutage;

    private final Losses losses = new Losses();

    /**
     * When ticks are due.
     *
     * @param phase  time from the first connection to tick 0
     * @param period time from one tick to the next
     * @param limit  number of published readings after which the ticks end
     */
    record Schedule(Duration phase, Duration period, long limit) {}

    /**
     * The moment of a reading.
     *
     * @param number     n = 0, 1, 2, …
     * @param timeMillis when the timer fired, in milliseconds since 1970-01-01T00:00Z: when the tick was due, or soon after
     */
    record Tick(Ticks ticks, long number, long timeMillis) {

        /** Reports that the reading of this tick was published. */
        CompletionStage<Void> published() {
            return ticks.settle(true);
        }

        /** Reports that the reading of this tick could not be published. */
        CompletionStage<Void> failed() {
            return ticks.settle(false);
        }
    }

    /**
     * Ticks that begin with the first demand.
     *
     * @param queueSize maximum number of ticks that are queued
     * @param onLimit   called on the timer's thread when the limit is reached
     * @param onFailure called on the timer's thread when the ticks have ended because of a failure, such as a lack of memory
     */
    Ticks(TickTimer time, Schedule schedule, int queueSize, Runnable onLimit, Consumer<Throwable> onFailure) {
        this.time = time;
        this.schedule = schedule;
        this.queueSize = queueSize;
        this.onLimit = onLimit;
        this.onFailure = onFailure;
    }

    /** How many ticks a heap of so many bytes has room for. */
    static int roomIn(long heapBytes) {
        return (int) Math.min(Integer.MAX_VALUE, heapBytes / PARTS_OF_HEAP / BYTES_EACH);
    }

    @Override
    public void subscribe(Flow.Subscriber<? super Tick> subscriber) {
        this.subscriber = subscriber;
        subscriber.onSubscribe(this);
    }

    /** To be called at each change, for the first connection before its demand. */
    void connected(boolean connected) {
        time.execute(() -> {
            isConnected = connected;
            if (connected) {
                endOutage();
                emitQueued();
            }
        });
    }

    @Override
    public void request(long n) {
        time.execute(() -> {
            demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
            if (isStarted) {
                emitQueued();
            } else {
                isStarted = true;
                startNanos = time.nanoTime() + schedule.phase().toNanos();
                schedule(0);
            }
        });
    }

    @Override
    public void cancel() {
        time.execute(this::end);
    }

    private void schedule(long number) {
        long delay = startNanos + number * schedule.period().toNanos() - time.nanoTime();
        if (number == 0 && delay <= 0) {
            tick(0);
        } else {
            long millis = Math.max(1, (delay + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI);
            cancelTimer = time.schedule(millis, () -> tick(number));
        }
    }

    private void tick(long number) {
        try {
            offer(new Tick(this, number, time.epochMillis()));
            if (!isEnded) {
                schedule(next(number));
            }
        } catch (Throwable e) {
            // A clock that stops without a word would leave a connected sensor that is silent for ever.
            end();
            onFailure.accept(e);
        }
    }

    /** The tick that is due next, after those that were missed. */
    private long next(long number) {
        long period = schedule.period().toNanos();
        long now = time.nanoTime();
        long next = Math.max(number + 1, Math.floorDiv(now - startNanos, period) + 1);
        if (next > number + 1) {
            losses.missed(next - number - 1, now - startNanos - number * period);
        }
        losses.report(now);
        return next;
    }

    private void offer(Tick tick) {
        if (published + inFlight + queue.size() >= schedule.limit()) {
            return;
        }
        if (!isConnected && !isOutage) {
            isOutage = true;
            LOG.warn(queueSize == 0 ? "Readings are skipped" : "Readings are kept, the last %d".formatted(queueSize));
        }
        queue.add(tick);
        emitQueued();
        if (queue.size() > queueSize) {
            queue.removeFirst();
            if (isConnected) {
                losses.dropped();
            } else {
                lost++;
            }
        }
    }

    private void endOutage() {
        if (isOutage || lost > 0) {
            LOG.infof("Readings are published again, %d were kept and %d lost", queue.size(), lost);
            isOutage = false;
            lost = 0;
        }
    }

    private void emitQueued() {
        while (subscriber != null && isConnected && demand > 0 && !queue.isEmpty() && !isEnded) {
            demand--;
            inFlight++;
            subscriber.onNext(queue.removeFirst());
        }
    }

    private CompletionStage<Void> settle(boolean isPublished) {
        CompletableFuture<Void> settled = new CompletableFuture<>();
        time.execute(() -> {
            inFlight--;
            if (isPublished) {
                published++;
            } else {
                lost++;
            }
            if (published == schedule.limit()) {
                end();
                onLimit.run();
            }
            settled.complete(null);
        });
        return settled;
    }

    private void end() {
        isEnded = true;
        cancelTimer.run();
        losses.reportAll();
    }
}
