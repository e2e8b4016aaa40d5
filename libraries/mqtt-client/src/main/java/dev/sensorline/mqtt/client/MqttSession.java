package dev.sensorline.mqtt.client;

import java.time.Duration;
import java.util.List;
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

    /** Starts to connect, unless it has been started before, and returns at once. May be called from any thread. */
    void start();

    /** Whether the broker has accepted a connection that has not ended. May be called from any thread. */
    boolean isConnected();

    /** Runs an action on the event loop, after the one that is running there. May be called from any thread. */
    void execute(Runnable action);

    /** Runs an action on the event loop after a delay, rounded down to whole milliseconds and at least 1 ms. */
    void schedule(Duration delay, Runnable action);

    /**
     * The number of connections that have been accepted so far. A message can be acknowledged only on the connection on which
     * it arrived.
     */
    int connectionNumber();

    /** Subscribes to topic filters on the current connection; the session does not repeat it on the next one. */
    void subscribe(List<String> topicFilters, QoS qos);

    /** Whether the broker has granted all of these subscriptions. May be called from any thread. */
    boolean isSubscribed(List<String> topicFilters);

    /**
     * Acknowledges messages of QoS 1 with one write: sends PUBACK for the first {@code count} of these packet ids. Does nothing
     * if there is no connection.
     */
    void acknowledge(int[] packetIds, int count);

    /** Reads again if reading had stopped because there was no room. */
    void resumeReading();

    /** Reads what has arrived now, without waiting for the end of a pause between two reads. */
    void readNow();

    /**
     * Publishes a message. Completes with its packet id, 0 at QoS 0, as soon as the session has handed it to the socket (at
     * QoS 0: when it has been written), not when the broker has taken it over: see {@link SessionListener#published}. Completes
     * exceptionally with an IllegalArgumentException if the topic is empty or has wildcards (4.7.1), with any other exception if
     * there is no connection. Completes on the event loop.
     */
    CompletionStage<Integer> publish(String topic, byte[] payload, QoS qos, boolean retain);

    /**
     * Sends DISCONNECT and ends the session. Completes when the connection is closed, which is left to the broker for up to
     * 800 ms, and at once if there is no connection. What arrives meanwhile is dropped. May be called from any thread.
     */
    CompletionStage<Void> stop();
}
