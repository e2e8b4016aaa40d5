package dev.sensorline.mqtt.connector;

import java.util.Arrays;
import java.util.Map;

import org.jspecify.annotations.NullMarked;

import dev.sensorline.mqtt.client.InboundPublish;
import dev.sensorline.points.Reading;

/** A reading, and the message that has to be acknowledged for it. Belongs to the session's event loop. */
@NullMarked
final class Delivery {

    final Reading reading;
    /** 0 at QoS 0. */
    final int packetId;
    /** The number of the connection on which the message arrived last. */
    int connection;
    /** Acknowledged by the application. PUBACK may not have been sent yet. */
    boolean isAcknowledged;
    /** Whether it came at QoS 2, so that the session does not deliver it again. */
    boolean isExactlyOnce;
    /** Held apart from its batch by the application. */
    boolean isApart;
    /** Whether {@link UnacknowledgedDeliveries} sends its PUBACK in its turn. */
    boolean isQueued;
    /** Whether it is no longer counted among those that are held. */
    boolean isReleased;

    Delivery(Reading reading, int packetId, int connection) {
        this.reading = reading;
        this.packetId = packetId;
        this.connection = connection;
    }

    int bytes() {
        int bytes = reading.topic().length() + reading.payload().length;
        for (Map.Entry<String, String> property : reading.properties()) {
            bytes += property.getKey().length() + property.getValue().length();
        }
        return bytes;
    }

    boolean hasContentOf(InboundPublish message) {
        return reading.size() == message.payloadSize()
                && reading.topic().equals(message.topic())
                && Arrays.equals(reading.payload(), message.copyPayload(reading.payload().length));
    }
}
