package dev.sensorline.mqtt.client;

import java.util.List;
import java.util.Optional;

/**
 * A connection for publishing that takes little memory, so that a process can have ten thousands of them. It is no session: it
 * neither connects again by itself nor keeps what cannot be sent. Publishing makes no object. Belongs to the {@linkplain
 * PublisherLoop loop} on which it was made, and all methods must be called there.
 */
public interface MqttPublisher {

    /** Whether a message can be published now, or what is in the way. */
    enum Room {
        /** It can. */
        READY,
        /** There is no connection that the broker has accepted. */
        NO_CONNECTION,
        /** The broker does not read what was sent before. */
        SOCKET_FULL,
        /** As many messages as are allowed are not acknowledged. */
        WINDOW_FULL
    }

    /** What a publisher tells. One listener may serve many publishers. Called on the loop; must not block. */
    interface Listener {

        /** The broker has accepted the connection. What was not acknowledged on an earlier one has been sent again. */
        void connected(MqttPublisher publisher);

        /** The connection has ended, or an attempt to connect has failed. */
        void disconnected(MqttPublisher publisher, String reason);

        /**
         * The broker has taken over a message of QoS 1 or 2.
         *
         * @param tag as it was given
         */
        void acknowledged(MqttPublisher publisher, long tag);

        /**
         * The broker refuses a message of QoS 1 or 2 (MQTT 5, 3.4.2.1), or it would: after a connection was lost, the next one may not take
         * messages of this QoS or size.
         *
         * @param tag as it was given
         */
        void refused(MqttPublisher publisher, long tag, String reason);

        /** The last will of the next connection; empty if it is that of the options. */
        default Optional<Will> will(MqttPublisher publisher) {
            return Optional.empty();
        }

        /** The broker refuses a subscription, whose messages will not arrive on this connection. */
        default void unsubscribed(MqttPublisher publisher, String reason) {}

        /** A message has arrived. */
        default void received(MqttPublisher publisher, String topic, byte[] payload) {}
    }

    /** The number that it was made with. */
    int number();

    /** Tries once to connect, unless it is connected or tries already. */
    void connect();

    /**
     * Whether a message of this QoS can be published now.
     *
     * @param qos of the message; above {@link #maximumQoS}, that counts
     */
    Room room(int qos);

    /** The highest QoS that the broker takes on this connection (MQTT 5, 3.2.2.3.4). What has a higher one is published at this one. */
    int maximumQoS();

    /** Whether the broker retains messages (MQTT 5, 3.2.2.3.5). Otherwise they are published as such that are not to be retained. */
    boolean isRetainAvailable();

    /** Whether the broker takes a message of this size (MQTT 5, 3.2.2.3.6). */
    boolean fits(int topicSize, int payloadSize, int qos);

    /**
     * Publishes a message, with the next {@link #flush}, when there is {@linkplain #room room} and it {@linkplain #fits fits}. What is given
     * is copied.
     *
     * @param topic     UTF-8, a topic name (4.7.1)
     * @param topicSize how many bytes of it count
     * @param payload   its first {@code payloadSize} bytes are the payload
     * @param tag       given back when the broker has acknowledged the message, which it does at QoS 1 and 2; any number except {@link
     *                  Long#MIN_VALUE}
     * @return false if it does not fit and is not published: it would end the connection
     */
    boolean publish(byte[] topic, int topicSize, byte[] payload, int payloadSize, int qos, boolean retain, long tag);

    /** Writes what has been published to the socket. */
    void flush();

    /** Subscribes at QoS 1, with the next {@link #flush}. Once on a connection. */
    void subscribe(List<String> topicFilters);

    /** How many messages of QoS 1 and 2 the broker has not taken over. */
    int unacknowledged();

    /** How many bytes have been published, from the first connection on. */
    long bytes();

    /** The interval of keep-alive in seconds: that of the options, unless the broker wants another one (MQTT 5, 3.2.2.3.14). */
    int keepAliveSeconds();

    /**
     * To be called twice in each interval of keep-alive: sends PINGREQ if nothing has come or nothing has been sent since the last call,
     * and closes the connection if nothing has come since a PINGREQ.
     */
    void keepAlive();

    /** Closes the connection without a word, so that the broker publishes its last will. {@link Listener#disconnected} follows. */
    void drop(String reason);

    /** Sends DISCONNECT and closes the connection. */
    void disconnect();
}
