package dev.sensorline.mqtt.connector;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

import dev.sensorline.mqtt.client.MqttSession;
import dev.sensorline.mqtt.client.SessionListener;

/**
 * The outgoing side: publishes messages, and acknowledges each when the broker has taken it over.
 * <p>
 * It requests messages only while there is a connection and fewer than the window are unsettled. So upstream sees an outage as
 * missing demand and applies a policy of its own. A message is acknowledged at QoS 0 when it has been written, at QoS 1 when
 * its PUBACK and at QoS 2 when its PUBCOMP has arrived; after a reconnection the session sends it again. A message that can never
 * be published, or cannot be written at QoS 0, is negatively acknowledged.
 */
final class PublishSink implements Flow.Subscriber<Message<?>>, SessionListener {

    private static final Logger LOG = Logger.getLogger(PublishSink.class);

    private final MqttSession session;
    private final OutboundOptions options;

    // Belongs to the session's event loop.
    private Flow.Subscription upstream;
    private long requested;
    /** Messages that are neither acknowledged nor negatively acknowledged. */
    private int unsettled;

    private boolean completed;
    private boolean stopping;
    private final CompletableFuture<Void> drained = new CompletableFuture<>();

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
            unsettled++;
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
        requestMore();
    }

    @Override
    public void disconnected() {
        finishIfDrained();
    }

    private void publish(Message<?> message) {
        Optional<OutgoingPublish> metadata = message.getMetadata(OutgoingPublish.class);
        byte[] payload = message.getPayload() instanceof byte[] bytes
                ? bytes
                : message.getPayload().toString().getBytes(UTF_8);
        session.publish(
                        metadata.map(OutgoingPublish::topic).orElse(options.topic()),
                        payload,
                        metadata.flatMap(OutgoingPublish::qos).orElse(options.qos()),
                        metadata.flatMap(OutgoingPublish::retain).orElse(options.retain()))
                .whenComplete((ignored, failure) -> settle(message, failure));
    }

    private void settle(Message<?> message, Throwable failure) {
        unsettled--;
        if (failure == null) {
            message.ack();
        } else {
            message.nack(failure);
        }
        requestMore();
        finishIfDrained();
    }

    private void requestMore() {
        long room = options.window() - unsettled - requested;
        if (room > 0 && upstream != null && session.isConnected() && !stopping && !completed) {
            requested += room;
            upstream.request(room);
        }
    }

    private void finishIfDrained() {
        if (stopping && (unsettled == 0 || !session.isConnected())) {
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
