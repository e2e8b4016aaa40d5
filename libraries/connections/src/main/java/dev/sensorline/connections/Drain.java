package dev.sensorline.connections;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** Waits at shutdown for work to end, all of it within one limit. Blocks the thread that calls it. */
public final class Drain {

    private final long deadlineNanos;

    private Drain(long deadlineNanos) {
        this.deadlineNanos = deadlineNanos;
    }

    /** The limit begins now. */
    public static Drain within(Duration limit) {
        return new Drain(System.nanoTime() + limit.toNanos());
    }

    /**
     * Waits until all of these have completed, at most for what is left of the limit.
     *
     * @return whether all have completed normally; false also when the thread is interrupted, which stays interrupted
     */
    public boolean await(Stream<? extends CompletionStage<?>> work) {
        CompletableFuture<?>[] futures =
                work.map(CompletionStage::toCompletableFuture).toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(futures).get(Math.max(0, deadlineNanos - System.nanoTime()), NANOSECONDS);
            return true;
        } catch (TimeoutException | ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
