package dev.sensorline.mqtt.client.vertx;

import java.util.concurrent.CompletableFuture;

import dev.sensorline.mqtt.client.PublishProperties;
import dev.sensorline.mqtt.client.QoS;
import io.netty.buffer.ByteBufUtil;

/** A message of QoS 1 or 2 on its way to the broker. Equal to itself only. Belongs to the event loop. */
final class Publication {

    /** The most bytes of PUBLISH besides topic and payload: lengths, packet id, empty properties. */
    private static final int PUBLISH_OVERHEAD = 10;
    /** The rest of the length of properties, and a message expiry interval. */
    private static final int PROPERTIES_OVERHEAD = 8;
    /** The identifier of a user property, and the lengths of its name and value. */
    private static final int USER_PROPERTY_OVERHEAD = 5;

    final String topic;
    final byte[] payload;
    final boolean retain;
    final PublishProperties properties;
    /** Completes when the broker has taken it over. */
    final CompletableFuture<Void> takenOver = new CompletableFuture<>();

    /** Lower than it was asked for where the broker does not support that. */
    QoS qos;

    /** Its packet id in this session; {@link PacketIds#NONE} if it has not been sent in it. */
    int packetId = PacketIds.NONE;
    /** Whether PUBREC has come, so that PUBREL is due and not PUBLISH (4.3.3). */
    boolean isReceived;

    Publication(String topic, byte[] payload, QoS qos, boolean retain, PublishProperties properties) {
        this.topic = topic;
        this.payload = payload;
        this.qos = qos;
        this.retain = retain;
        this.properties = properties;
    }

    /** Whether the user no longer wants it to be sent. */
    boolean isGivenUp() {
        return takenOver.isDone();
    }

    /** As before it was sent for the first time. */
    void startAgain() {
        packetId = PacketIds.NONE;
        isReceived = false;
    }

    /** The most bytes of its PUBLISH. */
    int size() {
        return ByteBufUtil.utf8Bytes(topic) + payload.length + PUBLISH_OVERHEAD + propertiesSize();
    }

    /** The most bytes of its properties, besides a byte for their length (MQTT 5, 2.2.2). */
    private int propertiesSize() {
        if (properties.isEmpty()) {
            return 0;
        }
        return PROPERTIES_OVERHEAD
                + properties.userProperties().stream()
                        .mapToInt(property -> USER_PROPERTY_OVERHEAD
                                + ByteBufUtil.utf8Bytes(property.getKey())
                                + ByteBufUtil.utf8Bytes(property.getValue()))
                        .sum();
    }

    IllegalArgumentException tooLarge(BrokerLimits limits) {
        return new IllegalArgumentException(
                "A message of %d bytes: the broker takes at most %d".formatted(size(), limits.maximumPacketSize()));
    }
}
