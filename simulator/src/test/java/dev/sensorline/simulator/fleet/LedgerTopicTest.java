package dev.sensorline.simulator.fleet;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;

/** Parts of a ledger on their way to a broker that takes them over when the test says so. */
class LedgerTopicTest {

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final int MEBIBYTE = 1 << 20;
    private static final int ROOM = 16;

    private final List<CompletableFuture<Void>> onTheirWay = new ArrayList<>();
    private final AtomicBoolean isStopped = new AtomicBoolean();

    private LedgerTopic topic(Duration longestWait) {
        return new LedgerTopic(
                part -> {
                    CompletableFuture<Void> taken = new CompletableFuture<>();
                    onTheirWay.add(taken);
                    return taken;
                },
                () -> isStopped.set(true),
                longestWait);
    }

    private LedgerTopic full(Duration longestWait) throws IOException {
        LedgerTopic topic = topic(longestWait);
        for (int i = 0; i < ROOM; i++) {
            topic.accept(new byte[MEBIBYTE]);
        }
        return topic;
    }

    @Test
    void parts_of_16_mib_are_on_their_way_and_more_wait_for_the_broker() throws Exception {
        LedgerTopic topic = full(LONG);
        Thread ledger = new Thread(() -> {
            try {
                topic.accept(new byte[1]);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        ledger.start();
        await().until(() -> ledger.getState() == Thread.State.TIMED_WAITING);
        assertEquals(ROOM, onTheirWay.size());
        onTheirWay.get(0).complete(null);
        ledger.join();
        assertEquals(ROOM + 1, onTheirWay.size());
    }

    @Test
    void a_broker_that_takes_nothing_over_for_too_long_is_a_failure() throws IOException {
        LedgerTopic topic = full(Duration.ZERO);
        assertEquals(
                "the broker has not taken over 16384 KiB of it for 0 s",
                assertThrows(IOException.class, () -> topic.accept(new byte[1])).getMessage());
    }

    @Test
    void a_part_that_the_broker_refuses_is_a_failure_of_the_next_one() throws IOException {
        LedgerTopic topic = topic(LONG);
        topic.accept(new byte[1]);
        onTheirWay.get(0).completeExceptionally(new IllegalStateException("not authorized"));
        assertEquals(
                "not authorized",
                assertThrows(IOException.class, () -> topic.accept(new byte[1])).getMessage());
    }

    @Test
    void whoever_waits_for_the_broker_gives_up_with_the_run() throws Exception {
        LedgerTopic topic = full(LONG);
        CompletableFuture<String> reason = CompletableFuture.supplyAsync(() ->
                assertThrows(IOException.class, () -> topic.accept(new byte[1])).getMessage());
        topic.giveUp();
        assertEquals("the run has ended before the broker has taken it over", reason.get());
    }

    @Test
    void the_end_waits_for_what_is_on_its_way() throws Exception {
        LedgerTopic topic = topic(LONG);
        topic.accept(new byte[1]);
        Thread closing = new Thread(() -> {
            try {
                topic.close();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        closing.start();
        await().until(() -> closing.getState() == Thread.State.TIMED_WAITING);
        assertFalse(isStopped.get());
        onTheirWay.get(0).complete(null);
        closing.join();
        assertTrue(isStopped.get());
    }
}
