package dev.sensorline.mqtt.connector;

import java.util.concurrent.atomic.LongAdder;

/** Counters and gauges of an incoming channel. Written on the channel's event loop; may be read from any thread. */
public final class InboundMeter {

    private final LongAdder received = new LongAdder();
    private final LongAdder redelivered = new LongAdder();
    private final LongAdder ignored = new LongAdder();
    private volatile int waiting;
    private volatile int batchesInFlight;
    private volatile boolean full;

    /** Readings received since the start, without redeliveries that were recognised. */
    public long receivedCount() {
        return received.sum();
    }

    /** Messages since the start that the broker marked as possible duplicates (DUP), or that were recognised as such. */
    public long redeliveredCount() {
        return redelivered.sum();
    }

    /** Messages since the start that were acknowledged and dropped because the application publishes on such topics itself. */
    public long ignoredCount() {
        return ignored.sum();
    }

    /** Readings that linger until their batch is emitted. */
    public int waiting() {
        return waiting;
    }

    /** Batches that are emitted and not yet acknowledged, positively or negatively. */
    public int batchesInFlight() {
        return batchesInFlight;
    }

    /** Whether the channel holds as much as it may, so that nothing is read from the broker. */
    public boolean isFull() {
        return full;
    }

    void received() {
        received.increment();
    }

    void redelivered() {
        redelivered.increment();
    }

    void ignored() {
        ignored.increment();
    }

    void state(int waiting, int batchesInFlight, boolean full) {
        this.waiting = waiting;
        this.batchesInFlight = batchesInFlight;
        this.full = full;
    }
}
