package dev.sensorline.mqtt.client;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/**
 * A session with a broker: one connection at a time, which is opened again for ever, with growing pauses and one log line
 * for each change of state. Several {@link SessionListener}s may share it.
 * <p>
 * A session has an event loop of its own and calls its listeners there, so that they need no locks. Unless a method says
 * otherwise, it must be called on the event loop; {@link #execute} gets there from any other thread.
 */
public interface MqttSession {

    /** The longest pause between two reads of a socket at which something arrives. */
    Duration LONGEST_READ_PAUSE = Duration.ofMillis(35);

    /** Adds a listener. Must be called before {@link #start}, from any thread. */
    void listen(SessionListener listener);

    /**
     * Reads from the socket only while there is room; {@link #resumeReading} must be called when there is room again. Must be
     * called before {@link #start}, from any thread. A session for which it is not called reads whatever comes.
     */
    void readOnlyWhile(BooleanSupplier hasRoom);

    /**
     * What the user can hold. Must be called before {@link #start}, from any thread. Otherwise there is no bound.
     *
     * @param unacknowledged how many messages of QoS 1 and 2 may be unacknowledged, from 1 to 65,535; MQTT 5 tells the broker, which
     *                       does not send more
     * @param payloadBytes   of a larger payload only the beginning is kept, at least so many bytes; the rest is read past
     */
    void receiveAtMost(int unacknowledged, int payloadBytes);

    /**
     * How many messages of QoS 1 and 2 the broker sends without an acknowledgement, as agreed with it on the last connection
     * (MQTT 5, 3.1.2.11.3). 0 if nothing is agreed, as with MQTT 3.1.1. May be called from any thread.
     */
    int agreedWindow();

    /** Starts to connect, unless it has been started before, and returns at once. May be called from any thread. */
    void start();

    /** Whether the broker has accepted a connection that has not ended. May be called from any thread. */
    boolean isConnected();

    /**
     * The brokers, as host and port, that the last attempt to connect to has failed or whose connection has ended since. One that has
     * not been tried yet is none of them. May be called from any thread.
     */
    List<String> brokersDown();

    /** Runs an action on the event loop, after the one that is running there. May be called from any thread. */
    void execute(Runnable action);

    /** Runs an action on the event loop after a delay, rounded down to whole milliseconds and at least 1 ms. */
    void schedule(Duration delay, Runnable action);

    /** The number of connections that have been accepted so far. */
    int connectionNumber();

    /**
     * Subscribes to topic filters, now and on each later connection, until {@link #unsubscribe}: a broker can have forgotten
     * them. What the broker refuses is asked for again, with pauses from one second to one minute, and is one log line. To
     * subscribe to the same filters again does nothing.
     *
     * @throws IllegalArgumentException if one of them is not a topic filter (4.7), or not one of a shared subscription (MQTT 5,
     *                                  4.8.2)
     */
    void subscribe(List<String> topicFilters, QoS qos);

    /**
     * Unsubscribes from topic filters, also from those that only the broker knows from an earlier process. Completes on the event
     * loop when the broker has confirmed it, exceptionally if there is no connection or it ends before, or if one of them is not a
     * topic filter.
     */
    CompletionStage<Void> unsubscribe(List<String> topicFilters);

    /**
     * Reads the message that the broker has retained on a topic, which must not be subscribed to. No listener gets it.
     *
     * @param wait how long the message may take after the broker has granted the subscription that brings it
     * @return completes on the event loop with its payload, of which only the beginning may have been kept (see {@link
     *         #receiveAtMost}); empty if none has come or the broker refuses the subscription; exceptionally if there is no
     *         connection or it ends before
     */
    CompletionStage<Optional<byte[]>> readRetained(String topic, Duration wait);

    /** Whether the broker has granted all of these subscriptions on this connection. May be called from any thread. */
    boolean isSubscribed(List<String> topicFilters);

    /**
     * The QoS at which the broker has granted a subscription on this connection, which may be lower than what was asked for; empty
     * if it has not granted it. May be called from any thread.
     */
    Optional<QoS> grantedQoS(String topicFilter);

    /**
     * Acknowledges messages with one write: for the first {@code count} of these packet ids, PUBACK for those of QoS 1 and PUBREC
     * for those of QoS 2. A message of QoS 1 can be acknowledged only on the connection on which it arrived, and nothing is sent
     * for it without a connection. One of QoS 2 can be acknowledged at any time in the session.
     */
    void acknowledge(int[] packetIds, int count);

    /** Reads again if reading had stopped because there was no room. */
    void resumeReading();

    /**
     * Reads nothing from the socket for some time, unless {@link #readNow} ends the pause or the connection is being closed. For a
     * user who does nothing with messages before: each read costs several times what a message costs.
     */
    void pauseReading(Duration duration);

    /** Reads what has arrived now, without waiting for the end of a pause between two reads. */
    void readNow();

    /**
     * Publishes a message. Completes on the event loop: at QoS 0 when it has been written, at QoS 1 and 2 when the broker has
     * taken it over (PUBACK, PUBCOMP). The session keeps a message of QoS 1 or 2 until then, over any number of connections, and
     * sends it again with the same packet id where the broker remembers the session. It holds as many as it is given, so the
     * caller bounds how many are not complete.
     * <p>
     * To complete the result exceptionally, on the event loop, gives up a message of QoS 1 or 2: it is not sent again. While ten
     * such messages are unanswered, or half of what the broker allows, all others are refused: its packet id is in use until then.
     * At QoS 1 the end of the connection counts as an answer.
     * <p>
     * Completes exceptionally with an IllegalArgumentException if the message can never be published, as when the topic is empty
     * or has wildcards (4.7.1), a user property cannot be sent (1.5.3), or the message is larger than the broker allows; with a
     * {@link PublishRefusedException} if the broker answers that it does not take it (MQTT 5); with any other exception if there is
     * no connection (QoS 0) or the session is stopped.
     *
     * @param payload    not copied, so it must not be changed before the result is complete
     * @param properties sent with MQTT 5 only
     */
    CompletionStage<Void> publish(String topic, byte[] payload, QoS qos, boolean retain, PublishProperties properties);

    /** Publishes a message without {@linkplain #publish(String, byte[], QoS, boolean, PublishProperties) properties}. */
    default CompletionStage<Void> publish(String topic, byte[] payload, QoS qos, boolean retain) {
        return publish(topic, payload, qos, retain, PublishProperties.NONE);
    }

    /**
     * Sends DISCONNECT and ends the session. Completes when the connection is closed, which is left to the broker for up to
     * 800 ms, and at once if there is no connection. What arrives meanwhile is dropped. May be called from any thread.
     */
    CompletionStage<Void> stop();
}
