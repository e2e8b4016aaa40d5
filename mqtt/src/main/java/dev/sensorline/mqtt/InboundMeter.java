package dev.sensorline.mqtt;

import java.util.concurrent.atomic.LongAdder;

/** What an incoming channel has counted since the start. Written on the channel's event loop, read from any thread. */
public final class InboundMeter {

    private final LongAdder received = new LongAdder();
    private final LongAdder redelivered = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private volatile int waiting;
    private volatile int batchesInFlight;

    /** Readings taken over, without those that were recognised as delivered again. */
    public long receivedCount() {
        return received.sum();
    }

    /** Messages that the broker marked as sent again (DUP). */
    public long redeliveredCount() {
        return redelivered.sum();
    }

    /** QoS 0 readings dropped because the buffer was full. */
    public long droppedCount() {
        return dropped.sum();
    }

    /** Readings that wait for their batch. */
    public int waiting() {
        return waiting;
    }

    /** Batches emitted and not yet settled. */
    public int batchesInFlight() {
        return batchesInFlight;
    }

    void received() {
        received.increment();
    }

    void redelivered() {
        redelivered.increment();
    }

    void dropped() {
        dropped.increment();
    }

    void waiting(int readings) {
        waiting = readings;
    }

    void inFlight(int batches) {
        batchesInFlight = batches;
    }
}
