package dev.sensorline.points.decoding;

import org.jspecify.annotations.Nullable;

/**
 * A cache that is bounded both in the number and in the bytes of its entries. A hash selects the slot of an entry. One of several new
 * entries replaces the one that is there: where there are more than slots, replacing it each time would cost memory and save nothing.
 * When the bytes are used up, other entries make room, in the order of their slots. Not thread-safe.
 *
 * @param <E> the entries
 */
final class BoundedCache<E extends BoundedCache.Entry> {

    private static final int NEW_ENTRIES_A_REPLACEMENT = 8;

    /** What is cached. */
    interface Entry {

        /** About how many bytes of the heap it takes, and at least half of it. */
        int bytes();
    }

    private final @Nullable Object[] slots;
    /** Of the entries. That an entry is another one is mostly seen here, without looking for it in memory. */
    private final int[] hashes;

    private final int maxBytes;
    private int bytes;
    private int newEntries;
    /** The slot that makes room next. */
    private int next;

    /**
     * An empty cache.
     *
     * @param slots    a power of two
     * @param maxBytes more than an entry has
     */
    BoundedCache(int slots, int maxBytes) {
        this.slots = new Object[slots];
        this.hashes = new int[slots];
        this.maxBytes = maxBytes;
    }

    /** The entry with a hash, which may be one of several that have it; null if there is none. */
    @Nullable
    @SuppressWarnings("unchecked") // There are no others.
    E get(int hash) {
        int slot = slot(hash);
        return hashes[slot] == hash ? (E) slots[slot] : null;
    }

    /** Whether a new entry is to be {@link #put}. */
    boolean takes(int hash) {
        return slots[slot(hash)] == null || ++newEntries % NEW_ENTRIES_A_REPLACEMENT == 0;
    }

    /** Adds an entry, in place of the one in its slot. */
    void put(int hash, E entry) {
        int slot = slot(hash);
        remove(slot);
        slots[slot] = entry;
        hashes[slot] = hash;
        add(entry.bytes());
    }

    /** An entry has become larger. */
    void grown(int hash, E entry, int more) {
        if (slots[slot(hash)] == entry) {
            add(more);
        }
    }

    private void add(int more) {
        bytes += more;
        while (bytes > maxBytes) {
            remove(next);
            next = next + 1 & slots.length - 1;
        }
    }

    private void remove(int slot) {
        if (slots[slot] instanceof Entry entry) {
            bytes -= entry.bytes();
            slots[slot] = null;
        }
    }

    private int slot(int hash) {
        return (hash ^ hash >>> 16) & slots.length - 1;
    }
}
