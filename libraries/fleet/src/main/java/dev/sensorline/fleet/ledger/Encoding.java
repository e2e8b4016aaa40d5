package dev.sensorline.fleet.ledger;

import java.util.List;

import dev.sensorline.fleet.Measurement;
import dev.sensorline.fleet.Metric;

/** Writes entries and acknowledgements into blocks. For one thread. */
final class Encoding {

    static final double[] POWERS_OF_10 = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
    /** Whole numbers below are exact in a 64-bit float. */
    private static final double EXACT = 0x1p53;

    static final long NANOS_PER_MICRO = 1_000;
    /** Flags, group, sensor, number, due time, faults, time of sending and time in the payload. */
    private static final int MOST_WITHOUT_VALUES = 1 + 7 * Block.VARINT;

    private final int[][] decimals;
    private final Forecast[] forecasts;
    private int lastGroup;
    private long lastSent;
    private long lastAcknowledged;
    private long nextAcknowledged;

    Encoding(List<LedgerGroup> groups) {
        this.decimals = groups.stream().map(Encoding::decimals).toArray(int[][]::new);
        this.forecasts = Forecast.of(groups);
    }

    static int[] decimals(LedgerGroup group) {
        return group.metrics().stream().mapToInt(LedgerGroup.Metric::decimals).toArray();
    }

    /**
     * Begins a block.
     *
     * @param entry number of its first entry
     * @param base  a time near to those in it, in nanoseconds since 1970-01-01T00:00Z
     */
    void begin(Block block, long entry, long base) {
        long micros = Math.floorDiv(base, NANOS_PER_MICRO);
        block.clear();
        block.varint(entry);
        block.signed(micros);
        for (Forecast forecast : forecasts) {
            forecast.reset(micros * NANOS_PER_MICRO);
        }
        lastGroup = 0;
        lastSent = micros;
        lastAcknowledged = micros;
        nextAcknowledged = entry;
    }

    /** The most bytes that an entry of a group, or an acknowledgement, takes. */
    int most(int group) {
        return MOST_WITHOUT_VALUES + decimals[group].length * Block.VARINT;
    }

    void entry(Block block, int group, Measurement reading, int faults, Outcome outcome) {
        Forecast forecast = forecasts[group];
        boolean isNext = forecast.isNext(reading.sensor, reading.sequence);
        boolean isRaw = isTooLarge(reading.values, decimals[group]);
        block.octet((group == lastGroup ? Flags.SAME_GROUP : 0)
                | (isNext ? Flags.NEXT_SENSOR : 0)
                | (faults != 0 ? Flags.FAULTS : 0)
                | (outcome != Outcome.SENT ? Flags.UNSENT : 0)
                | (reading.time != reading.due ? Flags.SKEWED : 0)
                | (isRaw ? Flags.RAW : 0));
        if (group != lastGroup) {
            block.varint(group);
            lastGroup = group;
        }
        if (!isNext) {
            block.varint(reading.sensor);
            block.signed(reading.sequence - forecast.sequence());
        }
        block.signed(reading.due - forecast.due());
        forecast.update(reading.sensor, reading.sequence, reading.due);
        if (faults != 0) {
            block.varint(faults);
        }
        if (outcome == Outcome.SENT) {
            long sent = Math.floorDiv(reading.sent, NANOS_PER_MICRO);
            block.signed(sent - lastSent);
            lastSent = sent;
        } else {
            block.octet(outcome.ordinal());
        }
        if (reading.time != reading.due) {
            block.signed(reading.time - reading.due);
        }
        values(block, reading.values, decimals[group], isRaw);
    }

    private static boolean isTooLarge(double[] values, int[] decimals) {
        for (int i = 0; i < values.length; i++) {
            if (decimals[i] != Metric.SHORTEST && !(Math.abs(scaled(values[i], decimals[i])) < EXACT)) {
                return true;
            }
        }
        return false;
    }

    private static void values(Block block, double[] values, int[] decimals, boolean isRaw) {
        for (int i = 0; i < values.length; i++) {
            if (isRaw || decimals[i] == Metric.SHORTEST) {
                block.float64(values[i]);
            } else {
                block.signed((long) scaled(values[i], decimals[i]));
            }
        }
    }

    /** As it is written in payloads, without the decimal point. */
    private static double scaled(double value, int decimals) {
        return Math.rint(value * POWERS_OF_10[decimals]);
    }

    /** @param nanos when it arrived, in nanoseconds since 1970-01-01T00:00Z */
    void acknowledgement(Block block, long entry, long nanos) {
        block.octet(Flags.ACKNOWLEDGEMENT | (entry == nextAcknowledged ? Flags.NEXT_ENTRY : 0));
        if (entry != nextAcknowledged) {
            block.signed(entry - nextAcknowledged);
        }
        nextAcknowledged = entry + 1;
        long micros = Math.floorDiv(nanos, NANOS_PER_MICRO);
        block.signed(micros - lastAcknowledged);
        lastAcknowledged = micros;
    }
}
