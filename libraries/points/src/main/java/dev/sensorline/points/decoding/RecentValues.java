package dev.sensorline.points.decoding;

import java.util.Arrays;

/**
 * Remembers at least the {@value #REMEMBERED} values that were added last, and at most twice as many. There are two hash tables with
 * linear probing: a full one takes the place of the other, which is emptied. So no value is ever removed by itself, and a value is
 * mostly found, or found to be missing, with a single access to memory for each table. Not thread-safe.
 */
final class RecentValues {

    static final int REMEMBERED = 1 << 16;
    /** Of a table, which is at most half full. */
    private static final int SLOTS = 2 * REMEMBERED;
    /** Marks a free slot; a value with this key is remembered under another. */
    private static final long FREE = 0;

    // For each slot a key, and the hash of the content.
    private long[] recent = new long[2 * SLOTS];
    private long[] earlier = new long[2 * SLOTS];
    private int count;

    /** What is remembered under a key. */
    enum Found {
        NOTHING,
        SAME_CONTENT,
        OTHER_CONTENT
    }

    /** @param key a hash of which each bit depends on all that it is made of */
    Found find(long key, long contentHash) {
        long used = used(key);
        int slot = slot(recent, used);
        long[] table = recent;
        if (table[slot] == FREE) {
            table = earlier;
            slot = slot(earlier, used);
        }
        if (table[slot] == FREE) {
            return Found.NOTHING;
        }
        return table[slot + 1] == contentHash ? Found.SAME_CONTENT : Found.OTHER_CONTENT;
    }

    /** Adds a value under a key under which {@linkplain #find there is} nothing. */
    void add(long key, long contentHash) {
        long used = used(key);
        int slot = slot(recent, used);
        recent[slot] = used;
        recent[slot + 1] = contentHash;
        count++;
        if (count == REMEMBERED) {
            long[] emptied = earlier;
            Arrays.fill(emptied, FREE);
            earlier = recent;
            recent = emptied;
            count = 0;
        }
    }

    private static long used(long key) {
        return key == FREE ? 1 : key;
    }

    /** Where a key is in a table, or would be. */
    private static int slot(long[] table, long key) {
        int slot = 2 * ((int) key & SLOTS - 1);
        while (table[slot] != key && table[slot] != FREE) {
            slot = slot + 2 & 2 * SLOTS - 1;
        }
        return slot;
    }
}
