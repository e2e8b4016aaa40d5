package dev.sensorline.simulator;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

import org.jboss.logging.Logger;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;

/**
 * The clock of a sensor: a publisher of ticks. Tick 0 is emitted on the first demand, which is the first connection to the
 * broker. Tick n is due n periods later, even if other ticks were late. Missed ticks are not made up for.
 * <p>
 * No demand means no connection. A tick that is due then is queued. If the queue is full, its oldest tick is dropped and
 * counted as lost; if there is no queue, the tick itself is.
 * <p>
 * Ticks run on an event loop of their own with Vert.x timers. The Quarkus scheduler checks its jobs once a second, which is
 * too coarse for periods of milliseconds. There is one subscriber. Any thread may call the methods.
 */
final class Ticks implements Flow.Publisher<Ticks.Tick>, Flow.Subscription {

    private static final Logger LOG = Logger.getLogger(Ticks.class);
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Vertx vertx;
    private final Context context;
    private final long periodNanos;
    private final int queueSize;
    private final long limit;
    private final Runnable onLimit;

    // Only the event loop of the context uses the fields below, once subscribe has set the subscriber.
    private Flow.Subscriber<? super Tick> subscriber;
    private final ArrayDeque<Tick> queue = new ArrayDeque<>();
    private long demand;
    private boolean isStarted;
    private long startNanos;
    private long timer;
    private boolean isEnded;
    /** Number of ticks that were emitted and are neither published nor failed yet. */
    private long inFlight;

    private long published;
    /** Number of ticks that were skipped, dropped or failed since the last outage. */
    private long lost;
    /** Whether a tick was due without demand, and no tick was emitted since. */
    private boolean isOutage;

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
     * @param period    time from one tick to the next
     * @param queueSize maximum number of ticks that are queued while there is no demand
     * @param limit     number of published readings after which the ticks end
     * @param onLimit   called on the event loop when the limit is reached
     */
    Ticks(Vertx vertx, Duration period, int queueSize, long limit, Runnable onLimit) {
        this.vertx = vertx;
        this.context = ((VertxInternal) vertx).createEventLoopContext();
        this.periodNanos = period.toNanos();
        this.queueSize = queueSize;
        this.limit = limit;
        this.onLimit = onLimit;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super Tick> subscriber) {
        this.subscriber = subscriber;
        subscriber.onSubscribe(this);
    }

    @Override
    public void request(long n) {
        context.runOnContext(ignored -> {
            demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
            if (isStarted) {
                emitQueued();
            } else {
                isStarted = true;
                startNanos = System.nanoTime();
                tick(0);
            }
        });
    }

    @Override
    public void cancel() {
        context.runOnContext(ignored -> end());
    }

    private void tick(long number) {
        offer(new Tick(this, number, System.currentTimeMillis()));
        long elapsed = System.nanoTime() - startNanos;
        long next = Math.max(number + 1, elapsed / periodNanos + 1);
        lost += next - number - 1;
        long delay = next * periodNanos - elapsed;
        if (!isEnded) {
            timer = vertx.setTimer(Math.max(1, (delay + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI), ignored -> tick(next));
        }
    }

    private void offer(Tick tick) {
        if (published + inFlight + queue.size() >= limit) {
            return;
        }
        if (demand == 0 && !isOutage) {
            isOutage = true;
            LOG.warn(queueSize == 0 ? "Readings are skipped" : "Readings are kept, the last %d".formatted(queueSize));
        }
        if (demand > 0 || queueSize > 0) {
            queue.add(tick);
            emitQueued();
        } else {
            lost++;
        }
        if (queue.size() > queueSize) {
            queue.removeFirst();
            lost++;
        }
    }

    private void emitQueued() {
        if (isOutage && demand > 0) {
            isOutage = false;
            LOG.infof("Readings are published again, %d were kept and %d lost", queue.size(), lost);
            lost = 0;
        }
        while (demand > 0 && !queue.isEmpty() && !isEnded) {
            demand--;
            inFlight++;
            subscriber.onNext(queue.removeFirst());
        }
    }

    private CompletionStage<Void> settle(boolean isPublished) {
        CompletableFuture<Void> settled = new CompletableFuture<>();
        context.runOnContext(ignored -> {
            inFlight--;
            if (isPublished) {
                published++;
            } else {
                lost++;
            }
            if (published == limit) {
                end();
                onLimit.run();
            }
            settled.complete(null);
        });
        return settled;
    }

    private void end() {
        isEnded = true;
        vertx.cancelTimer(timer);
    }
}
