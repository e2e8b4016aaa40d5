package dev.sensorline.mqtt.client.vertx;

import java.util.BitSet;

/**
 * The messages of QoS 2 that the broker has sent and not released (4.3.3), by packet id. PUBREC is sent when the user has
 * acknowledged a message: from then on the broker does not send it again. Belongs to the event loop.
 */
final class InboundExactlyOnce {

    // Valid for the session.
    /** Delivered to the user, and not yet released with PUBREL. */
    private final BitSet delivered = new BitSet();
    /** Acknowledged by the user. */
    private final BitSet acknowledged = new BitSet();

    // Valid for a connection.
    /** Those that have come on it: only these may be answered with PUBREC. */
    private final BitSet arrived = new BitSet();

    /** What to do with a message that has come. */
    enum Arrival {
        DELIVER,
        /** It has been delivered, and the user has not yet acknowledged it. */
        AWAIT_USER,
        /** It has been delivered and acknowledged: PUBREC is due again. */
        ANSWER
    }

    Arrival arrive(int packetId) {
        arrived.set(packetId);
        if (delivered.get(packetId)) {
            return acknowledged.get(packetId) ? Arrival.ANSWER : Arrival.AWAIT_USER;
        }
        delivered.set(packetId);
        return Arrival.DELIVER;
    }

    /** Whether there is none, so that every packet id is that of a message of QoS 1. */
    boolean isEmpty() {
        return delivered.isEmpty();
    }

    boolean contains(int packetId) {
        return delivered.get(packetId);
    }

    /** The user has acknowledged a message; returns whether PUBREC is due now. */
    boolean acknowledge(int packetId) {
        acknowledged.set(packetId);
        return arrived.get(packetId);
    }

    /** The user has acknowledged messages while there is no connection: PUBREC is sent when the broker sends them again. */
    void acknowledgeAll(int[] packetIds, int count) {
        for (int i = 0; i < count; i++) {
            if (delivered.get(packetIds[i])) {
                acknowledged.set(packetIds[i]);
            }
        }
    }

    /** PUBREL has come: the packet id may be used for another message. */
    void release(int packetId) {
        delivered.clear(packetId);
        acknowledged.clear(packetId);
        arrived.clear(packetId);
    }

    void connected(boolean sessionPresent) {
        arrived.clear();
        if (!sessionPresent) {
            delivered.clear();
            acknowledged.clear();
        }
    }
}
