package dev.sensorline.simulator;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/** Time that passes when a test says so. */
final class VirtualTickTimer implements TickTimer {

    private record Timer(long dueNanos, Runnable action) {}

    private final PriorityQueue<Timer> timers = new PriorityQueue<>(Comparator.comparingLong(Timer::dueNanos));
    private final Queue<Runnable> actions = new ArrayDeque<>();
    private boolean isRunning;
    private long nanos;

    @Override
    public void execute(Runnable action) {
        actions.add(action);
        if (!isRunning) {
            isRunning = true;
            while (!actions.isEmpty()) {
                actions.remove().run();
            }
            isRunning = false;
        }
    }

    @Override
    public Runnable schedule(long delayMillis, Runnable action) {
        Timer timer = new Timer(nanos + TimeUnit.MILLISECONDS.toNanos(delayMillis), action);
        timers.add(timer);
        return () -> timers.remove(timer);
    }

    @Override
    public long nanoTime() {
        return nanos;
    }

    @Override
    public long epochMillis() {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    /** The process runs, and each timer fires when it is due. */
    void pass(Duration duration) {
        long end = nanos + duration.toNanos();
        while (!timers.isEmpty() && timers.peek().dueNanos() <= end) {
            Timer timer = timers.remove();
            nanos = Math.max(nanos, timer.dueNanos());
            execute(timer.action());
        }
        nanos = end;
    }

    /** The process does not run. */
    void standStill(Duration duration) {
        nanos += duration.toNanos();
    }
}
