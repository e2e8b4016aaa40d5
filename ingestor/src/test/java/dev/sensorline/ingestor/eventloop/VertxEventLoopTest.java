package dev.sensorline.ingestor.eventloop;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.vertx.core.Vertx;

class VertxEventLoopTest {

    private final Vertx vertx = Vertx.vertx();
    private final EventLoop loop = new VertxEventLoop(vertx);

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void tasks_and_timers_run_on_one_thread_also_when_others_set_them() {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        AtomicInteger runs = new AtomicInteger();
        Runnable task = () -> {
            threads.add(Thread.currentThread());
            runs.incrementAndGet();
        };
        loop.execute(task);
        loop.schedule(Duration.ofNanos(1), task);
        loop.execute(() -> loop.schedule(Duration.ZERO, task));
        Runnable stop = loop.repeat(Duration.ofMillis(1), task);
        await().until(() -> runs.get() >= 10);
        stop.run();
        assertEquals(1, threads.size(), threads::toString);
    }

    @Test
    void a_repetition_that_is_stopped_before_its_first_run_never_runs() {
        AtomicInteger runs = new AtomicInteger();
        CompletableFuture<Void> later = new CompletableFuture<>();
        // On the loop, so that its timer cannot fire in between.
        loop.execute(
                () -> loop.repeat(Duration.ofMillis(1), runs::incrementAndGet).run());
        loop.schedule(Duration.ofMillis(20), () -> later.complete(null));
        later.join();
        assertEquals(0, runs.get());
    }

    @Test
    void a_task_is_never_early() {
        long start = loop.nanoTime();
        CompletableFuture<Long> ran = new CompletableFuture<>();
        Duration delay = Duration.ofNanos(1_500_001);
        loop.schedule(delay, () -> ran.complete(loop.nanoTime()));
        assertTrue(ran.join() - start >= delay.toNanos());
    }
}
