package dev.sensorline.ingestor.sparkplug;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

import jakarta.enterprise.inject.Typed;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.eclipse.microprofile.reactive.messaging.spi.Connector;

import dev.sensorline.mqtt.client.QoS;
import dev.sensorline.mqtt.connector.MqttConnector;
import dev.sensorline.mqtt.connector.OutgoingPublish;

/**
 * Publishes commands to edge nodes by the connection of the readings. Only what can be written at once is sent: a command that has
 * waited for a connection may no longer be needed. Thread-safe.
 */
@Singleton
@Typed(MqttCommands.class)
public final class MqttCommands implements RebirthRequests.Commands {

    /** The channel by which they leave, as application.properties configures it. */
    public static final String CHANNEL = "commands";

    /** How many commands are on their way to the socket. */
    static final int WINDOW = 100;

    private final Emitter<byte[]> channel;
    private final BooleanSupplier isConnected;
    private final AtomicInteger onTheirWay = new AtomicInteger();

    @Inject
    MqttCommands(
            @Channel(CHANNEL) @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER) Emitter<byte[]> commands,
            @Connector(MqttConnector.NAME) MqttConnector connector) {
        this(commands, () -> connector.isConnected(CHANNEL));
    }

    MqttCommands(Emitter<byte[]> channel, BooleanSupplier isConnected) {
        this.channel = channel;
        this.isConnected = isConnected;
    }

    @Override
    public void publish(String topic, byte[] payload, Runnable unsent) {
        if (!isConnected.getAsBoolean() || onTheirWay.get() >= WINDOW) {
            unsent.run();
            return;
        }
        onTheirWay.incrementAndGet();
        try {
            channel.send(Message.of(
                    payload,
                    Metadata.of(OutgoingPublish.to(topic, QoS.AT_MOST_ONCE, false)),
                    () -> {
                        onTheirWay.decrementAndGet();
                        return CompletableFuture.completedStage(null);
                    },
                    failure -> {
                        fail(unsent);
                        return CompletableFuture.completedStage(null);
                    }));
        } catch (RuntimeException e) {
            fail(unsent); // The channel has ended.
        }
    }

    private void fail(Runnable unsent) {
        onTheirWay.decrementAndGet();
        unsent.run();
    }
}
