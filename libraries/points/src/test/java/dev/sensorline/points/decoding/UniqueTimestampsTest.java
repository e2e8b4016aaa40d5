package dev.sensorline.points.decoding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UniqueTimestampsTest {

    private static final int CAPACITY = 65_536;
    private static final long MILLI = 1_000_000;
    private static final long MICRO = 1_000;
    private static final long TIME = 1_700_000_000_123L * MILLI;

    private final UniqueTimestamps timestamps = new UniqueTimestamps();

    @Test
    void the_first_reading_at_a_time_gets_exactly_that_time() {
        assertEquals(TIME, assign(TIME, 1));
        assertEquals(TIME + MILLI, assign(TIME + MILLI, 1));
        assertEquals(TIME, timestamps.assign("other", TIME, MILLI, payload(2)));
        assertEquals(0, timestamps.duplicates());
    }

    @Test
    void a_redelivered_reading_gets_the_same_time_and_is_counted() {
        long first = assign(TIME, 1);
        long second = assign(TIME, 2);
        assertEquals(second, assign(TIME, 2));
        assertEquals(first, assign(TIME, 1));
        assertEquals(2, timestamps.duplicates());
    }

    @Test
    void different_readings_with_the_same_millisecond_get_different_times_within_it() {
        Set<Long> times = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            long time = assign(TIME, i);
            assertTrue(time >= TIME && time < TIME + MILLI);
            times.add(time);
        }
        assertEquals(20_000, times.size());
    }

    @Test
    void every_ingestor_assigns_the_same_time_within_the_millisecond() {
        assign(TIME, 1);
        UniqueTimestamps other = new UniqueTimestamps();
        other.assign("series", TIME, MILLI, payload(2));
        assertEquals(assign(TIME, 3), other.assign("series", TIME, MILLI, payload(3)));
    }

    @Test
    void the_oldest_reading_is_forgotten_first() {
        for (int i = 0; i < CAPACITY; i++) {
            assign(TIME + i * MILLI, i);
        }
        for (int i = 0; i < CAPACITY; i++) {
            assertEquals(TIME + i * MILLI, assign(TIME + i * MILLI, i));
        }
        assertEquals(CAPACITY, timestamps.duplicates());
        // One more reading replaces the oldest, so a different reading at that time gets exactly that time.
        assign(TIME + CAPACITY * MILLI, 0);
        assertEquals(TIME, assign(TIME, -1));
        // That reading has replaced the second. The fifth is still remembered.
        assertEquals(TIME + MILLI, assign(TIME + MILLI, -1));
        assertNotEquals(TIME + 4 * MILLI, assign(TIME + 4 * MILLI, -1));
    }

    @Test
    void a_redelivered_reading_is_recognised_after_the_first_reading_at_its_time_was_forgotten() {
        assign(TIME, 1);
        long second = assign(TIME, 2);
        for (int i = 1; i < CAPACITY; i++) {
            assign(TIME + i * MILLI, i);
        }
        assertEquals(second, assign(TIME, 2));
        assertEquals(1, timestamps.duplicates());
    }

    @Test
    void times_stay_unique_with_bounded_memory() {
        Set<Long> last = new HashSet<>();
        for (int i = 0; i < 5 * CAPACITY; i++) {
            // Ten different readings in each millisecond.
            long time = assign(TIME + i / 10 * MILLI, i);
            if (i >= 4 * CAPACITY) {
                last.add(time);
            }
        }
        assertEquals(CAPACITY, last.size());
        assertEquals(0, timestamps.duplicates());
        for (int i = 4 * CAPACITY + 10; i < 5 * CAPACITY; i++) {
            assertTrue(last.contains(assign(TIME + i / 10 * MILLI, i)));
        }
    }

    @Test
    void more_readings_than_nanoseconds_in_the_precision_share_times() {
        Set<Long> times = new HashSet<>();
        for (int i = 0; i < 3_000; i++) {
            long time = timestamps.assign("series", TIME, MICRO, payload(i));
            assertTrue(time >= TIME && time < TIME + MICRO);
            times.add(time);
        }
        assertEquals(1_000, times.size());
    }

    @Test
    void a_time_with_a_precision_of_one_nanosecond_is_kept() {
        assertEquals(TIME + 1, timestamps.assign("series", TIME + 1, 1, payload(1)));
        assertEquals(TIME + 1, timestamps.assign("series", TIME + 1, 1, payload(2)));
    }

    @ParameterizedTest
    @ValueSource(
            longs = {Long.MIN_VALUE, Long.MIN_VALUE + 1, Long.MAX_VALUE, Long.MAX_VALUE - 1, Long.MAX_VALUE - MILLI})
    void a_time_outside_the_range_of_influxdb_is_rejected(long nanos) {
        assertThrows(ArithmeticException.class, () -> assign(nanos, 1));
    }

    private long assign(long nanos, int content) {
        return timestamps.assign("series", nanos, MILLI, payload(content));
    }

    private static byte[] payload(int content) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(content).array();
    }
}
