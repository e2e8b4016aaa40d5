package dev.sensorline.ingestor.influxdb;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;

import dev.sensorline.ingestor.eventloop.EventLoop;
import dev.sensorline.ingestor.pipeline.Parting;
import dev.sensorline.points.Storable;

/** A write of which parts are settled at different times. Belongs to the store's event loop. */
final class Batch {

    private final EventLoop loop;
    private final Parting parting;
    private final IntConsumer settling;
    private final Runnable done;
    private int unsettled;

    /**
     * A write.
     *
     * @param settling called with each number of points that are settled or have left
     * @param done     called once, when all are
     */
    Batch(EventLoop loop, int points, Parting parting, IntConsumer settling, Runnable done) {
        this.loop = loop;
        this.unsettled = points;
        this.parting = parting;
        this.settling = settling;
        this.done = done;
    }

    /** How many points may wait before no more are delivered; 0 if that is not known. */
    int window() {
        return parting.window();
    }

    /** Points are in the store, or have left. */
    void settle(int points) {
        unsettled -= points;
        settling.accept(points);
        if (unsettled == 0) {
            done.run();
        }
    }

    /**
     * Lets points leave if that is possible, so that the batch does not wait for them.
     *
     * @return how they went
     */
    @SuppressWarnings("FutureReturnValueIgnored") // The settling cannot fail, and the loop reports what does.
    Leaving leave(List<? extends Storable> points) {
        CompletableFuture<Void> settled = new CompletableFuture<>();
        boolean haveLeft = parting.leave(points, settled);
        if (haveLeft) {
            settle(points.size());
        } else {
            settled.thenRun(() -> loop.execute(() -> settle(points.size())));
        }
        return new Leaving(settled, haveLeft);
    }

    /**
     * How points left their batch.
     *
     * @param settled  to be completed when they are settled, on any thread
     * @param haveLeft false if the batch still waits for them
     */
    record Leaving(CompletableFuture<Void> settled, boolean haveLeft) {}
}
