package dev.sensorline.ingestor.pipeline;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import dev.sensorline.points.Reading;
import dev.sensorline.points.Rejection;
import dev.sensorline.points.Storable;

/**
 * Acknowledges the readings that have left their batch, each group when it is settled. A reading with several points or
 * rejections is acknowledged when all of them are settled, wherever they went. Thread-safe.
 */
final class LeavingReadings implements Parting {

    private final Acknowledgement batch;
    private final Set<Reading> several;

    // Guarded by this.
    private final IdentityHashMap<Reading, Left> leftOfSeveral = new IdentityHashMap<>(0);

    /** A reading of which some points or rejections have left, and what it waits for. */
    private record Left(Acknowledgement own, List<CompletionStage<Void>> settled) {}

    /** @param several the readings that have several points or rejections, by identity */
    LeavingReadings(Acknowledgement batch, Set<Reading> several) {
        this.batch = batch;
        this.several = several;
    }

    @Override
    public boolean leave(List<? extends Storable> points, CompletionStage<Void> settled) {
        Set<Reading> readings = identitySet();
        points.forEach(point -> readings.add(point.origin()));
        return leave(readings, settled);
    }

    @Override
    public int window() {
        return batch.window();
    }

    /**
     * All points have been written or have left. Takes rejected readings out of the batch, unless they have been taken over already:
     * then they are acknowledged with the others, in the order in which they arrived.
     *
     * @return completes when the batch needs to wait for none of them
     */
    CompletionStage<Void> written(List<Rejection> rejections, CompletionStage<Void> takenOver) {
        Set<Reading> rejected = identitySet();
        rejections.forEach(rejection -> rejected.add(rejection.reading()));
        boolean isSettled = takenOver.toCompletableFuture().isDone() || leave(rejected, takenOver);
        acknowledgeSeveral();
        return isSettled ? CompletableFuture.completedFuture(null) : takenOver;
    }

    private synchronized boolean leave(Set<Reading> readings, CompletionStage<Void> settled) {
        List<Reading> single = new ArrayList<>(readings.size());
        for (Reading reading : readings) {
            if (!several.contains(reading)) {
                single.add(reading);
            } else if (!leaveOneOfSeveral(reading, settled)) {
                return false;
            }
        }
        return single.isEmpty()
                || batch.without(single)
                        .map(own -> {
                            settled.thenCompose(done -> own.acknowledge());
                            return true;
                        })
                        .orElse(false);
    }

    private boolean leaveOneOfSeveral(Reading reading, CompletionStage<Void> settled) {
        Left left = leftOfSeveral.get(reading);
        if (left == null) {
            Optional<Acknowledgement> own = batch.without(List.of(reading));
            if (own.isEmpty()) {
                return false;
            }
            left = new Left(own.get(), new ArrayList<>());
            leftOfSeveral.put(reading, left);
        }
        left.settled.add(settled);
        return true;
    }

    private synchronized void acknowledgeSeveral() {
        leftOfSeveral.values().forEach(left -> {
            CompletableFuture<?>[] all = left.settled.stream()
                    .map(CompletionStage::toCompletableFuture)
                    .toArray(CompletableFuture<?>[]::new);
            CompletionStage<Void> allSettled = CompletableFuture.allOf(all);
            allSettled.thenCompose(done -> left.own.acknowledge());
        });
    }

    private static Set<Reading> identitySet() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }
}
