package dev.sensorline.console.inbound;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.sensorline.points.Reading;

/**
 * What waits for the live thread: batches of messages in the order of their arrival. Where there are too many, the oldest are
 * dropped and counted, because the newest are what is live. Thread-safe.
 */
public final class Inbox {

    private final Executor loop;
    private final Consumer<List<Reading>> intake;
    private final int mostMessages;
    private final long mostBytes;
    private final LongAdder dropped = new LongAdder();

    // Guarded by this.
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private int messages;
    private long bytes;
    private boolean isScheduled;

    /** A batch, or a task between batches, which is never dropped. */
    private static final class Waiting {

        private final List<Reading> batch;
        private final long bytes;
        private final @Nullable Runnable task;

        Waiting(List<Reading> batch, long bytes, @Nullable Runnable task) {
            this.batch = batch;
            this.bytes = bytes;
            this.task = task;
        }
    }

    /**
     * @param loop   runs tasks on the live thread
     * @param intake takes batches over, there
     */
    public Inbox(Executor loop, Consumer<List<Reading>> intake, int mostMessages, long mostBytes) {
        this.loop = loop;
        this.intake = intake;
        this.mostMessages = mostMessages;
        this.mostBytes = mostBytes;
    }

    /** Adds what has arrived together. */
    void add(List<Reading> batch) {
        long size = batch.stream().mapToLong(Inbox::bytes).sum();
        add(new Waiting(batch, size, null));
    }

    /** Runs a task on the live thread, after all that has arrived before. */
    public void between(Runnable task) {
        add(new Waiting(List.of(), 0, task));
    }

    static int bytes(Reading reading) {
        return reading.topic().length() + reading.size();
    }

    private void add(Waiting added) {
        synchronized (this) {
            waiting.addLast(added);
            messages += added.batch.size();
            bytes += added.bytes;
            while ((messages > mostMessages || bytes > mostBytes) && dropOldest()) {
                // Until there is room.
            }
            if (isScheduled) {
                return;
            }
            isScheduled = true;
        }
        loop.execute(this::takeNext);
    }

    /** The one that was added last stays, however large it is. */
    private boolean dropOldest() {
        for (Waiting oldest : waiting) {
            if (oldest.task == null && oldest != waiting.peekLast()) {
                waiting.remove(oldest);
                messages -= oldest.batch.size();
                bytes -= oldest.bytes;
                dropped.add(oldest.batch.size());
                return true;
            }
        }
        return false;
    }

    /** One at a time, so that others have their turn on the live thread. */
    private void takeNext() {
        Waiting next;
        synchronized (this) {
            next = waiting.removeFirst();
            messages -= next.batch.size();
            bytes -= next.bytes;
        }
        try {
            if (next.task == null) {
                intake.accept(next.batch);
            } else {
                next.task.run();
            }
        } finally {
            boolean isMore;
            synchronized (this) {
                isMore = !waiting.isEmpty();
                isScheduled = isMore;
            }
            if (isMore) {
                loop.execute(this::takeNext);
            }
        }
    }

    /** The number of messages so far that were dropped. */
    public long dropped() {
        return dropped.sum();
    }

    /** The number of messages that wait. */
    public synchronized int waiting() {
        return messages;
    }
}
