package dev.sensorline.mqtt.client.vertx;

import java.util.BitSet;

/**
 * The packet ids of the client's own packets that wait for an answer (2.3.1). Those of messages in flight are valid for the
 * session, the others for a connection. Belongs to the event loop.
 */
final class PacketIds {

    /** What {@link #take} returns when all are in use. */
    static final int NONE = 0;

    private static final int LARGEST = 65_535;

    private final BitSet inUse = new BitSet(LARGEST + 1);
    private int last;

    /** Takes the next id that is not in use; {@link #NONE} if there is none, until one is released. */
    int take() {
        int free = inUse.nextClearBit(last + 1);
        if (free > LARGEST) {
            free = inUse.nextClearBit(1);
        }
        if (free > LARGEST) {
            return NONE;
        }
        last = free;
        inUse.set(free);
        return free;
    }

    void release(int packetId) {
        inUse.clear(packetId);
    }
}
