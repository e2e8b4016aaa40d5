package dev.sensorline.points.decoding;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Remembers at least the {@value #REMEMBERED} values that were added last, and at most twice as many. There are two hash tables with
 * linear probing: a full one takes the place of the other, which is emptied. So no value is ever removed by itself.
 * <p>
 * Half of each key is kept apart from the rest, so that a value is mostly found to be missing with a single access to half a megabyte
 * for each table. In less than one of 2³⁰ searches another value has this half, too: then there is {@link Found#OTHER_CONTENT}. Not
 * thread-safe.
 */
final class RecentValues {

    static final int REMEMBERED = 1 << 16;
    /** Of a table, which is at most half full. */
    private static final int SLOTS = 2 * REMEMBERED;

    private static final int TAG_SHIFT = 32;
    /** The tag of a free slot; a key with this tag gets another one. */
    private static final int FREE = 0;

    /** For each slot the upper half of the key, and the sum of the key and the hash of the content. */
    private static final class Table {

        private final int[] tags = new int[SLOTS];
        private final long[] sums = new long[SLOTS];
    }

    // Null until they are needed: many sensors send no times.
    private @Nullable Table recent;
    private @Nullable Table earlier;
    private int count;

    /** What is remembered under a key. */
    enum Found {
        NOTHING,
        SAME_CONTENT,
        OTHER_CONTENT
    }

    /** @param key a hash of which each bit depends on all that it is made of */
    Found find(long key, long contentHash) {
        Found found = find(recent, key, contentHash);
        return found == Found.NOTHING ? find(earlier, key, contentHash) : found;
    }

    private static Found find(@Nullable Table table, long key, long contentHash) {
        if (table == null) {
            return Found.NOTHING;
        }
        int slot = slot(table.tags, key);
        if (table.tags[slot] == FREE) {
            return Found.NOTHING;
        }
        return table.sums[slot] == key + contentHash ? Found.SAME_CONTENT : Found.OTHER_CONTENT;
    }

    /** Adds a value under a key under which {@linkplain #find there is} nothing. */
    void add(long key, long contentHash) {
        Table table = recent;
        if (table == null || count == REMEMBERED) {
            table = nextTable();
        }
        int slot = slot(table.tags, key);
        table.tags[slot] = tag(key);
        table.sums[slot] = key + contentHash;
        count++;
    }

    private Table nextTable() {
        Table next = earlier;
        if (next == null) {
            next = new Table();
        } else {
            Arrays.fill(next.tags, FREE);
        }
        earlier = recent;
        recent = next;
        count = 0;
        return next;
    }

    private static int tag(long key) {
        int tag = (int) (key >>> TAG_SHIFT);
        return tag == FREE ? 1 : tag;
    }

    /** Where a key is, or would be. */
    private static int slot(int[] tags, long key) {
        int tag = tag(key);
        int slot = (int) key & SLOTS - 1;
        while (tags[slot] != tag && tags[slot] != FREE) {
            slot = slot + 1 & SLOTS - 1;
        }
        return slot;
    }
}
