package dev.sensorline.simulator.fleet;

import dev.sensorline.fleet.Group;
import dev.sensorline.fleet.Measurement;

/** Takes down what happened to each reading that was due. For one thread. */
interface Journal {

    /** Takes nothing down. */
    Journal NONE = (group, reading, fate, isSent) -> {};

    /**
     * A reading has had its turn.
     *
     * @param reading as it was sent, or would have been
     * @param isSent  whether it was handed to the socket; not if a fault prevents that, or it was skipped
     */
    void record(Group group, Measurement reading, Fate fate, boolean isSent);
}
