package dev.sensorline.ingestor.influxdb;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

/** Whose turn it is, and what that costs. */
class TrialQueueTest {

    /** Counts how often somebody is looked at. */
    private static final class Waiting {

        private int looks;

        @Override
        public int hashCode() {
            looks++;
            return System.identityHashCode(this);
        }

        @Override
        public boolean equals(Object other) {
            looks++;
            return this == other;
        }
    }

    private final TrialQueue<Object> queue = new TrialQueue<>();

    @Test
    void they_are_due_in_the_order_of_their_times_and_at_the_same_time_in_turn() {
        queue.put("c", 3);
        queue.put("a", 1);
        queue.put("b1", 2);
        queue.put("b2", 2);
        assertEquals(Optional.empty(), queue.poll(0));
        assertEquals(Optional.of("a"), queue.poll(2));
        assertEquals(Optional.of("b1"), queue.poll(2));
        assertEquals(Optional.of("b2"), queue.poll(2));
        assertEquals(Optional.empty(), queue.poll(2));
        assertEquals(Optional.of("c"), queue.poll(9));
    }

    @Test
    void who_gets_another_time_or_is_removed_has_the_old_time_no_longer() {
        queue.put("a", 1);
        queue.put("a", 5);
        queue.put("b", 1);
        queue.remove("b");
        assertEquals(Optional.empty(), queue.poll(4));
        assertEquals(Optional.of("a"), queue.poll(5));
        assertEquals(Optional.empty(), queue.poll(9));
    }

    @Test
    void times_of_a_clock_that_overflows_are_in_order() {
        queue.put("later", Long.MIN_VALUE + 1);
        queue.put("earlier", Long.MAX_VALUE - 1);
        assertEquals(Optional.of("earlier"), queue.poll(Long.MAX_VALUE));
        assertEquals(Optional.empty(), queue.poll(Long.MAX_VALUE));
        assertEquals(Optional.of("later"), queue.poll(Long.MIN_VALUE + 1));
    }

    @Test
    void who_is_not_due_is_not_looked_at() {
        List<Waiting> notDue = new ArrayList<>();
        for (int n = 0; n < 10_000; n++) {
            notDue.add(new Waiting());
            queue.put(notDue.get(n), 1_000 + n);
        }
        queue.put("due", 1);
        notDue.forEach(each -> each.looks = 0);
        assertEquals(Optional.of("due"), queue.poll(10));
        assertEquals(Optional.empty(), queue.poll(10));
        // HashMap may compare a few that have the same place as the one that is due.
        int looks = notDue.stream().mapToInt(each -> each.looks).sum();
        assertEquals(true, looks < 10, () -> looks + " looks");
    }
}
