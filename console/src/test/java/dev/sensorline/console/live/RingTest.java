package dev.sensorline.console.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

class RingTest {

    private static final long START = 1_800_000_000_000L;

    private final Budget budget = new Budget(100);
    private final Ring ring = new Ring(20, budget);

    private void fill(int from, int to) {
        for (int i = from; i < to; i++) {
            ring.add(START + i, i, i);
        }
    }

    private List<String> sorted(long earliest) {
        List<String> seen = new ArrayList<>();
        ring.visitSorted(earliest, (millis, value) -> seen.add(millis - START + "=" + (int) value));
        return seen;
    }

    private List<String> since(int frame) {
        List<String> seen = new ArrayList<>();
        ring.visitSince(frame, (millis, value) -> seen.add(millis - START + "=" + (int) value));
        return seen;
    }

    @Test
    void it_holds_as_many_readings_as_its_bound_and_the_oldest_makes_way() {
        fill(0, 50);
        assertEquals(20, ring.size());
        assertEquals("30=30", sorted(0).get(0));
        assertEquals("49=49", sorted(0).get(19));
        assertEquals(START + 30, ring.displacedMillis());
    }

    @Test
    void it_takes_from_the_budget_what_it_needs_and_gives_it_back() {
        fill(0, 8);
        assertEquals(92, budget.free());
        fill(8, 9);
        assertEquals(84, budget.free());
        fill(9, 50);
        assertEquals(80, budget.free());
        ring.release();
        assertEquals(100, budget.free());
        assertEquals(0, ring.size());
    }

    @Test
    void without_a_budget_the_oldest_makes_way_sooner() {
        Ring small = new Ring(20, new Budget(10));
        for (int i = 0; i < 30; i++) {
            small.add(START + i, i, i);
        }
        assertEquals(10, small.size());
        Ring none = new Ring(20, new Budget(0));
        none.add(START, 1, 1);
        assertEquals(0, none.size());
    }

    @Test
    void readings_after_a_frame_are_told_in_the_order_of_their_arrival() {
        fill(0, 30);
        assertEquals(List.of("28=28", "29=29"), since(27));
        assertEquals(2, ring.countSince(27));
        assertEquals(List.of(), since(29));
        assertEquals(20, since(-1).size());
    }

    @Test
    void readings_that_made_way_are_known_to_be_lost() {
        fill(0, 20);
        assertFalse(ring.hasLostSince(-1));
        fill(20, 21);
        assertTrue(ring.hasLostSince(-1));
        assertFalse(ring.hasLostSince(0));
    }

    @Test
    void a_curve_is_in_the_order_of_times_whatever_the_order_of_arrival() {
        ring.add(START + 5, 1, 1);
        ring.add(START + 1, 2, 1);
        ring.add(START - 3, 3, 2);
        ring.add(START + 5, 4, 3);
        assertEquals(List.of("-3=3", "1=2", "5=1", "5=4"), sorted(0));
        assertEquals(List.of("5=1", "5=4"), sorted(START + 2));
    }

    @Test
    void times_are_exact_over_years() {
        ring.add(START, 1, 1);
        long later = START + 400L * 24 * 3_600_000;
        ring.expire(later - 1_000);
        ring.add(later, 2, 2);
        ring.add(later + 1, 3, 3);
        List<Long> times = new ArrayList<>();
        ring.visitSorted(later - 1_000, (millis, value) -> times.add(millis));
        assertEquals(List.of(later, later + 1), times);
    }

    @Test
    void expired_readings_leave_no_gap_that_is_displaced() {
        fill(0, 10);
        ring.expire(START + 5);
        assertEquals(5, ring.size());
        assertEquals(Long.MIN_VALUE, ring.displacedMillis());
    }

    @Test
    void statistics_are_those_of_the_readings_since_a_time() {
        fill(0, 10);
        assertEquals(new Statistics(5, 5, 7, 9), ring.statistics(START + 5));
        assertEquals(Statistics.NONE, ring.statistics(START + 10));
        ring.add(START + 20, Double.MAX_VALUE, 20);
        ring.add(START + 21, Double.MAX_VALUE, 20);
        assertEquals(Double.MAX_VALUE, ring.statistics(START + 20).mean());
    }
}
