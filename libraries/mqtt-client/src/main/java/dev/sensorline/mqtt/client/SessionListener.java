package dev.sensorline.mqtt.client;

/**
 * The user of a session. All methods are called on the session's event loop and must not block. An exception that is thrown while a
 * message is received ends the connection, and at QoS 1 and 2 the message comes again.
 */
public interface SessionListener {

    /**
     * The broker has accepted a connection. {@link MqttSession#isConnected} is true, and messages that wait are sent already.
     *
     * @param sessionPresent whether the broker remembers the session of an earlier connection (3.2.2.2)
     */
    void connected(boolean sessionPresent);

    /**
     * A connection goes on with another session than the last one: the broker has not kept that, or it is another broker. What has
     * not been acknowledged cannot be any more, and its packet ids mean nothing from now on. {@link #connected} follows.
     */
    default void sessionLost() {}

    /** The connection has ended, or an attempt to open one has failed. */
    void disconnected();

    /**
     * A message has arrived. It is valid during this call. At QoS 1 and 2 the broker waits for {@link MqttSession#acknowledge}.
     * A message of QoS 1 that has not been acknowledged comes again on the next connection, with the same packet id; one of QoS 2
     * is delivered once in a session.
     */
    default void received(InboundPublish message) {}
}
