package dev.sensorline.points.decoding;

import java.util.concurrent.atomic.LongAdder;

import dev.sensorline.points.Hash64;
import dev.sensorline.points.decoding.RecentValues.Found;

/**
 * Assigns times to readings that carry their own time. Of two points of a series with the same time and a common field the
 * second would overwrite the field of the first in the store, so each gets a time of its own. Points with different fields
 * stay at the same time: they become one row.
 * <p>
 * The first reading at a time gets exactly that time. A different reading gets a later one within the precision of the time,
 * which is a millisecond for a time in milliseconds; its offset is derived from its content. A reading that is delivered again
 * gets the same time again. For this purpose the most recent values are remembered, in this process. That this memory is
 * bounded shows only after a restart or between two ingestors, and only in series that have several different readings at one
 * time; {@link #spread} needs none.
 * <p>
 * The memory consists of 64-bit hashes in arrays, so its size does not depend on the number of series. A column is the hash of
 * a series and the name of a field. If values collide, a reading gets a later time without need, with a probability of less than
 * 2⁻³⁰; if the contents of two readings at one time collide, they count as the same, with one of 2⁻⁶⁴. Values are looked up by
 * column and time, so a sensor whose clock stands still costs no more than others.
 * <p>
 * Not thread-safe, except {@link #duplicates}.
 */
final class UniqueTimestamps {

    /** The range of times of InfluxDB (models.MinNanoTime, MaxNanoTime), in nanoseconds. */
    private static final long EARLIEST = Long.MIN_VALUE + 2;

    private static final long LATEST = Long.MAX_VALUE - 1;

    /** The hash of what the reading says that has a time, by the hash of column and time. */
    private final RecentValues values = new RecentValues();

    private final LongAdder duplicates = new LongAdder();

    /**
     * The time of a reading that depends on its content alone, whatever else has been read.
     *
     * @param nanos          the time that it carries, in nanoseconds since 1970-01-01T00:00Z
     * @param precisionNanos the precision of that time in nanoseconds, at least 1
     * @return a time from {@code nanos} up to, but not including, {@code nanos + precisionNanos}
     * @throws ArithmeticException if the time is outside the range of InfluxDB
     */
    static long spread(long nanos, long precisionNanos, long contentHash) {
        requireInRange(nanos, precisionNanos);
        return nanos + Math.floorMod(contentHash, precisionNanos);
    }

    /**
     * Assigns a time to a reading.
     *
     * @param columns        where its fields are: the hash of series and name for each
     * @param count          how many columns there are, at least 1
     * @param nanos          the time that it carries, in nanoseconds since 1970-01-01T00:00Z
     * @param precisionNanos the precision of that time in nanoseconds, at least 1
     * @param contentHash    of all that it says
     * @return a time from {@code nanos} up to, but not including, {@code nanos + precisionNanos}
     * @throws ArithmeticException if the time is outside the range of InfluxDB
     */
    long assign(long[] columns, int count, long nanos, long precisionNanos, long contentHash) {
        requireInRange(nanos, precisionNanos);
        long maxOffset = precisionNanos - 1;
        long preferred = maxOffset == 0 ? nanos : nanos + 1 + Math.floorMod(contentHash, maxOffset);
        // Before the time itself: the reading that got it may have been forgotten since this reading got its preferred
        // time.
        if (maxOffset > 0 && find(columns, count, preferred, contentHash) == Found.SAME_CONTENT) {
            return countDuplicate(preferred);
        }
        long time = nanos;
        for (long tried = 0; tried < precisionNanos; tried++) {
            Found found = find(columns, count, time, contentHash);
            if (found == Found.NOTHING) {
                for (int i = 0; i < count; i++) {
                    values.add(key(columns[i], time), contentHash);
                }
                return time;
            }
            if (found == Found.SAME_CONTENT) {
                return countDuplicate(time);
            }
            time = tried == 0 ? preferred : time == nanos + maxOffset ? nanos + 1 : time + 1;
        }
        return preferred; // All times are taken: the reading overwrites the point that has this one.
    }

    private static void requireInRange(long nanos, long precisionNanos) {
        if (nanos < EARLIEST || nanos > LATEST - precisionNanos) {
            throw new ArithmeticException("out of range");
        }
    }

    /** The number of readings so far whose series, time and payload were those of an earlier reading. Any thread may ask. */
    long duplicates() {
        return duplicates.sum();
    }

    private long countDuplicate(long time) {
        duplicates.increment();
        return time;
    }

    /** What is remembered at a time in the columns of a reading. */
    private Found find(long[] columns, int count, long time, long contentHash) {
        Found found = Found.NOTHING;
        for (int i = 0; i < count; i++) {
            Found inColumn = values.find(key(columns[i], time), contentHash);
            if (inColumn == Found.SAME_CONTENT) {
                return inColumn;
            }
            found = inColumn == Found.NOTHING ? found : inColumn;
        }
        return found;
    }

    private static long key(long column, long nanos) {
        return Hash64.of(nanos, column);
    }
}
