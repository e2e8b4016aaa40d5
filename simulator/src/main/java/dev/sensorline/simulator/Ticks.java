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
 * The clock of a sensor. Its first tick comes with the first demand, which is the first connection; tick n is due n
 * periods later, however late others were, and ticks that were missed are not made up for.
 * <p>
 * Without demand there is no connection. A tick that is due then is skipped and counted when nothing is queued, else it
 * waits in the queue, whose oldest gives way, and is counted, when it is full.
 * <p>
 * It runs on an event loop of its own, with Vert.x's timers: the Quarkus scheduler looks at its jobs once a second, too
 * seldom for a period of milliseconds.
 */
final class Ticks implements Flow.Publisher<Ticks.Tick>, Flow.Subscription {

    private static final Logger LOG = Logger.getLogger(Ticks.class);
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Vertx vertx;
    private final Context context;
    private final long periodNanos;
    private final int queueSize;
    private final long limit;
    private final Runnable whenDone;

    // All of it belongs to the context's event loop.
    private Flow.Subscriber<? super Tick> subscriber;
    private final ArrayDeque<Tick> queue = new ArrayDeque<>();
    private long demand;
    private boolean started;
    private long startNanos;
    private long timer;
    private boolean ended;
    /** Ticks that were handed on and have not come back, and those that came back published. */
    private long underWay;
    private long published;
    /** Skipped or dropped in this outage. */
    private long lost;
    private boolean away;

    /**
     * The moment of a reading.
     *
     * @param number     n = 0, 1, 2, …
     * @param timeMillis when it was due, or as soon after that as it could be, since 1970-01-01T00:00Z
     */
    record Tick(Ticks ticks, long number, long timeMillis) {

        /** To be told when its reading has been published. */
        CompletionStage<Void> published() {
            return ticks.settle(true);
        }

        /** To be told when its reading could not be published. */
        CompletionStage<Void> lost() {
            return ticks.settle(false);
        }
    }

    /**
     * @param period    from tick to tick
     * @param queueSize ticks kept while there is no demand
     * @param limit     ends after so many published readings
     * @param whenDone  called then
     */
    Ticks(Vertx vertx, Duration period, int queueSize, long limit, Runnable whenDone) {
        this.vertx = vertx;
        this.context = ((VertxInternal) vertx).createEventLoopContext();
        this.periodNanos = period.toNanos();
        this.queueSize = queueSize;
        this.limit = limit;
        this.whenDone = whenDone;
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
            if (started) {
                emitQueued();
            } else {
                started = true;
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
        if (!ended) {
            timer = vertx.setTimer(Math.max(1, (delay + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI), ignored -> tick(next));
        }
    }

    private void offer(Tick tick) {
        if (published + underWay + queue.size() >= limit) {
            return;
        }
        if (demand == 0 && !away) {
            away = true;
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
        if (away && demand > 0) {
            away = false;
            LOG.infof("Readings are published again, %d were kept and %d lost", queue.size(), lost);
            lost = 0;
        }
        while (demand > 0 && !queue.isEmpty() && !ended) {
            demand--;
            underWay++;
            subscriber.onNext(queue.removeFirst());
        }
    }

    private CompletionStage<Void> settle(boolean isPublished) {
        CompletableFuture<Void> settled = new CompletableFuture<>();
        context.runOnContext(ignored -> {
            underWay--;
            if (isPublished) {
                published++;
            } else {
                lost++;
            }
            if (published == limit) {
                end();
                whenDone.run();
            }
            settled.complete(null);
        });
        return settled;
    }

    private void end() {
        ended = true;
        vertx.cancelTimer(timer);
    }
}
