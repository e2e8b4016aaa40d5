package dev.sensorline.ingestor.status;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import dev.sensorline.connections.RootCause;
import dev.sensorline.ingestor.eventloop.EventLoop;
import dev.sensorline.mqtt.client.PublishRefusedException;
import dev.sensorline.mqtt.client.QoS;

/**
 * Publishes the status of the ingestor, retained: after each connect, once in a period, when the store is reached or no longer, and
 * at the end. Without a connection there is nothing to be sent: the status is made when it is published, so it is always the newest.
 * <p>
 * It never holds up readings, with which it shares the connection. The first status of a connection has QoS 1, so that the broker
 * says whether it takes it; all others have QoS 0, because an answer is not seen while the socket is not read. If the broker refuses
 * it, or ends one connection after the other for it, no more is published until the process ends, and one line says so. Thread-safe.
 */
final class StatusPublisher {

    /** How often the store's state is looked at. */
    static final Duration LOOK_PERIOD = Duration.ofMillis(500);
    /**
     * A connection that ends so soon after a status has ended because of it, if several do. Mosquitto 2.0 without a bound of its queue
     * takes a message that its ACL forbids, and ends the connection then.
     */
    static final Duration SOON = Duration.ofSeconds(1);
    /** After so many such connections nothing is published any more. */
    static final int MOST_ENDED = 5;

    private static final Logger LOG = Logger.getLogger(StatusPublisher.class);

    /** Where the status leaves. */
    @FunctionalInterface
    interface Outlet {

        /**
         * Publishes a retained message. May be called from any thread.
         *
         * @return completes when it is written (QoS 0), or when the broker has taken it (QoS 1)
         * @throws RuntimeException if nothing can be sent yet, or any more
         */
        CompletableFuture<Void> publish(String topic, byte[] payload, QoS qos);
    }

    /** Makes the status. */
    interface Source {

        byte[] online(Instant now, Since broker, Since store);

        byte[] offline(Instant now);
    }

    private final String topic;
    private final Duration period;
    private final Source source;
    private final BooleanSupplier isStoreUp;
    private final Outlet outlet;
    private final EventLoop loop;
    private final Clock clock;

    // Guarded by this.
    private Since broker;
    private Since store;
    private long publishedNanos;
    private boolean isDue;
    /** Whether the first status of this connection has been sent. */
    private boolean hasBegun;

    private boolean isAwaitingAnswer;
    private boolean isBeingWritten;
    /** How many connections in a row have ended soon after a status. */
    private int ended;
    /** Nothing is published any more. */
    private boolean hasEnded;

    /**
     * @param period    after so long it is published again
     * @param isStoreUp whether the store accepts points
     */
    StatusPublisher(
            String topic,
            Duration period,
            Source source,
            BooleanSupplier isStoreUp,
            Outlet outlet,
            EventLoop loop,
            Clock clock) {
        this.topic = topic;
        this.period = period;
        this.source = source;
        this.isStoreUp = isStoreUp;
        this.outlet = outlet;
        this.loop = loop;
        this.clock = clock;
        Instant now = clock.instant();
        this.broker = new Since(false, now);
        this.store = new Since(false, now);
    }

    /** Begins to publish, as soon as there is a connection. */
    void start() {
        loop.repeat(LOOK_PERIOD, this::look);
    }

    /** The connection is there, or has ended. */
    synchronized void connected(boolean isUp) {
        if (isUp == broker.isUp()) {
            return; // An attempt to connect has failed.
        }
        broker = broker.with(isUp, clock.instant());
        if (!isUp && hasBegun && !hasEnded) {
            boolean isSoon = loop.nanoTime() - publishedNanos < SOON.toNanos();
            ended = isSoon ? ended + 1 : 0;
            if (ended == MOST_ENDED) {
                giveUp("the broker has ended %d connections soon after it".formatted(ended));
            }
        }
        hasBegun = false;
        isDue = isUp;
        if (isUp) {
            // Not within the call that says so: what listens next may not know of the connection yet.
            loop.execute(this::look);
        }
    }

    private synchronized void look() {
        boolean wasUp = store.isUp();
        store = store.with(isStoreUp.getAsBoolean(), clock.instant());
        isDue |= store.isUp() != wasUp || loop.nanoTime() - publishedNanos >= period.toNanos();
        if (isDue && broker.isUp() && !isBeingWritten && !hasEnded) {
            publish();
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // Each end of it is handled.
    private void publish() {
        boolean awaitsAnswer = !hasBegun && !isAwaitingAnswer;
        CompletableFuture<Void> published;
        try {
            published = outlet.publish(
                    topic,
                    source.online(clock.instant(), broker, store),
                    awaitsAnswer ? QoS.AT_LEAST_ONCE : QoS.AT_MOST_ONCE);
        } catch (RuntimeException e) {
            return; // The channels are not there yet: it stays due.
        }
        isDue = false;
        hasBegun = true;
        publishedNanos = loop.nanoTime();
        if (awaitsAnswer) {
            isAwaitingAnswer = true;
            published.whenComplete((taken, failure) -> answered(failure));
        } else {
            isBeingWritten = true;
            published.whenComplete((written, failure) -> written());
        }
    }

    private synchronized void written() {
        isBeingWritten = false;
        if (isDue) {
            loop.execute(this::look);
        }
    }

    private synchronized void answered(@Nullable Throwable failure) {
        isAwaitingAnswer = false;
        if (failure == null || hasEnded) {
            return;
        }
        Throwable cause = RootCause.of(failure);
        boolean isRefused = cause instanceof PublishRefusedException || cause instanceof IllegalArgumentException;
        // While there is a connection, the broker has not answered in time, or what it has answered has not been read.
        if (isRefused || !broker.isUp()) {
            giveUp(String.valueOf(cause.getMessage()));
        }
    }

    private void giveUp(String reason) {
        hasEnded = true;
        LOG.warnf("%s: the status is not published: %s", topic, reason);
    }

    /** The ingestor ends: publishes that, if there is a connection, and nothing after it. */
    @SuppressWarnings("FutureReturnValueIgnored") // There is nothing left to do about a failure.
    synchronized void end() {
        boolean isTold = !broker.isUp() || hasEnded;
        hasEnded = true;
        if (isTold) {
            return;
        }
        try {
            outlet.publish(topic, source.offline(clock.instant()), QoS.AT_LEAST_ONCE);
        } catch (RuntimeException e) {
            LOG.debugf(e, "%s: the channels have ended", topic);
        }
    }
}
