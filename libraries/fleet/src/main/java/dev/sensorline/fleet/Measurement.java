package dev.sensorline.fleet;

/**
 * What a sensor sends at one of its turns. One object is used again and again, so that a reading makes none. For one thread.
 */
public final class Measurement {

    /** The sensor's number in its group: 0, 1, 2, … */
    public int sensor;
    /** The number of the reading: 0, 1, 2, … It is counted for each reading that is due, so that one that is not sent leaves a gap. */
    public long sequence;
    /** When the reading was due, in nanoseconds since 1970-01-01T00:00Z. */
    public long due;
    /** The time that is written in the payload, in nanoseconds since 1970-01-01T00:00Z: when it was due, by the sensor's clock. */
    public long time;
    /** When it is sent, in nanoseconds since 1970-01-01T00:00Z. */
    public long sent;
    /** A value for each metric of the group, in the same order. */
    public final double[] values;

    public Measurement(int metrics) {
        this.values = new double[metrics];
    }

    /** Another object with the same content. */
    public Measurement copy() {
        Measurement copy = new Measurement(values.length);
        copy.sensor = sensor;
        copy.sequence = sequence;
        copy.due = due;
        copy.time = time;
        copy.sent = sent;
        System.arraycopy(values, 0, copy.values, 0, values.length);
        return copy;
    }
}
