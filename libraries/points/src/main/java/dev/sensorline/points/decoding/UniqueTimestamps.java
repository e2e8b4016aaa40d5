package dev.sensorline.points.decoding;

import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/**
 * Assigns times to readings that carry their own time. Two points of a series with the same time would overwrite each other
 * in the store, so each reading gets a time of its own.
 * <p>
 * The first reading of a series at a time gets exactly that time. A different reading at the same time gets a later one
 * within the precision of the time, which is a millisecond for a time in milliseconds; its offset is derived from the
 * payload. A reading that is delivered again gets the same time again. For this purpose the most recent readings are
 * remembered. That this memory is bounded shows only after a restart or between two ingestors, and only in series that have
 * several different readings at one time.
 * <p>
 * The memory consists of 64-bit hashes in arrays, so its size does not depend on the number of series. If the hashes of two
 * series collide, a reading gets a later time without need. If the hashes of two payloads at one time collide, with a
 * probability of 2⁻⁶⁴ for each pair, the readings count as the same. Readings are looked up by series and time, so a sensor
 * whose clock stands still costs no more than others.
 * <p>
 * Not thread-safe, except {@link #duplicates}.
 */
final class UniqueTimestamps {

    private static final int CAPACITY = 1 << 16;
    private static final int NONE = -1;

    /** The range of times of InfluxDB (models.MinNanoTime, MaxNanoTime), in nanoseconds. */
    private static final long EARLIEST = Long.MIN_VALUE + 2;

    private static final long LATEST = Long.MAX_VALUE - 1;

    // A hash table of readings by the hash of series and time. Entries of a bucket are chained by index; when the table
    // is full, a new entry replaces the oldest.
    private final long[] keys = new long[CAPACITY];
    private final long[] payloadHashes = new long[CAPACITY];
    private final int[] next = new int[CAPACITY];
    private final int[] first = new int[CAPACITY];
    private int count;
    private int oldest;
    private final LongAdder duplicates = new LongAdder();

    UniqueTimestamps() {
        Arrays.fill(first, NONE);
    }

    /**
     * Assigns a time to a reading.
     *
     * @param series         the key of its series
     * @param nanos          the time that it carries, in nanoseconds since 1970-01-01T00:00Z
     * @param precisionNanos the precision of that time in nanoseconds, at least 1
     * @return a time from {@code nanos} up to, but not including, {@code nanos + precisionNanos}
     * @throws ArithmeticException if the time is outside the range of InfluxDB
     */
    long assign(String series, long nanos, long precisionNanos, byte[] payload) {
        if (nanos < EARLIEST || nanos > LATEST - precisionNanos) {
            throw new ArithmeticException("out of range");
        }
        long payloadHash = hash(payload);
        long maxOffset = precisionNanos - 1;
        long preferred = maxOffset == 0 ? nanos : nanos + 1 + Math.floorMod(payloadHash, maxOffset);
        // Before the time itself: the reading that got it may have been forgotten since this reading got its preferred
        // time.
        int holder = find(key(series, preferred));
        if (holder != NONE && payloadHashes[holder] == payloadHash) {
            return countDuplicate(preferred);
        }
        long time = nanos;
        for (long tried = 0; tried < precisionNanos; tried++) {
            holder = find(key(series, time));
            if (holder == NONE) {
                return remember(series, time, payloadHash);
            }
            if (payloadHashes[holder] == payloadHash) {
                return countDuplicate(time);
            }
            time = tried == 0 ? preferred : time == nanos + maxOffset ? nanos + 1 : time + 1;
        }
        return preferred; // All times are taken: the reading overwrites the point that has this one.
    }

    /** The number of readings so far whose series, time and payload were those of an earlier reading. Any thread may ask. */
    long duplicates() {
        return duplicates.sum();
    }

    private long countDuplicate(long time) {
        duplicates.increment();
        return time;
    }

    /** The index of the reading with a key, or {@link #NONE}. */
    private int find(long key) {
        int at = first[bucket(key)];
        while (at != NONE && keys[at] != key) {
            at = next[at];
        }
        return at;
    }

    /** Remembers a reading, at a time that no other reading has. */
    private long remember(String series, long time, long payloadHash) {
        int at = count;
        if (count < CAPACITY) {
            count++;
        } else {
            at = oldest;
            oldest = (oldest + 1) % CAPACITY;
            forget(at);
        }
        long key = key(series, time);
        keys[at] = key;
        payloadHashes[at] = payloadHash;
        next[at] = first[bucket(key)];
        first[bucket(key)] = at;
        return time;
    }

    private void forget(int index) {
        int bucket = bucket(keys[index]);
        if (first[bucket] == index) {
            first[bucket] = next[index];
            return;
        }
        int at = first[bucket];
        while (next[at] != index) {
            at = next[at];
        }
        next[at] = next[index];
    }

    private static int bucket(long key) {
        return (int) key & CAPACITY - 1;
    }

    /** The hash of a series and a time. */
    private static long key(String series, long nanos) {
        return mix(nanos * 0x9E3779B97F4A7C15L + series.hashCode());
    }

    private static long hash(byte[] bytes) {
        long hash = bytes.length;
        for (byte b : bytes) {
            hash = (hash ^ b) * 0x100000001B3L; // The multiplier of FNV-1a.
        }
        return mix(hash);
    }

    /** Makes each bit of the result depend on all bits of a number (the finaliser of MurmurHash3). */
    private static long mix(long number) {
        long mixed = (number ^ number >>> 33) * 0xFF51AFD7ED558CCDL;
        mixed = (mixed ^ mixed >>> 33) * 0xC4CEB9FE1A85EC53L;
        return mixed ^ mixed >>> 33;
    }
}
