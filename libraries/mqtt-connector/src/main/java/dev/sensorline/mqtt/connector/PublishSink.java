package dev.sensorline.mqtt.connector;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

import dev.sensorline.mqtt.client.MqttSession;
import dev.sensorline.mqtt.client.QoS;
import dev.sensorline.mqtt.client.SessionListener;

/**
 * The outgoing side: publishes messages, and acknowledges each when the broker has taken it over.
 * <p>
 * It requests messages only while there is a connection and fewer than the window are unsettled. So upstream sees an outage as
 * missing demand and applies a policy of its own. A message is acknowledged at QoS 0 when it has been written, at QoS 1 when
 * its PUBACK and at QoS 2 when its PUBCOMP has arrived. Messages of QoS 1 and 2 that the broker has not taken over are published
 * again after a reconnection, before any new message. A message of QoS 0 that cannot be written is negatively acknowledged.
 */
final class PublishSink implements Flow.Subscriber<Message<?>>, SessionListener {

    private static final Logger LOG = Logger.getLogger(PublishSink.class);

    private final MqttSession session;
    private final OutboundOptions options;

    // Belongs to the session's event loop.
    private Flow.Subscription upstream;
    private long requested;
    /** Neither acknowledged nor negatively acknowledged, in the order of their arrival. */
    private final Set<Publication> unsettled = new LinkedHashSet<>();
    /** Published on this connection at QoS 1 or 2 and not taken over, by packet id. */
    private final Map<Integer, Publication> inFlight = new HashMap<>();

    private boolean completed;
    private boolean stopping;
    private final CompletableFuture<Void> drained = new CompletableFuture<>();

    /** A message and how to publish it; equal to itself only. */
    private static final class Publication {

        private final Message<?> message;
        private final String topic;
        private final QoS qos;
        private final boolean retain;
        private final byte[] payload;

        Publication(Message<?> message, OutboundOptions options) {
            Optional<OutgoingPublish> metadata = message.getMetadata(OutgoingPublish.class);
            this.message = message;
            this.topic = metadata.map(OutgoingPublish::topic).orElse(options.topic());
            this.qos = metadata.flatMap(OutgoingPublish::qos).orElse(options.qos());
            this.retain = metadata.flatMap(OutgoingPublish::retain).orElse(options.retain());
            this.payload = message.getPayload() instanceof byte[] bytes
                    ? bytes
                    : message.getPayload().toString().getBytes(UTF_8);
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
            Publication publication = new Publication(message, options);
            unsettled.add(publication);
            publish(publication);
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
        List.copyOf(unsettled).forEach(this::publish);
        requestMore();
    }

    @Override
    public void disconnected() {
        inFlight.clear();
    }

    @Override
    public void published(int packetId) {
        Publication publication = inFlight.remove(packetId);
        if (publication != null) {
            settle(publication, null);
        }
    }

    private void publish(Publication publication) {
        if (!session.isConnected() && publication.qos != QoS.AT_MOST_ONCE) {
            return; // Published with the others on the next connection.
        }
        session.publish(publication.topic, publication.payload, publication.qos, publication.retain)
                .whenComplete((packetId, failure) -> {
                    if (publication.qos == QoS.AT_MOST_ONCE) {
                        settle(publication, failure);
                    } else if (failure == null) {
                        inFlight.put(packetId, publication);
                    } else if (failure instanceof IllegalArgumentException) {
                        // Not an outage: this message can never be published.
                        settle(publication, failure);
                    }
                });
    }

    private void settle(Publication publication, Throwable failure) {
        if (!unsettled.remove(publication)) {
            return;
        }
        if (failure == null) {
            publication.message.ack();
        } else {
            publication.message.nack(failure);
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
