package dev.sensorline.fleet.sparkplug;

import dev.sensorline.fleet.payload.Bytes;

/** The connection of an edge node to its broker: what the node tells it to do. Each edge node has one of its own, for its last will. */
public interface Uplink {

    /**
     * Sends a message, after those before it and before those that follow. It must not wait and not call the edge node.
     *
     * @param topic   to be read before this method returns: it is used again
     * @param payload to be read before this method returns: it is used again
     * @param qos     0, or 1 for a death
     * @return false if the broker does not take a message of this size, so that it is not sent
     */
    boolean publish(CharSequence topic, Bytes payload, int qos, boolean retain);

    /**
     * A host application asks for what the edge node does not do.
     *
     * @param command in words
     */
    void ignored(String command);

    /** Disconnects, after what has been sent, and connects again. */
    void reconnect();
}
