package dev.sensorline.ingestor.status;

import java.util.concurrent.CompletableFuture;

import jakarta.enterprise.inject.Typed;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

import dev.sensorline.mqtt.client.QoS;
import dev.sensorline.mqtt.connector.OutgoingPublish;

/** Publishes retained messages by the connection of rejected readings. Thread-safe. */
@Singleton
@Typed(StatusChannel.class)
public final class StatusChannel implements StatusPublisher.Outlet {

    /** The channel by which they leave, as application.properties configures it. */
    public static final String NAME = "status";

    private final Emitter<byte[]> channel;

    @Inject
    StatusChannel(@Channel(NAME) @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER) Emitter<byte[]> channel) {
        this.channel = channel;
    }

    @Override
    public CompletableFuture<Void> publish(String topic, byte[] payload, QoS qos) {
        CompletableFuture<Void> taken = new CompletableFuture<>();
        channel.send(Message.of(
                payload,
                Metadata.of(OutgoingPublish.to(topic, qos, true)),
                () -> {
                    taken.complete(null);
                    return CompletableFuture.completedStage(null);
                },
                failure -> {
                    taken.completeExceptionally(failure);
                    return CompletableFuture.completedStage(null);
                }));
        return taken;
    }
}
