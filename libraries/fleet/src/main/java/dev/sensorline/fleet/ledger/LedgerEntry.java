package dev.sensorline.fleet.ledger;

/**
 * An entry of a ledger, or the acknowledgement of one. One object is used again and again. Times are in nanoseconds since
 * 1970-01-01T00:00Z.
 */
public final class LedgerEntry {

    /** Whether this is the acknowledgement of an entry: only {@link #number} and {@link #acknowledged} are said. */
    public boolean isAcknowledgement;
    /** The number of the entry: 0, 1, 2, … */
    public long number;
    /** When the acknowledgement arrived, in whole microseconds. */
    public long acknowledged;

    /** The number of the group in the header. */
    public int group;
    /** The number of the sensor in its group. */
    public int sensor;
    /** The number of the reading. */
    public long sequence;
    /** When it was due. */
    public long due;
    /** The time in its payload. */
    public long time;
    /** When it was sent, in whole microseconds, if it was. */
    public long sent;
    /** Whether it was sent. */
    public Outcome outcome = Outcome.SENT;
    /** The faults that happened to it. */
    public int faults;
    /** The values in its payload, as many as the group has metrics. */
    public final double[] values;

    LedgerEntry(int mostMetrics) {
        this.values = new double[mostMetrics];
    }
}
