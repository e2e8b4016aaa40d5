package dev.sensorline.ingestor.pipeline;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

import dev.sensorline.points.Reading;
import dev.sensorline.points.Storable;

/** Acknowledges the readings whose points have left their batch, each group when its points are settled. */
final class LeavingReadings implements Parting {

    private final Acknowledgement batch;

    LeavingReadings(Acknowledgement batch) {
        this.batch = batch;
    }

    @Override
    public boolean leave(List<? extends Storable> points, CompletionStage<Void> settled) {
        Set<Reading> readings = Collections.newSetFromMap(new IdentityHashMap<>());
        points.forEach(point -> readings.add(point.origin()));
        return batch.without(readings)
                .map(own -> {
                    settled.thenCompose(done -> own.acknowledge());
                    return true;
                })
                .orElse(false);
    }
}
