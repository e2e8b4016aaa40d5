package dev.sensorline.simulator.fleet;

import java.util.Arrays;

/**
 * What is known of readings of QoS 1 and 2 until the broker has taken them over: when they were due, and their entries in the journal. Their
 * number is bounded by the windows of the connections. Makes no object for a reading. For one thread.
 */
final class Unacknowledged {

    private static final int FIRST_SIZE = 64;
    /** No reading is due then. */
    private static final long FREE = Long.MIN_VALUE;

    private long[] dues = new long[0];
    private long[] entries = new long[0];
    private int[] free = new int[0];
    private int freeCount;

    /** Returns the tag of a reading that is sent now. */
    long add(long due, long entry) {
        if (freeCount == 0) {
            grow();
        }
        int place = free[--freeCount];
        dues[place] = due;
        entries[place] = entry;
        return place;
    }

    private void grow() {
        int before = dues.length;
        int after = Math.max(FIRST_SIZE, 2 * before);
        dues = Arrays.copyOf(dues, after);
        entries = Arrays.copyOf(entries, after);
        free = new int[after];
        for (int place = after - 1; place >= before; place--) {
            dues[place] = FREE;
            free[freeCount++] = place;
        }
    }

    /** Whether a tag is that of a reading that is not acknowledged. */
    boolean has(long tag) {
        return tag >= 0 && tag < dues.length && dues[(int) tag] != FREE;
    }

    long due(long tag) {
        return dues[(int) tag];
    }

    long entry(long tag) {
        return entries[(int) tag];
    }

    /** The tag may be given to another reading. */
    void remove(long tag) {
        dues[(int) tag] = FREE;
        free[freeCount++] = (int) tag;
    }
}
