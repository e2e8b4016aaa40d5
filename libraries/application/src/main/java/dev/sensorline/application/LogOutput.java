package dev.sensorline.application;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.function.LongConsumer;

/**
 * An output stream that never blocks whoever writes to it. A thread of its own writes what has been flushed to the target, record
 * by record. While the target takes nothing, as a full pipe that nobody reads, records are queued up to a number of bytes; records
 * beyond that are dropped and counted. Records that the target fails to take are dropped and counted, too.
 * <p>
 * Thread-safe. What one thread writes until it flushes is a record, so writers take turns, as log handlers do.
 */
final class LogOutput extends OutputStream {

    private final OutputStream target;
    private final int capacity;
    private final LongConsumer onDropped;

    private final ByteArrayOutputStream record = new ByteArrayOutputStream();
    private final ArrayDeque<byte[]> queue = new ArrayDeque<>();
    /** Bytes of the queue, and of the record that is being written. */
    private int queuedBytes;

    private long dropped;
    private long reported;

    /**
     * @param capacity  the most bytes that are queued
     * @param onDropped called with a number of dropped records when the target has taken all that was queued after them; it may
     *                  write to this stream
     */
    LogOutput(OutputStream target, int capacity, LongConsumer onDropped) {
        this.target = target;
        this.capacity = capacity;
        this.onDropped = onDropped;
    }

    /** Begins to write to the target. */
    LogOutput start() {
        Thread writer = new Thread(this::run, "log");
        writer.setDaemon(true);
        writer.start();
        return this;
    }

    @Override
    public synchronized void write(int b) {
        record.write(b);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        record.write(bytes, offset, length);
    }

    /** Ends a record. */
    @Override
    public synchronized void flush() {
        if (record.size() == 0) {
            return;
        }
        if (queuedBytes + record.size() > capacity) {
            dropped++;
        } else {
            queue.add(record.toByteArray());
            queuedBytes += record.size();
            notifyAll();
        }
        record.reset();
    }

    /** Number of records that were dropped so far. */
    synchronized long dropped() {
        return dropped;
    }

    /**
     * Waits until the target has taken everything.
     *
     * @return whether it has, within the limit
     */
    synchronized boolean drain(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (queuedBytes > 0) {
            long millis = (deadline - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                return false;
            }
            wait(millis);
        }
        return true;
    }

    private void run() {
        try {
            while (true) {
                byte[] next = next();
                boolean taken = hand(next);
                long unreported = written(next, taken);
                if (unreported > 0) {
                    onDropped.accept(unreported);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized byte[] next() throws InterruptedException {
        while (queue.isEmpty()) {
            wait();
        }
        return queue.remove();
    }

    private boolean hand(byte[] bytes) {
        try {
            target.write(bytes);
            target.flush();
            return true;
        } catch (IOException e) {
            return false; // Nobody is left to read it.
        }
    }

    /** @return how many records to report as dropped: none while there is a queue, or while the target fails */
    private synchronized long written(byte[] bytes, boolean taken) {
        queuedBytes -= bytes.length;
        notifyAll();
        if (!taken) {
            dropped++;
        }
        if (!taken || queuedBytes > 0) {
            return 0;
        }
        long unreported = dropped - reported;
        reported = dropped;
        return unreported;
    }
}
