package dev.sensorline.fleet.verify;

import java.io.IOException;
import java.util.List;
import java.util.TreeSet;

import dev.sensorline.fleet.fault.FaultKind;
import dev.sensorline.fleet.ledger.InvalidLedgerException;
import dev.sensorline.fleet.ledger.LedgerEntry;
import dev.sensorline.fleet.ledger.LedgerGroup;
import dev.sensorline.fleet.ledger.LedgerHeader;
import dev.sensorline.fleet.ledger.LedgerReader;
import dev.sensorline.fleet.ledger.Outcome;

/**
 * The readings of a ledger by sensor and number, in {@link Cells}, so that a sensor takes 8 bytes of heap: of each reading when it was due, its time, when it was sent, its state and its values. For one thread.
 */
final class LedgerIndex {

    private static final int DUE = 0;
    private static final int TIME = 1;
    private static final int SENT = 2;
    private static final int STATE = 3;
    private static final int VALUES = 4;

    /** In the state: one more than the outcome's number, or 0 for a reading that is not in the ledger. */
    private static final int OUTCOME_MASK = 0xff;

    private static final int FAULTS_SHIFT = 8;
    private static final int FAULTS_MASK = 0xffff;
    private static final long ACKNOWLEDGED = 1L << 24;
    private static final int POINTS_SHIFT = 32;

    /** The numbers of a sensor's readings begin at 0 and have no gaps, but for those that a killed process did not write. */
    private static final long MOST_UNRECORDED = 10_000_000;

    private static final Outcome[] OUTCOMES = Outcome.values();

    private final LedgerHeader header;
    /** Of each group, among all sensors; then how many there are. */
    private final int[] firstSensor;
    /** Readings of each sensor; then the first cell of each. */
    private final long[] cellOf;

    private final List<TreeSet<Long>> skews;
    private final Cells cells;
    private final boolean isComplete;
    private final long tallies;
    private long entries;
    private long earliest = Long.MAX_VALUE;

    LedgerIndex(Verification.Source source, Cells.Memory memory) throws IOException {
        long[] counts;
        try (LedgerReader reader = new LedgerReader(source.open())) {
            header = reader.header();
            List<LedgerGroup> groups = header.groups();
            skews = groups.stream().map(group -> new TreeSet<Long>()).toList();
            firstSensor = new int[groups.size() + 1];
            for (int group = 0; group < groups.size(); group++) {
                firstSensor[group + 1] =
                        firstSensor[group] + groups.get(group).names().count();
            }
            counts = count(reader);
            isComplete = reader.isComplete();
        }
        cellOf = new long[counts.length + 1];
        for (int group = 0; group < header.groups().size(); group++) {
            for (int sensor = firstSensor[group]; sensor < firstSensor[group + 1]; sensor++) {
                cellOf[sensor + 1] = cellOf[sensor] + counts[sensor] * cellsOfReading(group);
            }
        }
        long places = cellOf[counts.length];
        tallies = places + entries;
        cells = new Cells(tallies + (long) counts.length * Tally.CELLS, memory);
        try (LedgerReader reader = new LedgerReader(source.open())) {
            fill(reader, places);
        }
        fillDueTimes();
    }

    private long[] count(LedgerReader reader) throws IOException {
        long[] counts = new long[firstSensor[firstSensor.length - 1]];
        long readings = 0;
        while (reader.next()) {
            LedgerEntry entry = reader.entry();
            if (entry.isAcknowledgement) {
                continue;
            }
            if (entry.sensor < 0
                    || entry.sensor >= header.groups().get(entry.group).names().count()) {
                throw new InvalidLedgerException("is damaged: a group has no sensor " + entry.sensor);
            }
            int sensor = firstSensor[entry.group] + entry.sensor;
            readings += Math.max(0, entry.sequence + 1 - counts[sensor]);
            entries++;
            if (entry.sequence < 0 || readings - entries > MOST_UNRECORDED) {
                throw new InvalidLedgerException(
                        "is damaged: reading %d is far from those before it".formatted(entry.sequence));
            }
            counts[sensor] = Math.max(counts[sensor], entry.sequence + 1);
            skews.get(entry.group).add(entry.time - entry.due);
            earliest = Math.min(earliest, Math.min(written(entry), entry.due));
        }
        return counts;
    }

    /** The time in the payload, which is rounded down. */
    private long written(LedgerEntry entry) {
        long unit = header.groups().get(entry.group).timeUnit();
        return unit == 0 ? entry.time : entry.time - Math.floorMod(entry.time, unit);
    }

    private void fill(LedgerReader reader, long places) throws IOException {
        long number = 0;
        while (reader.next() && number <= entries) {
            LedgerEntry entry = reader.entry();
            if (entry.isAcknowledgement) {
                if (entry.number >= 0 && entry.number < number) {
                    long at = cells.get(places + entry.number);
                    cells.put(at + STATE, cells.get(at + STATE) | ACKNOWLEDGED);
                }
                continue;
            }
            long at = cell(entry.group, firstSensor[entry.group] + entry.sensor, entry.sequence);
            cells.put(places + number++, at);
            cells.put(at + DUE, entry.due);
            cells.put(at + TIME, entry.time);
            cells.put(at + SENT, entry.sent);
            cells.put(at + STATE, entry.outcome.ordinal() + 1L | (long) entry.faults << FAULTS_SHIFT);
            for (int i = 0; i < header.groups().get(entry.group).metrics().size(); i++) {
                cells.put(at + VALUES + i, Double.doubleToRawLongBits(entry.values[i]));
            }
        }
    }

    /** Readings that are not in the ledger get the due time of the one before, so that due times never decrease. */
    private void fillDueTimes() {
        for (int group = 0; group < header.groups().size(); group++) {
            for (int sensor = firstSensor[group]; sensor < firstSensor[group + 1]; sensor++) {
                long due = Long.MIN_VALUE;
                long count = readings(group, sensor);
                for (long n = 0; n < count; n++) {
                    long at = cell(group, sensor, n);
                    if ((cells.get(at + STATE) & OUTCOME_MASK) == 0) {
                        cells.put(at + DUE, due);
                    }
                    due = cells.get(at + DUE);
                }
            }
        }
    }

    LedgerHeader header() {
        return header;
    }

    /** Whether the end of the ledger was written. */
    boolean isComplete() {
        return isComplete;
    }

    /** How many readings are in it. */
    long entries() {
        return entries;
    }

    /** The earliest time of a reading, in nanoseconds since 1970-01-01T00:00Z; that of the start if there is none. */
    long earliest() {
        return Math.min(earliest, header.start());
    }

    /** The number of a group's first sensor among all sensors. The next group's is the end. */
    int firstSensor(int group) {
        return firstSensor[group];
    }

    /** What is counted of a sensor. */
    Tally tally(int sensor) {
        return new Tally(cells, tallies + (long) sensor * Tally.CELLS);
    }

    private int cellsOfReading(int group) {
        return VALUES + header.groups().get(group).metrics().size();
    }

    /** How many readings of a sensor were due, as far as the ledger knows. */
    long readings(int group, int sensor) {
        return (cellOf[sensor + 1] - cellOf[sensor]) / cellsOfReading(group);
    }

    /** Where a reading is. */
    long cell(int group, int sensor, long sequence) {
        return cellOf[sensor] + sequence * cellsOfReading(group);
    }

    boolean isRecorded(long cell) {
        return (cells.get(cell + STATE) & OUTCOME_MASK) != 0;
    }

    Outcome outcome(long cell) {
        return OUTCOMES[(int) (cells.get(cell + STATE) & OUTCOME_MASK) - 1];
    }

    int faults(long cell) {
        return (int) (cells.get(cell + STATE) >> FAULTS_SHIFT) & FAULTS_MASK;
    }

    boolean has(long cell, FaultKind fault) {
        return fault.isIn(faults(cell));
    }

    /** Whether it was sent, and not malformed: whether a point of it can be stored. */
    boolean isStorable(long cell) {
        return isRecorded(cell) && outcome(cell) == Outcome.SENT && !has(cell, FaultKind.MALFORMED);
    }

    boolean isAcknowledged(long cell) {
        return (cells.get(cell + STATE) & ACKNOWLEDGED) != 0;
    }

    /** How many points of it were found. */
    int points(long cell) {
        return (int) (cells.get(cell + STATE) >>> POINTS_SHIFT);
    }

    void found(long cell) {
        cells.add(cell + STATE, 1L << POINTS_SHIFT);
    }

    long due(long cell) {
        return cells.get(cell + DUE);
    }

    long time(long cell) {
        return cells.get(cell + TIME);
    }

    long sent(long cell) {
        return cells.get(cell + SENT);
    }

    /** Whether these are its values. NaN, which a sensor never sends, stands for a field that is missing. */
    boolean hasValues(long cell, double[] values) {
        for (int i = 0; i < values.length; i++) {
            if (Double.longBitsToDouble(cells.get(cell + VALUES + i)) != values[i]) {
                return false;
            }
        }
        return true;
    }

    /** How far times in payloads were from when the readings were due, in a group. */
    Iterable<Long> skews(int group) {
        return skews.get(group);
    }

    /** The first reading of a sensor that was due at a time or later. */
    long firstDue(int group, int sensor, long due) {
        long from = 0;
        long to = readings(group, sensor);
        while (from < to) {
            long middle = (from + to) >>> 1;
            if (due(cell(group, sensor, middle)) < due) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }
}
