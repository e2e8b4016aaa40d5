package dev.sensorline.mqtt.connector;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

import dev.sensorline.mqtt.client.MqttSession;
import dev.sensorline.mqtt.client.PublishProperties;
import dev.sensorline.mqtt.client.SessionListener;

/**
 * The outgoing side: publishes messages, and acknowledges each when the broker has taken it over.
 * <p>
 * It requests messages only while there is a connection and fewer than the window are unsettled. So upstream sees an outage as
 * missing demand and applies a policy of its own. A message is acknowledged at QoS 0 when it has been written, at QoS 1 when
 * its PUBACK and at QoS 2 when its PUBCOMP has arrived; after a reconnection the session sends it again. A message that can never
 * be published, that cannot be written at QoS 0, or that exceeds the limits of {@link OutboundOptions}, is negatively acknowledged.
 */
final class PublishSink implements Flow.Subscriber<Message<?>>, SessionListener {

    private static final Logger LOG = Logger.getLogger(PublishSink.class);

    /** The number of no connection. */
    private static final int NONE = 0;

    private final MqttSession session;
    private final OutboundOptions options;

    // Belongs to the session's event loop.
    private Flow.Subscription upstream;
    private long requested;
    /** Messages that are neither acknowledged nor negatively acknowledged, the oldest first. */
    private final Set<Publication> unsettled = new LinkedHashSet<>();

    private long published;
    /** The number of the connection on which acknowledgements are waited for. */
    private int awaitedConnection = NONE;

    private boolean completed;
    private boolean stopping;
    private final CompletableFuture<Void> drained = new CompletableFuture<>();

    /** A message that the session publishes; equal to itself only. */
    private static final class Publication {

        private final CompletableFuture<Void> takenOver;
        /** In the order in which they were published. */
        private final long number;
        /** The number of the last connection on which it was published and that has ended, or that ended before. */
        private int endedConnection;

        private int tries;

        Publication(CompletableFuture<Void> takenOver, long number, int endedConnection) {
            this.takenOver = takenOver;
            this.number = number;
            this.endedConnection = endedConnection;
        }
    }

    PublishSink(MqttSession session, OutboundOptions options) {
        this.session = session;
        this.options = options;
        session.listen(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        session.execute(() -> {
            upstream = subscription;
            session.start();
            requestMore();
        });
    }

    @Override
    public void onNext(Message<?> message) {
        session.execute(() -> {
            requested--;
            publish(message);
        });
    }

    @Override
    public void onError(Throwable failure) {
        LOG.errorf(failure, "Nothing more is published on %s", options.topic());
        onComplete();
    }

    @Override
    public void onComplete() {
        session.execute(() -> {
            completed = true;
            finishIfDrained();
        });
    }

    @Override
    public void connected(boolean sessionPresent) {
        awaitAcknowledgements();
        requestMore();
    }

    @Override
    public void disconnected() {
        options.maxTries().ifPresent(this::blameOldest);
        finishIfDrained();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // settle handles the failure.
    private void publish(Message<?> message) {
        Optional<OutgoingPublish> metadata = message.getMetadata(OutgoingPublish.class);
        byte[] payload = message.getPayload() instanceof byte[] bytes
                ? bytes
                : message.getPayload().toString().getBytes(UTF_8);
        CompletableFuture<Void> takenOver = session.publish(
                        metadata.map(OutgoingPublish::topic).orElse(options.topic()),
                        payload,
                        metadata.flatMap(OutgoingPublish::qos).orElse(options.qos()),
                        metadata.flatMap(OutgoingPublish::retain).orElse(options.retain()),
                        metadata.map(OutgoingPublish::properties).orElse(PublishProperties.NONE))
                .toCompletableFuture();
        int connection = session.connectionNumber();
        Publication publication =
                new Publication(takenOver, ++published, session.isConnected() ? connection - 1 : connection);
        unsettled.add(publication);
        takenOver.whenComplete((ignored, failure) -> settle(publication, message, failure));
        awaitAcknowledgements();
    }

    /**
     * Gives up what is not acknowledged in time on this connection. One timer is for all messages that are unsettled now; those
     * that are published meanwhile get the next one, so that each is given up before twice its time.
     */
    private void awaitAcknowledgements() {
        int connection = session.connectionNumber();
        if (options.acknowledgementTimeout().isEmpty()
                || unsettled.isEmpty()
                || !session.isConnected()
                || awaitedConnection == connection) {
            return;
        }
        Duration timeout = options.acknowledgementTimeout().get();
        long last = published;
        awaitedConnection = connection;
        session.schedule(timeout, () -> {
            if (session.isConnected() && session.connectionNumber() == connection) {
                awaitedConnection = NONE;
                List.copyOf(unsettled).stream()
                        .filter(publication -> publication.number <= last)
                        .forEach(publication -> giveUp(
                                publication,
                                "the broker has not acknowledged it within " + timeout.toMillis() + " ms"));
                awaitAcknowledgements();
            }
        });
    }

    /** A broker handles messages in their order: if it ends the connection for one, then for the oldest that it has not acknowledged. */
    private void blameOldest(int maxTries) {
        Iterator<Publication> oldest = unsettled.iterator();
        if (!oldest.hasNext()) {
            return;
        }
        Publication publication = oldest.next();
        if (publication.endedConnection == session.connectionNumber()) {
            return; // It was not published since: an attempt to connect has failed.
        }
        publication.endedConnection = session.connectionNumber();
        publication.tries++;
        if (publication.tries == maxTries) {
            giveUp(publication, "the connection ended " + maxTries + " times without its acknowledgement");
        }
    }

    private static void giveUp(Publication publication, String reason) {
        publication.takenOver.completeExceptionally(new IllegalStateException(reason));
    }

    private void settle(Publication publication, Message<?> message, Throwable failure) {
        unsettled.remove(publication);
        if (failure == null) {
            message.ack();
        } else {
            message.nack(failure);
        }
        requestMore();
        finishIfDrained();
    }

    private void requestMore() {
        long room = options.window() - unsettled.size() - requested;
        if (room > 0 && upstream != null && session.isConnected() && !stopping && !completed) {
            requested += room;
            upstream.request(room);
        }
    }

    private void finishIfDrained() {
        if (stopping && (unsettled.isEmpty() || !session.isConnected())) {
            drained.complete(null);
        }
    }

    /**
     * Requests nothing more. Completes when the broker has taken over everything that was published, or when there is no
     * connection.
     */
    CompletionStage<Void> drain() {
        session.execute(() -> {
            stopping = true;
            finishIfDrained();
        });
        return drained;
    }
}
