package dev.sensorline.console.live;

/**
 * How many readings and bytes have arrived in a window of time, which it moves on with in steps of a twelfth. Not thread-safe.
 */
public final class Traffic {

    private static final int STEPS = 12;

    private final long stepMillis;
    private final int[] readings = new int[STEPS];
    private final long[] bytes = new long[STEPS];
    private final long sinceMillis;
    /** The number of the step that is being counted, since 1970. */
    private long step;

    private long allReadings;
    private long allBytes;

    /** @param nowMillis from when on it counts */
    public Traffic(long windowMillis, long nowMillis) {
        this.stepMillis = Math.max(1, windowMillis / STEPS);
        this.sinceMillis = nowMillis;
        this.step = nowMillis / stepMillis;
    }

    public void add(int arrivedReadings, long arrivedBytes, long nowMillis) {
        moveTo(nowMillis);
        int index = (int) Math.floorMod(step, (long) STEPS);
        readings[index] += arrivedReadings;
        bytes[index] += arrivedBytes;
        allReadings += arrivedReadings;
        allBytes += arrivedBytes;
    }

    /** A clock that was set back adds to the step that there is. */
    private void moveTo(long nowMillis) {
        long now = nowMillis / stepMillis;
        for (int i = 0; step < now && i < STEPS; i++) {
            step++;
            int index = (int) Math.floorMod(step, (long) STEPS);
            allReadings -= readings[index];
            allBytes -= bytes[index];
            readings[index] = 0;
            bytes[index] = 0;
        }
        step = Math.max(step, now);
    }

    /** The number of readings in the window. */
    long readings(long nowMillis) {
        moveTo(nowMillis);
        return allReadings;
    }

    /**
     * Readings per second over the window, or since the first if that is shorter. The first reading is no interval, so it does not
     * count as long as it is in the window.
     */
    public double readingsPerSecond(long nowMillis) {
        moveTo(nowMillis);
        boolean hasFirst = isYoung(nowMillis);
        return Math.max(0, allReadings - (hasFirst ? 1 : 0)) / seconds(nowMillis);
    }

    double bytesPerSecond(long nowMillis) {
        moveTo(nowMillis);
        double perReading = allReadings == 0 ? 0 : (double) allBytes / allReadings;
        return perReading * readingsPerSecond(nowMillis);
    }

    private boolean isYoung(long nowMillis) {
        return nowMillis - sinceMillis < stepMillis * (STEPS - 1);
    }

    /** The steps that have ended, and what has passed of the last one. */
    private double seconds(long nowMillis) {
        long full = stepMillis * (STEPS - 1) + Math.floorMod(nowMillis, stepMillis);
        long millis = isYoung(nowMillis) ? nowMillis - sinceMillis : full;
        return Math.max(1_000, millis) / 1e3;
    }
}
