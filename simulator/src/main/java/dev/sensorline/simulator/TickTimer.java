package dev.sensorline.simulator;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;

/** What a sensor's clock needs: a thread of its own, and time. Tests replace it to move time themselves. */
interface TickTimer {

    /** Runs an action on the thread. May be called from any thread. */
    void execute(Runnable action);

    /**
     * Runs an action on the thread after a delay, which must be called there.
     *
     * @param delayMillis at least 1
     * @return cancels the timer
     */
    Runnable schedule(long delayMillis, Runnable action);

    /** A clock for time differences, in nanoseconds. */
    long nanoTime();

    /** The wall clock, in milliseconds since 1970-01-01T00:00Z. */
    long epochMillis();

    /**
     * An event loop with Vert.x timers. The Quarkus scheduler checks its jobs once a second, which is too coarse for periods of
     * milliseconds.
     */
    static TickTimer of(Vertx vertx) {
        Context context = ((VertxInternal) vertx).createEventLoopContext();
        return new TickTimer() {

            @Override
            public void execute(Runnable action) {
                context.runOnContext(ignored -> action.run());
            }

            @Override
            public Runnable schedule(long delayMillis, Runnable action) {
                long timer = vertx.setTimer(delayMillis, ignored -> action.run());
                return () -> vertx.cancelTimer(timer);
            }

            @Override
            public long nanoTime() {
                return System.nanoTime();
            }

            @Override
            public long epochMillis() {
                return System.currentTimeMillis();
            }
        };
    }
}
