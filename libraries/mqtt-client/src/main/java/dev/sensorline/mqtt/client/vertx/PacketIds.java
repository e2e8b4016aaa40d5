package dev.sensorline.mqtt.client.vertx;

import java.util.BitSet;

/** The packet ids of a connection's own packets that wait for an answer (2.3.1). Belongs to the event loop. */
final class PacketIds {

    private static final int LARGEST = 65_535;

    private final BitSet inUse = new BitSet(LARGEST + 1);
    private int last;

    /** Takes the next id that is not in use. There must be one. */
    int take() {
        do {
            last = last % LARGEST + 1;
        } while (inUse.get(last));
        inUse.set(last);
        return last;
    }

    void release(int packetId) {
        inUse.clear(packetId);
    }

    void releaseAll() {
        inUse.clear();
    }
}
