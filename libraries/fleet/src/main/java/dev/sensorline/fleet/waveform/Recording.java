package dev.sensorline.fleet.waveform;

/** Recorded values. Several recordings may share times or values. Thread-safe. */
public final class Recording {

    private final long[] times;
    private final double[] values;
    private final int rows;
    private final long length;

    /**
     * The first rows of times and values.
     *
     * @param times  in nanoseconds since the first row, ascending; of rows with the same time the last one counts
     * @param values a value for each time
     * @param length how long the recording is, in nanoseconds
     */
    public Recording(long[] times, double[] values, int rows, long length) {
        this.times = times;
        this.values = values;
        this.rows = rows;
        this.length = length;
    }

    /** In nanoseconds. */
    long length() {
        return length;
    }

    /** The value of the last row that is not later; of the first one if there is none. */
    double at(long nanos) {
        int from = 0;
        int to = rows;
        while (to - from > 1) {
            int middle = (from + to) >>> 1;
            if (times[middle] <= nanos) {
                from = middle;
            } else {
                to = middle;
            }
        }
        return values[from];
    }
}
