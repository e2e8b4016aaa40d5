package dev.sensorline.mqtt.client;

/** A thread with publishers. Any thread may call its methods. */
public interface PublisherLoop {

    /** Runs an action on the thread. */
    void execute(Runnable action);

    /** Runs an action on the thread after a delay, which is rounded up to about a millisecond. */
    void schedule(long delayNanos, Runnable action);

    /** A clock for time differences, in nanoseconds. */
    long nanoTime();

    /**
     * Makes a publisher, which does not connect yet. Must be called on the thread.
     *
     * @param number what its client id, last will, broker and address are found by
     */
    MqttPublisher publisher(int number, MqttPublisher.Listener listener);
}
