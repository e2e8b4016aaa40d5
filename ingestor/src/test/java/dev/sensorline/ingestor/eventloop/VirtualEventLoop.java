package dev.sensorline.ingestor.eventloop;

import java.time.Duration;
import java.util.PriorityQueue;

/** An event loop with a virtual clock that a test advances. Everything runs on the test's thread. */
public final class VirtualEventLoop implements EventLoop {

    private record Task(long dueNanos, long number, Runnable action) implements Comparable<Task> {

        @Override
        public int compareTo(Task other) {
            return dueNanos == other.dueNanos
                    ? Long.compare(number, other.number)
                    : Long.compare(dueNanos, other.dueNanos);
        }
    }

    private final PriorityQueue<Task> tasks = new PriorityQueue<>();
    private long nowNanos = 1_000;
    private long count;

    @Override
    public void execute(Runnable task) {
        tasks.add(new Task(nowNanos, count++, task));
    }

    @Override
    public void schedule(Duration delay, Runnable task) {
        tasks.add(new Task(nowNanos + delay.toNanos(), count++, task));
    }

    @Override
    public Runnable repeat(Duration period, Runnable task) {
        boolean[] isStopped = {false};
        schedule(period, new Runnable() {

            @Override
            public void run() {
                if (!isStopped[0]) {
                    task.run();
                    schedule(period, this);
                }
            }
        });
        return () -> isStopped[0] = true;
    }

    @Override
    public long nanoTime() {
        return nowNanos;
    }

    /** Runs what is due now. */
    public void run() {
        advance(Duration.ZERO);
    }

    /** Advances the clock, and runs what becomes due, in order. */
    public void advance(Duration time) {
        long until = nowNanos + time.toNanos();
        while (!tasks.isEmpty() && tasks.peek().dueNanos <= until) {
            Task task = tasks.remove();
            nowNanos = Math.max(nowNanos, task.dueNanos);
            task.action.run();
        }
        nowNanos = until;
    }
}
