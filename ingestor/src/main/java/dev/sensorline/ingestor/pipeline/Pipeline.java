package dev.sensorline.ingestor.pipeline;

import java.util.List;
import java.util.concurrent.CompletionStage;

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

    private final Decoding<P> decoding;
    private final Destination<? super P> destination;
    private final SetAside setAside;
    private final Latency latency;

    public Pipeline(Decoding<P> decoding, Destination<? super P> destination, SetAside setAside, Latency latency) {
        this.decoding = decoding;
        this.destination = destination;
        this.setAside = setAside;
        this.latency = latency;
    }

    /**
     * Processes a batch. Decodes on the calling thread, which is the event loop of the source's connection: waking a worker
     * thread for each batch would cost more than decoding it.
     *
     * @param acknowledgement removes the batch from where it came from; called once, when the destination has accepted its
     *                        points, and not before. Readings whose points leave the batch, and invalid ones that have not been
     *                        set aside by then, are acknowledged by themselves, when they are settled; where the source
     *                        acknowledges batches only as a whole, the batch waits for the latter
     * @return completes when the batch has been acknowledged; fails only if acknowledging does
     */
    public Uni<Void> process(List<Reading> readings, Acknowledgement acknowledgement) {
        DecodedBatch<P> batch = new DecodedBatch<>(readings.size());
        boolean isOneOfEach = decode(readings, batch);
        List<P> points = batch.points();
        // A reading of several points is acknowledged only when all of them are settled, and so with its batch.
        LeavingReadings leaving = new LeavingReadings(acknowledgement);
        CompletionStage<Void> rejectionsTakenOver = setAside.setAside(batch.rejections());
        return destination
                .write(points, isOneOfEach ? leaving : Parting.NONE)
                .invoke(() -> latency.accepted(points))
                .chain(() -> Uni.createFrom()
                        .completionStage(
                                isOneOfEach && leaving.leaveRejected(batch.rejections(), rejectionsTakenOver)
                                        ? acknowledgement.acknowledge()
                                        : rejectionsTakenOver.thenCompose(takenOver -> acknowledgement.acknowledge())));
    }

    /** Returns whether each reading has become no more than one point or rejection. */
    private boolean decode(List<Reading> readings, DecodedBatch<P> batch) {
        boolean isOneOfEach = true;
        for (Reading reading : readings) {
            int before = batch.size();
            decoding.decode(reading, batch);
            isOneOfEach &= batch.size() <= before + 1;
        }
        return isOneOfEach;
    }
}
