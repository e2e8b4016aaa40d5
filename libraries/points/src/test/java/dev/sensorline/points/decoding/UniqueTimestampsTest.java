package dev.sensorline.points.decoding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.sensorline.points.Hash64;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;

class UniqueTimestampsTest {

    private static final int CAPACITY = RecentValues.REMEMBERED;
    private static final long MILLI = 1_000_000;
    private static final long MICRO = 1_000;
    private static final long TIME = 1_700_000_000_123L * MILLI;

    private final UniqueTimestamps timestamps = new UniqueTimestamps();

    @Test
    void the_first_reading_at_a_time_gets_exactly_that_time() {
        assertEquals(TIME, assign(TIME, 1));
        assertEquals(TIME + MILLI, assign(TIME + MILLI, 1));
        assertEquals(TIME, assign(timestamps, "other", TIME, MILLI, 2));
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
        assign(other, "series", TIME, MILLI, 2);
        assertEquals(assign(TIME, 3), assign(other, "series", TIME, MILLI, 3));
    }

    @Test
    void the_oldest_readings_are_forgotten_first() {
        for (int i = 0; i < 2 * CAPACITY; i++) {
            assertEquals(TIME + i * MILLI, assign(TIME + i * MILLI, i));
        }
        for (int i = CAPACITY; i < 2 * CAPACITY; i++) {
            assertEquals(TIME + i * MILLI, assign(TIME + i * MILLI, i));
            assertNotEquals(TIME + i * MILLI, assign(TIME + i * MILLI, -1));
        }
        assertEquals(CAPACITY, timestamps.duplicates());
        // The different readings at those times have replaced the earlier half, so another one gets exactly that time.
        assertEquals(TIME, assign(TIME, -1));
    }

    @Test
    void a_redelivered_reading_is_recognised_after_the_first_reading_at_its_time_was_forgotten() {
        for (int i = 1; i < CAPACITY; i++) {
            assign(TIME + i * MILLI, i);
        }
        assign(TIME, 1);
        long second = assign(TIME, 2);
        for (int i = 1; i <= CAPACITY; i++) {
            assign(TIME + (CAPACITY + i) * MILLI, i);
        }
        assertEquals(second, assign(TIME, 2));
        assertEquals(1, timestamps.duplicates());
        assertEquals(TIME, assign(TIME, 3), "the first was forgotten");
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
            long time = assign(timestamps, "series", TIME, MICRO, i);
            assertTrue(time >= TIME && time < TIME + MICRO);
            times.add(time);
        }
        assertEquals(1_000, times.size());
    }

    @Test
    void a_time_with_a_precision_of_one_nanosecond_is_kept() {
        assertEquals(TIME + 1, assign(timestamps, "series", TIME + 1, 1, 1));
        assertEquals(TIME + 1, assign(timestamps, "series", TIME + 1, 1, 2));
    }

    @ParameterizedTest
    @ValueSource(
            longs = {Long.MIN_VALUE, Long.MIN_VALUE + 1, Long.MAX_VALUE, Long.MAX_VALUE - 1, Long.MAX_VALUE - MILLI})
    void a_time_outside_the_range_of_influxdb_is_rejected(long nanos) {
        assertThrows(ArithmeticException.class, () -> assign(nanos, 1));
    }

    @ParameterizedTest
    @ValueSource(
            longs = {Long.MIN_VALUE, Long.MIN_VALUE + 1, Long.MAX_VALUE, Long.MAX_VALUE - 1, Long.MAX_VALUE - MILLI})
    void a_time_outside_the_range_of_influxdb_is_not_spread(long nanos) {
        assertThrows(ArithmeticException.class, () -> UniqueTimestamps.spread(nanos, MILLI, 1));
    }

    @Test
    void series_whose_texts_have_the_same_hash_code_do_not_share_times() {
        for (String[] pair : new String[][] {{"Aa", "BB"}, {"AaAa", "BBBB"}, {"AaBB", "BBAa"}}) {
            assertEquals(pair[0].hashCode(), pair[1].hashCode());
            assertEquals(TIME, assign(timestamps, pair[0], TIME, MILLI, 1));
            assertEquals(TIME, assign(timestamps, pair[1], TIME, MILLI, 2));
        }
        assertEquals(0, timestamps.duplicates());
    }

    @Test
    void readings_with_different_fields_stay_at_the_same_time_and_one_with_a_field_of_both_gets_its_own() {
        long[] temp = {1};
        long[] hum = {2};
        long[] both = {1, 2};
        assertEquals(TIME, timestamps.assign(temp, 1, TIME, MILLI, 10));
        assertEquals(TIME, timestamps.assign(hum, 1, TIME, MILLI, 20));
        assertNotEquals(TIME, timestamps.assign(both, 2, TIME, MILLI, 30));
        assertNotEquals(TIME, timestamps.assign(hum, 1, TIME, MILLI, 40));
        assertEquals(TIME, timestamps.assign(hum, 1, TIME, MILLI, 20));
        assertEquals(1, timestamps.duplicates());
    }

    /** What a sensor sends: which of four fields, at which of a few times, and what it says. */
    record Sent(int series, int fields, int millis, int content) {

        long[] columns() {
            return IntStream.range(0, 4)
                    .filter(field -> (fields >> field & 1) != 0)
                    .mapToLong(field -> Hash64.of(Hash64.of("s" + series), field))
                    .toArray();
        }

        long contentHash() {
            return Hash64.of("%d %d".formatted(fields, content));
        }

        long time() {
            return TIME + millis * MILLI;
        }
    }

    @Provide
    Arbitrary<List<Sent>> readings() {
        return Combinators.combine(
                        Arbitraries.integers().between(1, 3),
                        Arbitraries.integers().between(1, 15),
                        Arbitraries.integers().between(0, 2),
                        Arbitraries.integers().between(0, 9))
                .as(Sent::new)
                .list()
                .ofMaxSize(300);
    }

    @Property
    void no_value_is_overwritten_a_redelivered_reading_keeps_its_time_and_the_first_one_is_exact(
            @ForAll("readings") List<Sent> readings) {
        UniqueTimestamps fresh = new UniqueTimestamps();
        Map<List<Long>, Sent> stored = new HashMap<>();
        Map<Sent, Long> times = new HashMap<>();
        for (Sent sent : readings) {
            long[] columns = sent.columns();
            boolean isFirst = LongStream.of(columns)
                    .allMatch(column -> Objects.equals(stored.getOrDefault(List.of(column, sent.time()), sent), sent));
            long time = fresh.assign(columns, columns.length, sent.time(), MILLI, sent.contentHash());
            assertTrue(time >= sent.time() && time < sent.time() + MILLI);
            assertEquals(times.computeIfAbsent(sent, first -> time), time, "delivered again");
            assertTrue(!isFirst || time == sent.time(), "the first is exact");
            for (long column : columns) {
                assertEquals(sent, stored.computeIfAbsent(List.of(column, time), place -> sent), "overwritten");
            }
        }
        assertEquals(readings.size() - times.size(), fresh.duplicates());
    }

    @Property
    void a_spread_time_is_within_the_precision_and_depends_on_the_content_alone(
            @ForAll byte[] payload,
            @ForAll @LongRange(min = 0, max = 4_000_000_000_000_000_000L) long nanos,
            @ForAll("precisions") long precision) {
        long time = UniqueTimestamps.spread(nanos, precision, Hash64.of(payload));
        assertTrue(time >= nanos && time < nanos + precision);
        assertEquals(time, UniqueTimestamps.spread(nanos, precision, Hash64.of(payload.clone())));
    }

    @Provide
    Arbitrary<Long> precisions() {
        return Arbitraries.of(1L, MICRO, MILLI);
    }

    @Test
    void spread_times_of_different_contents_are_spread_evenly() {
        int[] readings = new int[100];
        for (int i = 0; i < 100_000; i++) {
            readings[(int) ((UniqueTimestamps.spread(TIME, MILLI, Hash64.of(payload(i))) - TIME) / (MILLI / 100))]++;
        }
        for (int count : readings) {
            assertTrue(count > 800 && count < 1_200, "of 1,000 expected: " + count);
        }
    }

    private long assign(long nanos, int content) {
        return assign(timestamps, "series", nanos, MILLI, content);
    }

    private static long assign(UniqueTimestamps timestamps, String series, long nanos, long precision, int content) {
        return timestamps.assign(new long[] {Hash64.of(series)}, 1, nanos, precision, Hash64.of(payload(content)));
    }

    private static byte[] payload(int content) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(content).array();
    }
}
