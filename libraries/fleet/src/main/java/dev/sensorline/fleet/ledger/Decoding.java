package dev.sensorline.fleet.ledger;

import java.util.List;

import dev.sensorline.fleet.Metric;

/** Reads entries and acknowledgements from blocks: see {@link Encoding}. For one thread. */
final class Decoding {

    private static final Outcome[] OUTCOMES = Outcome.values();

    private final int[][] decimals;
    private final Forecast[] forecasts;
    private byte[] bytes = {};
    private int at;
    private long nextEntry;
    private int lastGroup;
    private long lastSent;
    private long lastAcknowledged;
    private long nextAcknowledged;

    Decoding(List<LedgerGroup> groups) {
        this.decimals = groups.stream().map(Encoding::decimals).toArray(int[][]::new);
        this.forecasts = Forecast.of(groups);
    }

    void begin(byte[] block) {
        bytes = block;
        at = 0;
        nextEntry = varint();
        nextAcknowledged = nextEntry;
        lastSent = signed();
        lastAcknowledged = lastSent;
        lastGroup = 0;
        for (Forecast forecast : forecasts) {
            forecast.reset(lastSent * Encoding.NANOS_PER_MICRO);
        }
    }

    /** Returns whether there was one more in the block. */
    boolean next(LedgerEntry entry) {
        if (at == bytes.length) {
            return false;
        }
        int flags = octet();
        entry.isAcknowledgement = (flags & Flags.ACKNOWLEDGEMENT) != 0;
        if (entry.isAcknowledgement) {
            acknowledgement(entry, flags);
        } else {
            entry(entry, flags);
        }
        return true;
    }

    private void acknowledgement(LedgerEntry entry, int flags) {
        entry.number = nextAcknowledged + ((flags & Flags.NEXT_ENTRY) != 0 ? 0 : signed());
        nextAcknowledged = entry.number + 1;
        lastAcknowledged += signed();
        entry.acknowledged = lastAcknowledged * Encoding.NANOS_PER_MICRO;
    }

    private void entry(LedgerEntry entry, int flags) {
        entry.number = nextEntry++;
        if ((flags & Flags.SAME_GROUP) == 0) {
            lastGroup = (int) varint();
        }
        entry.group = lastGroup;
        Forecast forecast = forecasts[lastGroup];
        if ((flags & Flags.NEXT_SENSOR) != 0) {
            entry.sequence = forecast.nextSequence();
            entry.sensor = forecast.nextSensor();
        } else {
            entry.sensor = (int) varint();
            entry.sequence = forecast.sequence() + signed();
        }
        entry.due = forecast.due() + signed();
        forecast.update(entry.sensor, entry.sequence, entry.due);
        entry.faults = (flags & Flags.FAULTS) != 0 ? (int) varint() : 0;
        if ((flags & Flags.UNSENT) != 0) {
            entry.outcome = OUTCOMES[octet()];
            entry.sent = 0;
        } else {
            entry.outcome = Outcome.SENT;
            lastSent += signed();
            entry.sent = lastSent * Encoding.NANOS_PER_MICRO;
        }
        entry.time = entry.due + ((flags & Flags.SKEWED) != 0 ? signed() : 0);
        values(entry.values, decimals[lastGroup], (flags & Flags.RAW) != 0);
    }

    private void values(double[] values, int[] ofGroup, boolean isRaw) {
        for (int i = 0; i < ofGroup.length; i++) {
            // A quotient of two exact numbers is the float that is next to the decimal text, as a parser of it returns.
            values[i] =
                    isRaw || ofGroup[i] == Metric.SHORTEST ? float64() : signed() / Encoding.POWERS_OF_10[ofGroup[i]];
        }
    }

    private int octet() {
        return bytes[at++];
    }

    private long varint() {
        long number = 0;
        int shift = 0;
        byte read;
        do {
            read = bytes[at++];
            number |= (read & 0x7fL) << shift;
            shift += 7;
        } while (read < 0);
        return number;
    }

    private long signed() {
        long number = varint();
        return (number >>> 1) ^ -(number & 1);
    }

    private double float64() {
        long bits = 0;
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            bits |= (bytes[at++] & 0xffL) << shift;
        }
        return Double.longBitsToDouble(bits);
    }
}
