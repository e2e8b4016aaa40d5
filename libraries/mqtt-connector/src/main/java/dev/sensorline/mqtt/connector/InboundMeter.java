package dev.sensorline.mqtt.connector;

import java.util.concurrent.atomic.LongAdder;

/** What an incoming channel has counted since the start. Written on the channel's event loop, read from any thread. */
public final class InboundMeter {

    private final LongAdder received = new LongAdder();
    private final LongAdder redelivered = new LongAdder();
    private volatile int waiting;
    private volatile int batchesInFlight;
    private volatile boolean full;

    /** Readings taken over, without those that were recognised as delivered again. */
    public long receivedCount() {
        return received.sum();
    }

    /** Messages that the broker marked as sent again (DUP). */
    public long redeliveredCount() {
        return redelivered.sum();
    }

    /** Readings that wait for their batch. */
    public int waiting() {
        return waiting;
    }

    /** Batches emitted and not yet settled. */
    public int batchesInFlight() {
        return batchesInFlight;
    }

    /** Whether as much is held as may be, so that nothing is read from the broker. */
    public boolean isFull() {
        return full;
    }

    void received() {
        received.increment();
    }

    void redelivered() {
        redelivered.increment();
    }

    void state(int waiting, int batchesInFlight, boolean full) {
        this.waiting = waiting;
        this.batchesInFlight = batchesInFlight;
        this.full = full;
    }
}
