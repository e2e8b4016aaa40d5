package dev.sensorline.points.decoding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class BoundedCacheTest {

    private static final int SLOTS = 16;
    private static final int MOST_BYTES = 1_000;

    private static final class Sized implements BoundedCache.Entry {

        private int bytes;

        Sized(int bytes) {
            this.bytes = bytes;
        }

        @Override
        public int bytes() {
            return bytes;
        }
    }

    private final BoundedCache<Sized> cache = new BoundedCache<>(SLOTS, MOST_BYTES);

    @Test
    void an_entry_is_found_by_its_hash() {
        Sized entry = new Sized(1);
        assertNull(cache.get(7));
        cache.put(7, entry);
        assertSame(entry, cache.get(7));
        assertNull(cache.get(8));
        assertNull(cache.get(7 + SLOTS), "another hash of the same slot");
    }

    @Test
    void one_of_eight_new_entries_replaces_the_one_in_its_slot() {
        cache.put(7, new Sized(1));
        for (int i = 1; i < 8; i++) {
            assertFalse(cache.takes(7));
        }
        assertTrue(cache.takes(7));
        assertTrue(cache.takes(8), "the slot is free");
    }

    @Test
    void when_the_bytes_are_used_up_others_make_room_and_new_entries_are_kept() {
        for (int hash = 0; hash < SLOTS; hash++) {
            cache.put(hash, new Sized(300));
        }
        assertEquals(3, kept());
        assertEquals(300, Objects.requireNonNull(cache.get(SLOTS - 1)).bytes());
    }

    @Test
    void an_entry_that_is_larger_than_all_bytes_is_not_kept_and_harms_nothing() {
        cache.put(3, new Sized(MOST_BYTES + 1));
        assertEquals(0, kept());
        cache.put(3, new Sized(MOST_BYTES));
        assertEquals(1, kept());
    }

    /** @param puts of each a slot, and the size of the entry; every third one grows then */
    @Property
    void the_entries_never_have_more_than_all_bytes(
            @ForAll @Size(max = 200) List<@IntRange(min = 1, max = 1_200) Integer> puts) {
        BoundedCache<Sized> fresh = new BoundedCache<>(SLOTS, MOST_BYTES);
        for (int i = 0; i < puts.size(); i++) {
            int hash = puts.get(i) * 31;
            Sized entry = new Sized(puts.get(i));
            fresh.put(hash, entry);
            if (i % 3 == 0) {
                entry.bytes += 100;
                fresh.grown(hash, entry, 100);
            }
            int bytes = puts.stream()
                    .map(put -> fresh.get(put * 31))
                    .filter(Objects::nonNull)
                    .distinct()
                    .mapToInt(Sized::bytes)
                    .sum();
            assertTrue(bytes <= MOST_BYTES, () -> puts + ": " + bytes);
        }
    }

    private long kept() {
        return IntStream.range(0, SLOTS)
                .mapToObj(cache::get)
                .filter(Objects::nonNull)
                .count();
    }
}
