package dev.sensorline.console.watch;

import jakarta.inject.Singleton;

import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

import dev.sensorline.mqtt.connector.OutgoingPublish;

/** What the watch publishes. A bean of its own, because channels are only there when messaging has started. Thread-safe. */
@Singleton
final class WatchChannels {

    /** The channels, as application.properties configures them. */
    static final String STATES = "sensor-states";

    static final String BEATS = "beats";

    private final Emitter<byte[]> states;
    private final Emitter<byte[]> beats;

    WatchChannels(
            // The publisher of states bounds what is on its way.
            @Channel(STATES) @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER) Emitter<byte[]> states,
            @Channel(BEATS) @OnOverflow(OnOverflow.Strategy.DROP) Emitter<byte[]> beats) {
        this.states = states;
        this.beats = beats;
    }

    /** Publishes a beat, or nothing if the channel does not take one now. */
    void beat(byte[] payload, OutgoingPublish how) {
        send(beats, Message.of(payload, Metadata.of(how)));
    }

    /** Publishes a state; the message is acknowledged when the broker has taken it over. */
    void state(Message<byte[]> message) {
        send(states, message);
    }

    private static void send(Emitter<byte[]> channel, Message<byte[]> message) {
        try {
            channel.send(message);
        } catch (IllegalStateException e) {
            message.nack(e); // The channel has ended.
        }
    }
}
