package dev.sensorline.points.decoding;

import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/**
 * Gives readings that carry their own time their place in the store, where two points of a series with the same time
 * would overwrite each other.
 * <p>
 * The first reading of a sensor at a time gets just that time. Another one at the same time is put behind it, by less
 * than the time leaves open, a millisecond where it is in milliseconds, and by a number made from its content. The same
 * reading, delivered again, gets the same time again. For this the last readings are remembered; after a restart, or
 * between two ingestors, only sensors with several different readings at one time can notice that memory is bounded.
 * <p>
 * Remembered are 64-bit hashes in arrays, so that it takes the same memory for one series and for a million. Should those
 * of two series be the same, one is put behind the other for nothing; should those of two contents be the same, which is
 * one chance in 2⁶⁴ for each pair of a time, they are taken for one. They are found by their places, so that a sensor whose
 * clock stands still costs no more than others.
 * <p>
 * Not thread-safe, but for {@link #duplicates}.
 */
final class Timestamps {

    private static final int REMEMBERED = 1 << 16;
    private static final int NOBODY = -1;

    /** The farthest times that InfluxDB takes (models.MinNanoTime, MaxNanoTime), in nanoseconds. */
    private static final long EARLIEST = Long.MIN_VALUE + 2;
    private static final long LATEST = Long.MAX_VALUE - 1;

    // A hash table of readings by their places, chained by index; the oldest leaves when there is no room left.
    private final long[] places = new long[REMEMBERED];
    private final long[] contents = new long[REMEMBERED];
    private final int[] next = new int[REMEMBERED];
    private final int[] first = new int[REMEMBERED];
    private int count;
    private int oldest;
    private final LongAdder duplicates = new LongAdder();

    Timestamps() {
        Arrays.fill(first, NOBODY);
    }

    /**
     * The time of a reading in nanoseconds since 1970-01-01T00:00Z.
     *
     * @param nanos the time it carries
     * @param room  how much that leaves open, in nanoseconds, at least 1
     * @throws ArithmeticException when InfluxDB cannot hold a time so far away
     */
    long place(String series, long nanos, long room, byte[] payload) {
        if (nanos < EARLIEST || nanos > LATEST - room) {
            throw new ArithmeticException("out of range");
        }
        long content = hash(payload);
        long behind = room - 1;
        long own = behind == 0 ? nanos : nanos + 1 + Math.floorMod(content, behind);
        // Not who is there first: that may have been forgotten since this one was put behind it.
        int holder = holder(place(series, own));
        if (holder != NOBODY && contents[holder] == content) {
            return known(own);
        }
        long time = nanos;
        for (long tried = 0; tried < room; tried++) {
            holder = holder(place(series, time));
            if (holder == NOBODY) {
                return taken(series, time, content);
            }
            if (contents[holder] == content) {
                return known(time);
            }
            time = tried == 0 ? own : time == nanos + behind ? nanos + 1 : time + 1;
        }
        return own; // No place is left: it shares that of another one.
    }

    /** How often a reading came that was the same, in sensor, time and content, as one before. */
    long duplicates() {
        return duplicates.sum();
    }

    /** The time of a reading that has it already. */
    private long known(long time) {
        duplicates.increment();
        return time;
    }

    /** Who has a place; the index, or NOBODY. */
    private int holder(long place) {
        int at = first[bucket(place)];
        while (at != NOBODY && places[at] != place) {
            at = next[at];
        }
        return at;
    }

    /** Remembers a reading at a time that is free. */
    private long taken(String series, long time, long content) {
        int at = count;
        if (count < REMEMBERED) {
            count++;
        } else {
            at = oldest;
            oldest = (oldest + 1) % REMEMBERED;
            forget(at);
        }
        long place = place(series, time);
        places[at] = place;
        contents[at] = content;
        next[at] = first[bucket(place)];
        first[bucket(place)] = at;
        return time;
    }

    private void forget(int index) {
        int bucket = bucket(places[index]);
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

    private static int bucket(long place) {
        return (int) place & REMEMBERED - 1;
    }

    /** A hash of a time in a series. */
    private static long place(String series, long nanos) {
        return mixed(nanos * 0x9E3779B97F4A7C15L + series.hashCode());
    }

    private static long hash(byte[] bytes) {
        long hash = bytes.length;
        for (byte b : bytes) {
            hash = (hash ^ b) * 0x100000001B3L; // As FNV-1a does.
        }
        return mixed(hash);
    }

    /** Spreads what a number's bits say over all of them (the finaliser of MurmurHash3). */
    private static long mixed(long number) {
        long mixed = (number ^ number >>> 33) * 0xFF51AFD7ED558CCDL;
        mixed = (mixed ^ mixed >>> 33) * 0xC4CEB9FE1A85EC53L;
        return mixed ^ mixed >>> 33;
    }
}
