package dev.sensorline.ingestor.decoding;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * Gives readings that carry their own time their place in the store, where two points of a series with the same time
 * would overwrite each other.
 * <p>
 * The first reading of a sensor at a millisecond gets just that time. Another one at the same millisecond is put behind
 * it by less than a millisecond, by a number made from its content. The same reading, delivered again, gets the same
 * time again. For this the times of the last readings are remembered; after a restart, or between two ingestors, only
 * sensors with several different readings in one millisecond can notice that memory is bounded.
 * <p>
 * Not thread-safe, but for {@link #duplicates}.
 */
final class Timestamps {

    private static final int REMEMBERED = 1 << 16;
    private static final int NANOS_PER_MILLI = 1_000_000;

    /** The farthest times that InfluxDB takes (models.MinNanoTime, MaxNanoTime), in nanoseconds. */
    private static final long EARLIEST = Long.MIN_VALUE + 2;
    private static final long LATEST = Long.MAX_VALUE - 1;

    private final Map<Moment, List<Placed>> recent = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Moment, List<Placed>> eldest) {
            return size() > REMEMBERED;
        }
    };
    private final LongAdder duplicates = new LongAdder();

    private record Moment(String name, String type, long millis) {
    }

    private record Placed(byte[] payload, long nanos) {
    }

    /**
     * The time of a reading in nanoseconds since 1970-01-01T00:00Z.
     *
     * @throws ArithmeticException when InfluxDB cannot hold a time so far away
     */
    long place(String name, String type, long millis, byte[] payload) {
        long nanos = Math.multiplyExact(millis, NANOS_PER_MILLI);
        if (nanos < EARLIEST || nanos > LATEST - NANOS_PER_MILLI) {
            throw new ArithmeticException("out of range");
        }
        List<Placed> others = recent.computeIfAbsent(new Moment(name, type, millis), moment -> new ArrayList<>(1));
        for (Placed other : others) {
            if (Arrays.equals(other.payload, payload)) {
                duplicates.increment();
                return other.nanos;
            }
        }
        long place = others.isEmpty() ? nanos : free(nanos, payload, others);
        others.add(new Placed(payload, place));
        return place;
    }

    /** How often a reading came that was the same, in sensor, time and content, as one before. */
    long duplicates() {
        return duplicates.sum();
    }

    private static long free(long nanos, byte[] payload, List<Placed> others) {
        int offset = Math.floorMod(Arrays.hashCode(payload), NANOS_PER_MILLI - 1);
        while (isTaken(nanos + 1 + offset, others)) {
            offset = (offset + 1) % (NANOS_PER_MILLI - 1);
        }
        return nanos + 1 + offset;
    }

    private static boolean isTaken(long nanos, List<Placed> others) {
        return others.stream().anyMatch(other -> other.nanos == nanos);
    }
}
