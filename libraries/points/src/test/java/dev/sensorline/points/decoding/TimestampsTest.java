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

class TimestampsTest {

    private static final int REMEMBERED = 65_536;
    private static final long MILLI = 1_000_000;
    private static final long MICRO = 1_000;
    private static final long TIME = 1_700_000_000_123L * MILLI;

    private final Timestamps timestamps = new Timestamps();

    @Test
    void the_first_reading_of_a_time_gets_just_that() {
        assertEquals(TIME, place(TIME, 1));
        assertEquals(TIME + MILLI, place(TIME + MILLI, 1));
        assertEquals(TIME, timestamps.place("other", TIME, MILLI, payload(2)));
        assertEquals(0, timestamps.duplicates());
    }

    @Test
    void the_same_reading_again_gets_the_same_time_again_and_is_counted() {
        long first = place(TIME, 1);
        long second = place(TIME, 2);
        assertEquals(second, place(TIME, 2));
        assertEquals(first, place(TIME, 1));
        assertEquals(2, timestamps.duplicates());
    }

    @Test
    void different_readings_of_a_millisecond_have_different_times_within_it() {
        Set<Long> places = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            long place = place(TIME, i);
            assertTrue(place >= TIME && place < TIME + MILLI);
            places.add(place);
        }
        assertEquals(20_000, places.size());
    }

    @Test
    void a_reading_is_put_at_the_same_place_of_its_millisecond_by_every_ingestor() {
        place(TIME, 1);
        Timestamps other = new Timestamps();
        other.place("series", TIME, MILLI, payload(2));
        assertEquals(place(TIME, 3), other.place("series", TIME, MILLI, payload(3)));
    }

    @Test
    void what_is_still_remembered_is_known_and_the_oldest_is_forgotten() {
        for (int i = 0; i < REMEMBERED; i++) {
            place(TIME + i * MILLI, i);
        }
        for (int i = 0; i < REMEMBERED; i++) {
            assertEquals(TIME + i * MILLI, place(TIME + i * MILLI, i));
        }
        assertEquals(REMEMBERED, timestamps.duplicates());
        // One more takes the place of the oldest, and a different reading of that time is the first of it then.
        place(TIME + REMEMBERED * MILLI, 0);
        assertEquals(TIME, place(TIME, -1));
        // Which has taken the place of the second; the third is still there.
        assertEquals(TIME + MILLI, place(TIME + MILLI, -1));
        assertNotEquals(TIME + 4 * MILLI, place(TIME + 4 * MILLI, -1));
    }

    @Test
    void a_reading_that_is_still_remembered_is_known_when_the_first_of_its_time_is_not() {
        place(TIME, 1);
        long second = place(TIME, 2);
        for (int i = 1; i < REMEMBERED; i++) {
            place(TIME + i * MILLI, i);
        }
        assertEquals(second, place(TIME, 2));
        assertEquals(1, timestamps.duplicates());
    }

    @Test
    void goes_on_for_ever_in_the_memory_it_has() {
        Set<Long> last = new HashSet<>();
        for (int i = 0; i < 5 * REMEMBERED; i++) {
            // Ten different readings in each millisecond.
            long place = place(TIME + i / 10 * MILLI, i);
            if (i >= 4 * REMEMBERED) {
                last.add(place);
            }
        }
        assertEquals(REMEMBERED, last.size());
        assertEquals(0, timestamps.duplicates());
        for (int i = 4 * REMEMBERED + 10; i < 5 * REMEMBERED; i++) {
            assertTrue(last.contains(place(TIME + i / 10 * MILLI, i)));
        }
    }

    @Test
    void more_readings_than_a_microsecond_has_places_share_them() {
        Set<Long> places = new HashSet<>();
        for (int i = 0; i < 3_000; i++) {
            long place = timestamps.place("series", TIME, MICRO, payload(i));
            assertTrue(place >= TIME && place < TIME + MICRO);
            places.add(place);
        }
        assertEquals(1_000, places.size());
    }

    @Test
    void a_nanosecond_leaves_nothing_open() {
        assertEquals(TIME + 1, timestamps.place("series", TIME + 1, 1, payload(1)));
        assertEquals(TIME + 1, timestamps.place("series", TIME + 1, 1, payload(2)));
    }

    @ParameterizedTest
    @ValueSource(longs = { Long.MIN_VALUE, Long.MIN_VALUE + 1, Long.MAX_VALUE, Long.MAX_VALUE - 1, Long.MAX_VALUE - MILLI })
    void what_influxdb_cannot_hold_is_refused(long nanos) {
        assertThrows(ArithmeticException.class, () -> place(nanos, 1));
    }

    private long place(long nanos, int content) {
        return timestamps.place("series", nanos, MILLI, payload(content));
    }

    private static byte[] payload(int content) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(content).array();
    }
}
