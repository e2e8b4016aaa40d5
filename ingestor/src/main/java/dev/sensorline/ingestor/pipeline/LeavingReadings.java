package dev.sensorline.ingestor.pipeline;

import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

import dev.sensorline.points.Reading;
import dev.sensorline.points.Rejection;
import dev.sensorline.points.Storable;

/** Acknowledges the readings that have left their batch, each group when it is settled. */
final class LeavingReadings implements Parting {

    private final Acknowledgement batch;

    LeavingReadings(Acknowledgement batch) {
        this.batch = batch;
    }

    @Override
    public boolean leave(List<? extends Storable> points, CompletionStage<Void> settled) {
        Set<Reading> readings = Collections.newSetFromMap(new IdentityHashMap<>());
        points.forEach(point -> readings.add(point.origin()));
        return leave(readings, settled);
    }

    @Override
    public int window() {
        return batch.window();
    }

    /**
     * Takes rejected readings out of a batch, unless they have been taken over already: then they are acknowledged with the others,
     * in the order in which they arrived.
     *
     * @return false if they cannot leave
     */
    boolean leaveRejected(List<Rejection> rejections, CompletionStage<Void> takenOver) {
        if (takenOver.toCompletableFuture().isDone()) {
            return true;
        }
        return leave(rejections.stream().map(Rejection::reading).toList(), takenOver);
    }

    private boolean leave(Collection<Reading> readings, CompletionStage<Void> settled) {
        return batch.without(readings)
                .map(own -> {
                    settled.thenCompose(done -> own.acknowledge());
                    return true;
                })
                .orElse(false);
    }
}
