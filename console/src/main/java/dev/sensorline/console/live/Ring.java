package dev.sensorline.console.live;

import java.util.Arrays;

/**
 * The held readings of a numeric field, in the order of their arrival: time, value and the frame in which each arrived. It grows as
 * far as its bound and the {@link Budget} that all rings share allow, and then the oldest makes way. Not thread-safe.
 */
final class Ring {

    private static final int FIRST_CAPACITY = 8;

    private final Budget budget;
    private final int most;
    /** Times are held as differences from it, in 32 bits: 24 days of milliseconds. */
    private long baseMillis;

    private int[] times;
    private int[] frames;
    private double[] values;
    private int first;
    private int size;
    /** The highest frame of a reading that is held no more; resuming before it has gaps. */
    private int lostFrame = -1;
    /** Later than each reading that made way before it expired. */
    private long displacedMillis = Long.MIN_VALUE;

    /** @param most how many readings are held at most */
    Ring(int most, Budget budget) {
        this.most = most;
        this.budget = budget;
        int capacity = budget.take(Math.min(FIRST_CAPACITY, most));
        times = new int[capacity];
        frames = new int[capacity];
        values = new double[capacity];
    }

    /** @param frame counted from the start of the process */
    void add(long millis, double value, int frame) {
        if (size == times.length && !grow()) {
            if (size == 0) {
                return;
            }
            displacedMillis = Math.max(displacedMillis, baseMillis + times[first] + 1);
            removeFirst();
        }
        int index = (first + size) % times.length;
        times[index] = offset(millis);
        frames[index] = frame;
        values[index] = value;
        size++;
    }

    private int offset(long millis) {
        long offset = millis - baseMillis;
        if (offset != (int) offset || size == 0) {
            rebase(millis);
            offset = millis - baseMillis;
        }
        return (int) offset;
    }

    /** What is so far away that it has no offset any more is expired. */
    private void rebase(long millis) {
        long shift = millis - baseMillis;
        for (int i = 0; i < size; i++) {
            int index = (first + i) % times.length;
            times[index] = (int) Math.max(times[index] - shift, Integer.MIN_VALUE);
        }
        baseMillis = millis;
    }

    private boolean grow() {
        int wanted = Math.min(most, Math.max(times.length * 2, FIRST_CAPACITY)) - times.length;
        int granted = wanted <= 0 ? 0 : budget.take(wanted);
        if (granted == 0) {
            return false;
        }
        int capacity = times.length + granted;
        int[] newTimes = new int[capacity];
        int[] newFrames = new int[capacity];
        double[] newValues = new double[capacity];
        for (int i = 0; i < size; i++) {
            int index = (first + i) % times.length;
            newTimes[i] = times[index];
            newFrames[i] = frames[index];
            newValues[i] = values[index];
        }
        times = newTimes;
        frames = newFrames;
        values = newValues;
        first = 0;
        return true;
    }

    private void removeFirst() {
        lostFrame = Math.max(lostFrame, frames[first]);
        first = (first + 1) % times.length;
        size--;
    }

    /** Drops readings from the oldest on that are earlier than a time. */
    void expire(long earliestMillis) {
        while (size > 0 && baseMillis + times[first] < earliestMillis) {
            removeFirst();
        }
    }

    /** What it takes from the budget is free for others. It holds nothing any more. */
    void release() {
        budget.give(times.length);
        times = new int[0];
        frames = new int[0];
        values = new double[0];
        first = 0;
        size = 0;
    }

    /** Since when no reading has made way before it expired, in milliseconds since 1970. */
    long displacedMillis() {
        return displacedMillis;
    }

    int size() {
        return size;
    }

    /** Whether a reading that arrived after a frame is held no more. */
    boolean hasLostSince(int frame) {
        return lostFrame > frame;
    }

    /** How many readings arrived after a frame. */
    int countSince(int frame) {
        int count = 0;
        while (count < size && frames[(first + size - 1 - count) % times.length] > frame) {
            count++;
        }
        return count;
    }

    /** The readings that arrived after a frame, in the order of their arrival. */
    void visitSince(int frame, CurveVisitor visitor) {
        for (int i = size - countSince(frame); i < size; i++) {
            int index = (first + i) % times.length;
            visitor.reading(baseMillis + times[index], values[index]);
        }
    }

    /** The readings of a time, in the order of their times; those with the same time in the order of their arrival. */
    void visitSorted(long earliestMillis, CurveVisitor visitor) {
        long[] keys = new long[size];
        int count = 0;
        for (int i = 0; i < size; i++) {
            int time = times[(first + i) % times.length];
            if (baseMillis + time >= earliestMillis) {
                keys[count++] = ((long) time << 32) + i;
            }
        }
        Arrays.sort(keys, 0, count);
        for (int k = 0; k < count; k++) {
            int index = (first + (int) keys[k]) % times.length;
            visitor.reading(baseMillis + times[index], values[index]);
        }
    }

    /** The statistics of the readings since a time. */
    Statistics statistics(long earliestMillis) {
        int count = 0;
        double sum = 0;
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < size; i++) {
            int index = (first + i) % times.length;
            if (baseMillis + times[index] >= earliestMillis) {
                count++;
                // Not the sum of the values, which may be infinite.
                sum += (values[index] - sum) / count;
                min = Math.min(min, values[index]);
                max = Math.max(max, values[index]);
            }
        }
        return count == 0 ? Statistics.NONE : new Statistics(count, min, Math.min(Math.max(sum, min), max), max);
    }
}
