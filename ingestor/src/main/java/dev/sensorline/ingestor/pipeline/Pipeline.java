package dev.sensorline.ingestor.pipeline;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

import dev.sensorline.points.Reading;
import dev.sensorline.points.Storable;
import io.smallrye.mutiny.Uni;

/**
 * The way of a batch: readings → decode → write → acknowledge, with invalid readings set aside. It is the same in every role;
 * a source says how many batches are processed at once and what acknowledging means, a {@link Destination} is a store, and a
 * {@link SetAside} keeps what cannot be stored.
 *
 * @param <P> the points that readings become
 */
public final class Pipeline<P extends Storable> {

    /** Of the lines of points that are written together, in characters; a reading more where it has several points. */
    private static final long MOST_SIZE = 2 << 20;

    private final Decoding<P> decoding;
    private final Destination<? super P> destination;
    private final SetAside setAside;
    private final Latency latency;
    private final int pointsAtOnce;

    /** @param pointsAtOnce so many points are written together at most, or a reading more where it has several */
    public Pipeline(
            Decoding<P> decoding,
            Destination<? super P> destination,
            SetAside setAside,
            Latency latency,
            int pointsAtOnce) {
        this.decoding = decoding;
        this.destination = destination;
        this.setAside = setAside;
        this.latency = latency;
        this.pointsAtOnce = pointsAtOnce;
    }

    /**
     * Processes a batch. Decodes on the calling thread, which is the event loop of the source's connection: waking a worker
     * thread for each batch would cost more than decoding it. If there are too many points, as where each reading is an array,
     * the batch is decoded and written part by part.
     *
     * @param acknowledgement removes the batch from where it came from; called once, when the destination has accepted its
     *                        points, and not before. Readings whose points leave the batch, and invalid ones that have not been
     *                        set aside by then, are acknowledged by themselves, when they are settled; where the source
     *                        acknowledges batches only as a whole, the batch waits for the latter
     * @param decodingThread  runs tasks on the calling thread
     * @return completes when the batch has been acknowledged; fails only if acknowledging does
     */
    public Uni<Void> process(List<Reading> readings, Acknowledgement acknowledgement, Executor decodingThread) {
        Run run = new Run(readings, acknowledgement, decodingThread);
        run.processPart();
        return Uni.createFrom().completionStage(run.done);
    }

    /** The way of one batch. */
    private final class Run {

        private final List<Reading> readings;
        private final Acknowledgement acknowledgement;
        private final Executor decodingThread;
        private final CompletableFuture<Void> done = new CompletableFuture<>();
        /** The index of the first reading that has not been decoded. Belongs to the decoding thread. */
        private int next;

        Run(List<Reading> readings, Acknowledgement acknowledgement, Executor decodingThread) {
            this.readings = readings;
            this.acknowledgement = acknowledgement;
            this.decodingThread = decodingThread;
        }

        void processPart() {
            DecodedBatch<P> part = new DecodedBatch<>(Math.min(readings.size() - next, pointsAtOnce));
            LeavingReadings leaving = new LeavingReadings(acknowledgement, decode(part));
            boolean isLast = next == readings.size();
            CompletionStage<Void> rejectionsTakenOver = setAside.setAside(part.rejections());
            CompletionStage<Void> accepted = destination
                    .write(part.points(), leaving)
                    .invoke(() -> latency.accepted(part.points()))
                    .subscribeAsCompletionStage();
            accepted.thenCompose(written -> leaving.written(part.rejections(), rejectionsTakenOver))
                    .thenCompose(settled -> isLast ? acknowledgement.acknowledge() : processNextPart())
                    .whenComplete((settled, failure) -> {
                        if (failure != null) {
                            done.completeExceptionally(failure);
                        } else if (isLast) {
                            done.complete(null);
                        }
                    });
        }

        /** Returns the readings that have become several points or rejections. */
        private Set<Reading> decode(DecodedBatch<P> part) {
            Set<Reading> several = Collections.newSetFromMap(new IdentityHashMap<>(0));
            while (next < readings.size() && part.size() < pointsAtOnce && part.pointsSize() < MOST_SIZE) {
                Reading reading = readings.get(next++);
                int before = part.size();
                decoding.decode(reading, part);
                if (part.size() > before + 1) {
                    several.add(reading);
                }
            }
            return several;
        }

        private CompletionStage<Void> processNextPart() {
            return CompletableFuture.runAsync(this::processPart, decodingThread);
        }
    }
}
