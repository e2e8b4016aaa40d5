package dev.sensorline.ingestor.pipeline;

import java.util.List;
import java.util.concurrent.CompletionStage;

import dev.sensorline.points.Storable;

/** Lets points leave the write that they came with, so that those that a store cannot take do not hold up the others. */
@FunctionalInterface
public interface Parting {

    /** Nothing leaves: a batch stays whole until all of its points are settled. */
    Parting NONE = (points, settled) -> false;

    /**
     * Takes points out of a write, which no longer waits for them. May be called from any thread, before the write completes.
     *
     * @param settled completes when the store has accepted the points, or they have been set aside
     * @return false if they cannot leave, so that the write has to wait
     */
    boolean leave(List<? extends Storable> points, CompletionStage<Void> settled);

    /** How many readings may wait without an acknowledgement before no more are delivered; 0 if that is not known. */
    default int window() {
        return 0;
    }
}
