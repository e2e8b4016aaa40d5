package dev.sensorline.console.loop;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

import io.smallrye.mutiny.Uni;

/**
 * The thread that owns the sensors in memory, their watch and the streams: whoever reads or changes any of them does it here, so
 * that none of them needs a lock. Its tasks are short and never block. Thread-safe.
 */
@Singleton
public final class LiveLoop implements Executor {

    private static final Logger LOG = Logger.getLogger(LiveLoop.class);

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread live = new Thread(task, "live");
        live.setDaemon(true);
        return live;
    });

    /** Runs a task as soon as those before it have ended. A task that throws is a defect, and is logged. */
    @Override
    public void execute(Runnable task) {
        thread.execute(() -> guarded(task));
    }

    /** Runs a task again and again; what was missed is not made up for. */
    @SuppressWarnings("FutureReturnValueIgnored") // It ends with the loop.
    public void repeat(Duration interval, Runnable task) {
        thread.scheduleWithFixedDelay(
                () -> guarded(task), interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What a task on this thread returns. */
    public <T> Uni<T> ask(Callable<T> task) {
        return Uni.createFrom()
                .<T>emitter(answer -> thread.execute(() -> {
                    try {
                        answer.complete(task.call());
                    } catch (Exception e) {
                        answer.fail(e);
                    }
                }));
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error("A task of live sensors has failed", e);
        }
    }

    @PreDestroy
    void stop() {
        thread.shutdownNow();
    }
}
