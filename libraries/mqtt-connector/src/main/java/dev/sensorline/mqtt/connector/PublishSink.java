package dev.sensorline.mqtt.connector;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

import dev.sensorline.mqtt.client.MqttLink;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.smallrye.reactive.messaging.mqtt.SendingMqttMessageMetadata;

/**
 * The outgoing side: publishes what it is given, and acknowledges a message when the broker has taken it over.
 * <p>
 * It asks for messages only while there is a connection and fewer than the window are unsettled, so that upstream sees
 * an outage as missing demand and applies a policy of its own. A message is acknowledged at QoS 0 when it has been
 * written, at QoS 1 and 2 when its PUBACK or PUBCOMP has come. What was published at QoS 1 or 2 and not taken over is
 * published again after a reconnection, before anything new; at QoS 0 what could not be written is negatively
 * acknowledged.
 */
final class PublishSink implements Flow.Subscriber<Message<?>>, MqttLink.Party {

    private static final Logger LOG = Logger.getLogger(PublishSink.class);

    private final MqttLink link;
    private final OutboundOptions options;

    // All of it belongs to the link's event loop.
    private Flow.Subscription upstream;
    private long requested;
    private final Set<Publication> unsettled = new LinkedHashSet<>();
    private final Map<Integer, Publication> unconfirmed = new HashMap<>();
    private boolean completed;
    private boolean stopping;
    private final CompletableFuture<Void> drained = new CompletableFuture<>();

    /** A message and how it is to be published; equal to itself only. */
    private static final class Publication {

        private final Message<?> message;
        private final String topic;
        private final MqttQoS qos;
        private final boolean retain;
        private final byte[] payload;

        Publication(Message<?> message, OutboundOptions options) {
            var metadata = message.getMetadata(SendingMqttMessageMetadata.class);
            this.message = message;
            this.topic = metadata.map(SendingMqttMessageMetadata::getTopic).orElse(options.topic());
            this.qos = metadata.map(SendingMqttMessageMetadata::getQosLevel).orElse(options.qos());
            this.retain = metadata.map(SendingMqttMessageMetadata::isRetain).orElse(options.retain());
            this.payload = message.getPayload() instanceof byte[] bytes
                    ? bytes
                    : message.getPayload().toString().getBytes(UTF_8);
        }
    }

    PublishSink(MqttLink link, OutboundOptions options) {
        this.link = link;
        this.options = options;
        link.join(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        link.execute(() -> {
            upstream = subscription;
            link.start();
            requestMore();
        });
    }

    @Override
    public void onNext(Message<?> message) {
        link.execute(() -> {
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
        link.execute(() -> {
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
        unconfirmed.clear();
    }

    @Override
    public void published(int packetId) {
        Publication publication = unconfirmed.remove(packetId);
        if (publication != null) {
            settle(publication, null);
        }
    }

    private void publish(Publication publication) {
        if (!link.isConnected() && publication.qos != MqttQoS.AT_MOST_ONCE) {
            return; // Published with the others on the next connection.
        }
        link.publish(publication.topic, publication.payload, publication.qos, publication.retain)
                .onComplete(sent -> {
                    if (publication.qos == MqttQoS.AT_MOST_ONCE) {
                        settle(publication, sent.cause());
                    } else if (sent.succeeded()) {
                        unconfirmed.put(sent.result(), publication);
                    } else if (sent.cause() instanceof IllegalArgumentException) {
                        // Not an outage: this message cannot be published, now or later.
                        settle(publication, sent.cause());
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
        if (room > 0 && upstream != null && link.isConnected() && !stopping && !completed) {
            requested += room;
            upstream.request(room);
        }
    }

    private void finishIfDrained() {
        if (stopping && (unsettled.isEmpty() || !link.isConnected())) {
            drained.complete(null);
        }
    }

    /** Asks for nothing more; completes when all that was published has been taken over, or cannot be for now. */
    CompletionStage<Void> drain() {
        link.execute(() -> {
            stopping = true;
            finishIfDrained();
        });
        return drained;
    }
}
