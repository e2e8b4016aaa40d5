package dev.sensorline.console.live;

import java.util.Arrays;

/**
 * A curve of at most so many points. If there are more readings, it has the lowest and the highest of as many readings in a row, so
 * that no peak is missing. Not thread-safe.
 */
public final class ThinCurve implements CurveVisitor {

    private static final int FIRST_CAPACITY = 16;

    private final int most;
    private long[] times = new long[FIRST_CAPACITY];
    private double[] values = new double[FIRST_CAPACITY];
    private int size;
    private boolean isThin;

    /** @param most an even number */
    public ThinCurve(int most) {
        this.most = most;
    }

    @Override
    public void reading(long millis, double value) {
        if (size == times.length) {
            times = Arrays.copyOf(times, 2 * size);
            values = Arrays.copyOf(values, 2 * size);
        }
        times[size] = millis;
        values[size] = value;
        size++;
    }

    /** How many points it has. To be asked when all readings are there. */
    public int size() {
        if (!isThin && size > most) {
            thin();
        }
        isThin = true;
        return size;
    }

    private void thin() {
        int buckets = most / 2;
        int kept = 0;
        for (int bucket = 0; bucket < buckets; bucket++) {
            int from = (int) ((long) size * bucket / buckets);
            int to = (int) ((long) size * (bucket + 1) / buckets);
            int lowest = from;
            int highest = from;
            for (int i = from; i < to; i++) {
                lowest = values[i] < values[lowest] ? i : lowest;
                highest = values[i] > values[highest] ? i : highest;
            }
            kept = keep(Math.min(lowest, highest), kept);
            kept = lowest == highest ? kept : keep(Math.max(lowest, highest), kept);
        }
        size = kept;
    }

    /** There are at most as many kept as read. */
    private int keep(int index, int kept) {
        times[kept] = times[index];
        values[kept] = values[index];
        return kept + 1;
    }

    /** In milliseconds since 1970. */
    public long millis(int index) {
        return times[index];
    }

    public double value(int index) {
        return values[index];
    }
}
