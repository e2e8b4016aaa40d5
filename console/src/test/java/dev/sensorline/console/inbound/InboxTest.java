package dev.sensorline.console.inbound;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;

import org.junit.jupiter.api.Test;

import dev.sensorline.points.Reading;

class InboxTest {

    private final Queue<Runnable> loop = new ArrayDeque<>();
    private final List<String> taken = new ArrayList<>();
    private final Inbox inbox =
            new Inbox(loop::add, batch -> taken.add(batch.get(0).topic() + "×" + batch.size()), 100, 10_000);

    private static List<Reading> batch(String topic, int size, int bytes) {
        return Collections.nCopies(size, new Reading(topic, new byte[bytes], bytes, 0));
    }

    private void runAll() {
        while (!loop.isEmpty()) {
            loop.remove().run();
        }
    }

    @Test
    void batches_are_taken_in_order_one_in_a_task() {
        inbox.add(batch("a", 10, 1));
        inbox.add(batch("b", 20, 1));
        assertEquals(30, inbox.waiting());
        loop.remove().run();
        assertEquals(List.of("a×10"), taken);
        runAll();
        assertEquals(List.of("a×10", "b×20"), taken);
        assertEquals(0, inbox.waiting());
    }

    @Test
    void the_oldest_are_dropped_and_counted_when_there_are_too_many() {
        inbox.add(batch("a", 60, 1));
        inbox.add(batch("b", 30, 1));
        inbox.add(batch("c", 30, 1));
        runAll();
        assertEquals(List.of("b×30", "c×30"), taken);
        assertEquals(60, inbox.dropped());
    }

    @Test
    void the_oldest_are_dropped_when_they_are_too_long() {
        inbox.add(batch("a", 1, 6_000));
        inbox.add(batch("b", 1, 6_000));
        runAll();
        assertEquals(List.of("b×1"), taken);
    }

    @Test
    void a_batch_that_is_larger_than_all_others_may_be_is_taken_alone() {
        inbox.add(batch("a", 500, 1));
        runAll();
        assertEquals(List.of("a×500"), taken);
        assertEquals(0, inbox.dropped());
    }

    @Test
    void a_task_runs_after_what_arrived_before_it_and_is_never_dropped() {
        inbox.add(batch("a", 60, 1));
        inbox.between(() -> taken.add("task"));
        inbox.add(batch("b", 60, 1));
        inbox.add(batch("c", 60, 1));
        runAll();
        assertEquals(List.of("task", "c×60"), taken);
        assertEquals(120, inbox.dropped());
    }

    @Test
    void what_arrives_later_is_taken_after_a_pause() {
        inbox.add(batch("a", 1, 1));
        runAll();
        inbox.add(batch("b", 1, 1));
        runAll();
        assertEquals(List.of("a×1", "b×1"), taken);
    }
}
