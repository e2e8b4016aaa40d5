package dev.sensorline.connections;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

class DrainTest {

    @Test
    void work_that_has_ended_is_drained() {
        assertTrue(Drain.within(Duration.ZERO).await(Stream.of(CompletableFuture.completedFuture("done"))));
    }

    @Test
    void work_that_does_not_end_is_given_up_at_the_limit() {
        assertFalse(Drain.within(Duration.ofMillis(10)).await(Stream.of(new CompletableFuture<Void>())));
    }

    @Test
    void work_that_fails_is_not_drained() {
        assertFalse(Drain.within(Duration.ofMinutes(1))
                .await(Stream.of(CompletableFuture.failedFuture(new IllegalStateException("lost")))));
    }

    @Test
    void an_interrupt_ends_the_wait_and_stays_set() {
        Thread.currentThread().interrupt();
        assertFalse(Drain.within(Duration.ofMinutes(1)).await(Stream.of(new CompletableFuture<Void>())));
        assertTrue(Thread.interrupted());
    }
}
