package dev.sensorline.mqtt.client;

/** The user of a session. All methods are called on the session's event loop and must not block. */
public interface SessionListener {

    /**
     * The broker has accepted a connection.
     *
     * @param sessionPresent whether the broker remembers the session of an earlier connection (3.2.2.2)
     */
    void connected(boolean sessionPresent);

    /** The connection has ended, or an attempt to open one has failed. */
    void disconnected();

    /**
     * A message has arrived. It is valid during this call. At QoS 1 the broker waits for {@link MqttSession#acknowledge}.
     */
    default void received(InboundPublish message) {}

    /** The broker has taken over the message that was published with this packet id (PUBACK at QoS 1, PUBCOMP at QoS 2). */
    default void published(int packetId) {}
}
