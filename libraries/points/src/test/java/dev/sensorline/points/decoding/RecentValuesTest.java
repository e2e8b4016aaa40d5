package dev.sensorline.points.decoding;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.sensorline.points.Hash64;
import dev.sensorline.points.decoding.RecentValues.Found;

class RecentValuesTest {

    private final RecentValues values = new RecentValues();

    @Test
    void as_many_values_are_remembered_as_promised_and_at_most_twice_as_many() {
        for (int n = 0; n < 5 * RecentValues.REMEMBERED; n++) {
            assertEquals(Found.NOTHING, values.find(key(n), n));
            values.add(key(n), n);
            int last = n - RecentValues.REMEMBERED + 1;
            if (last >= 0) {
                assertEquals(Found.SAME_CONTENT, values.find(key(last), last));
            }
            int tooOld = n - 2 * RecentValues.REMEMBERED;
            if (tooOld >= 0) {
                assertEquals(Found.NOTHING, values.find(key(tooOld), tooOld));
            }
        }
    }

    /** Keys whose slots are the same, and at the end of the table, are told apart. */
    @Test
    void keys_of_neighbouring_slots_are_told_apart() {
        Random random = new Random(1);
        Map<Long, Long> added = new HashMap<>();
        for (int n = 0; n < 2_000; n++) {
            long key = random.nextLong() << Integer.SIZE | 2L * RecentValues.REMEMBERED - 1 - random.nextInt(8);
            long content = random.nextInt(3);
            Long known = added.get(key);
            Found expected =
                    known == null ? Found.NOTHING : known == content ? Found.SAME_CONTENT : Found.OTHER_CONTENT;
            assertEquals(expected, values.find(key, content));
            if (known == null) {
                values.add(key, content);
                added.put(key, content);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, Long.MIN_VALUE})
    void every_key_and_content_can_be_remembered(long number) {
        assertEquals(Found.NOTHING, values.find(number, number));
        values.add(number, number);
        assertEquals(Found.SAME_CONTENT, values.find(number, number));
        assertEquals(Found.OTHER_CONTENT, values.find(number, number + 1));
    }

    @Test
    void a_key_of_which_half_is_that_of_another_counts_as_the_other_with_other_content() {
        values.add(1L << 40 | 5, 7);
        assertEquals(Found.OTHER_CONTENT, values.find(1L << 40 | 1 << 20 | 5, 7));
        assertEquals(Found.NOTHING, values.find(1L << 41 | 5, 7));
    }

    private static long key(long number) {
        return Hash64.of(number, 7);
    }
}
