package dev.sensorline.ingestor.eventloop;

import java.time.Duration;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;

/** One of Vert.x's event loops. Each instance has a context of its own, and so a loop that is not the broker connection's. */
public final class VertxEventLoop implements EventLoop {

    private final Vertx vertx;
    private final Context context;

    public VertxEventLoop(Vertx vertx) {
        this.vertx = vertx;
        // Vert.x has no public way to a context other than to deploy a verticle.
        this.context = ((VertxInternal) vertx).createEventLoopContext();
    }

    @Override
    public void execute(Runnable task) {
        context.runOnContext(ignored -> task.run());
    }

    @Override
    public void schedule(Duration delay, Runnable task) {
        // A timer fires on the context that sets it.
        context.runOnContext(ignored -> vertx.setTimer(wholeMillis(delay), timer -> task.run()));
    }

    @Override
    public Runnable repeat(Duration period, Runnable task) {
        Repetition repetition = new Repetition(task);
        context.runOnContext(ignored -> vertx.setPeriodic(wholeMillis(period), repetition::run));
        return repetition::stop;
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    /** Rounded up: Vert.x counts in milliseconds, of which there must be one. */
    private static long wholeMillis(Duration duration) {
        return Math.max(1, duration.plusNanos(999_999).toMillis());
    }

    /** Stopped from any thread, also before its timer has been set. */
    private final class Repetition {

        private final Runnable task;
        private volatile boolean isStopped;

        Repetition(Runnable task) {
            this.task = task;
        }

        void run(long timer) {
            if (isStopped) {
                vertx.cancelTimer(timer);
            } else {
                task.run();
            }
        }

        void stop() {
            isStopped = true;
        }
    }
}
