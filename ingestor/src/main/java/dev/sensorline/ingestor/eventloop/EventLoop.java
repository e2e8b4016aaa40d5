package dev.sensorline.ingestor.eventloop;

import java.time.Duration;

/**
 * One thread with its timers, which owns the state of whatever runs on it: an event loop of Vert.x, or a virtual clock in tests.
 * Tasks must not block. The methods may be called from any thread.
 */
public interface EventLoop {

    /** Runs a task later on the loop, also when it is called from there. */
    void execute(Runnable task);

    /** Runs a task on the loop once, no sooner than after the delay. */
    void schedule(Duration delay, Runnable task);

    /**
     * Runs a task on the loop again and again, for the first time after one period.
     *
     * @return stops it
     */
    Runnable repeat(Duration period, Runnable task);

    /** The time in nanoseconds, which means something only as a difference: see {@link System#nanoTime}. */
    long nanoTime();
}
