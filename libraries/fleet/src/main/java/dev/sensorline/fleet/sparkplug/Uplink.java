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
     */
    void publish(CharSequence topic, Bytes payload, int qos, boolean retain);

    /** Disconnects, after what has been sent, and connects again, to the next broker if there are several. */
    void reconnect();
}
