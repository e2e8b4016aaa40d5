package dev.sensorline.ingestor.decoding;

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
 * one chance in 2⁶⁴ for each pair of a time, they are taken for one.
 * <p>
 * Not thread-safe, but for {@link #duplicates}.
 */
final class Timestamps {

    private static final int REMEMBERED = 1 << 16;
    private static final int NOBODY = -1;

    /** The farthest times that InfluxDB takes (models.MinNanoTime, MaxNanoTime), in nanoseconds. */
    private static final long EARLIEST = Long.MIN_VALUE + 2;
    private static final long LATEST = Long.MAX_VALUE - 1;

    // A hash table of readings, chained by index; the oldest leaves when there is no place left.
    private final long[] moments = new long[REMEMBERED];
    private final long[] contents = new long[REMEMBERED];
    private final long[] places = new long[REMEMBERED];
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
        long moment = mixed(nanos * 0x9E3779B97F4A7C15L + series.hashCode());
        long content = hash(payload);
        boolean isFirst = true;
        for (int at = first[bucket(moment)]; at != NOBODY; at = next[at]) {
            if (moments[at] == moment) {
                if (contents[at] == content) {
                    duplicates.increment();
                    return places[at];
                }
                isFirst = false;
            }
        }
        long place = isFirst ? nanos : free(nanos, room, moment, content);
        remember(moment, content, place);
        return place;
    }

    /** How often a reading came that was the same, in sensor, time and content, as one before. */
    long duplicates() {
        return duplicates.sum();
    }

    /** A place that no other reading has; where each has its own, that of another one. */
    private long free(long nanos, long room, long moment, long content) {
        if (room == 1) {
            return nanos;
        }
        long offset = Math.floorMod(content, room - 1);
        for (long tried = 1; tried < room && isTaken(nanos + 1 + offset, moment); tried++) {
            offset = (offset + 1) % (room - 1);
        }
        return nanos + 1 + offset;
    }

    private boolean isTaken(long place, long moment) {
        for (int at = first[bucket(moment)]; at != NOBODY; at = next[at]) {
            if (moments[at] == moment && places[at] == place) {
                return true;
            }
        }
        return false;
    }

    private void remember(long moment, long content, long place) {
        int at = count;
        if (count < REMEMBERED) {
            count++;
        } else {
            at = oldest;
            oldest = (oldest + 1) % REMEMBERED;
            forget(at);
        }
        moments[at] = moment;
        contents[at] = content;
        places[at] = place;
        next[at] = first[bucket(moment)];
        first[bucket(moment)] = at;
    }

    private void forget(int index) {
        int bucket = bucket(moments[index]);
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

    private static int bucket(long moment) {
        return (int) moment & REMEMBERED - 1;
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
