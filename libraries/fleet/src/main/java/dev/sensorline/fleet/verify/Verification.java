package dev.sensorline.fleet.verify;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.LongPredicate;

import dev.sensorline.fleet.fault.FaultKind;
import dev.sensorline.fleet.ledger.LedgerGroup;
import dev.sensorline.fleet.ledger.LedgerHeader;
import dev.sensorline.fleet.ledger.Outcome;
import dev.sensorline.fleet.verify.GroupReport.JoinedBy;

/**
 * Joins the readings of a ledger with stored points: by the number of the reading if payloads carry it, else by time and value, else by
 * value and the order of arrival. Points are passed in series after series, each in the order of time. For one thread.
 */
public final class Verification {

    /** Opens the ledger, which is read twice. */
    @FunctionalInterface
    public interface Source {
        InputStream open() throws IOException;
    }

    /** The point has no number of a reading. */
    public static final long NO_SEQUENCE = -1;

    private static final long NONE = -1;
    private static final int MOST_EXAMPLES = 20;
    /** How many readings before and behind the expected one may have the value of a point. */
    private static final int REACH = 1_000;
    /** By how much the clocks of simulator and ingestor may differ. */
    private static final long TOLERANCE_NANOS = 100_000_000;

    /** What is counted of a group. */
    private static final class Totals {
        final EnumMap<Finding, Long> findings = new EnumMap<>(Finding.class);
        final JoinedBy joinedBy;
        long ambiguous;
        long reordered;
        long points;
        double latenessMicros;
        long mostLatenessMicros;

        Totals(JoinedBy joinedBy) {
            this.joinedBy = joinedBy;
        }
    }

    private final LedgerIndex index;
    private final List<LedgerGroup> groups;
    private final boolean isArrival;
    private final List<Totals> totals = new ArrayList<>();
    private final List<String> examples = new ArrayList<>();
    private long otherPoints;

    /** Of the current series. */
    private String series = "";

    private int group;
    private int sensor = (int) NONE;
    private Tally tally;
    private long unit;
    private long lastSequence;
    private long expected;
    private long lastFound;

    /**
     * Reads a ledger.
     *
     * @param memory    for what is kept of each reading: some 60 bytes if it has one value
     * @param isArrival whether stored times are those of arrival even if payloads carry a time
     */
    public Verification(Source ledger, Cells.Memory memory, boolean isArrival) throws IOException {
        this.index = new LedgerIndex(ledger, memory);
        this.groups = index.header().groups();
        this.isArrival = isArrival;
        this.tally = index.tally(0);
        for (LedgerGroup each : groups) {
            totals.add(new Totals(
                    each.hasSequence() ? JoinedBy.SEQUENCE : isTimed(each) ? JoinedBy.TIME : JoinedBy.VALUE));
        }
    }

    public LedgerHeader header() {
        return index.header();
    }

    /** No reading has an earlier time, in nanoseconds since 1970-01-01T00:00Z. */
    public long earliest() {
        return index.earliest();
    }

    private boolean isTimed(LedgerGroup of) {
        return of.timeUnit() > 0 && !isArrival;
    }

    /**
     * Begins a series of points.
     *
     * @param name of the sensor
     * @return the sensor's group; empty if the ledger has no such sensor
     */
    public Optional<LedgerGroup> series(String name) {
        series = name;
        for (int i = 0; i < groups.size(); i++) {
            OptionalInt found = groups.get(i).names().sensor(name);
            if (found.isPresent()) {
                group = i;
                sensor = index.firstSensor(i) + found.getAsInt();
                tally = index.tally(sensor);
                unit = isTimed(groups.get(i)) ? groups.get(i).timeUnit() : 0;
                lastSequence = NONE;
                expected = 0;
                lastFound = NONE;
                return Optional.of(groups.get(i));
            }
        }
        sensor = (int) NONE;
        return Optional.empty();
    }

    /**
     * A point of the current series.
     *
     * @param time     in nanoseconds since 1970-01-01T00:00Z
     * @param sequence the number of the reading, or {@link #NO_SEQUENCE}
     * @param values   of the group's metrics; NaN for a field that it does not have
     */
    public void point(long time, long sequence, double[] values) {
        if (sensor == NONE) {
            otherPoints++;
            example(Finding.OTHER_SENSOR, NONE, time);
            return;
        }
        Finding finding;
        if (sequence != NO_SEQUENCE && groups.get(group).hasSequence()) {
            finding = bySequence(time, sequence, values);
        } else if (unit > 0) {
            finding = byTime(time, values);
        } else {
            finding = byValue(time, values);
        }
        count(finding, sequence, time);
    }

    private Finding bySequence(long time, long sequence, double[] values) {
        if (sequence < 0 || sequence >= index.readings(group, sensor)) {
            return index.isComplete() || sequence < 0 ? Finding.NO_ENTRY : Finding.BEYOND_CUT;
        }
        long cell = index.cell(group, sensor, sequence);
        if (!index.isRecorded(cell)) {
            return index.isComplete() ? Finding.NO_ENTRY : Finding.BEYOND_CUT;
        }
        if (!index.isStorable(cell)) {
            return whyNotStorable(cell);
        }
        if (!index.hasValues(cell, values)) {
            index.found(cell);
            return Finding.OTHER_VALUE;
        }
        if (unit > 0 && Math.floorDiv(time, unit) != Math.floorDiv(index.time(cell), unit)) {
            index.found(cell);
            return Finding.OTHER_TIME;
        }
        return stored(cell, sequence, time);
    }

    private Finding byTime(long time, double[] values) {
        long cell = firstAt(
                time, each -> index.isStorable(each) && index.points(each) == 0 && index.hasValues(each, values));
        if (cell == NONE) {
            cell = firstAt(time, each -> index.isStorable(each) && index.hasValues(each, values));
        }
        if (cell != NONE) {
            return stored(cell, NONE, time);
        }
        cell = firstAt(time, index::isStorable);
        if (cell != NONE) {
            index.found(cell);
            return Finding.OTHER_VALUE;
        }
        cell = firstAt(time, index::isRecorded);
        return cell != NONE ? whyNotStorable(cell) : withoutEntry(time);
    }

    /** The first reading of the sensor that has the stored time of another time, and a property. */
    private long firstAt(long time, LongPredicate property) {
        long from = Math.floorDiv(time, unit) * unit;
        long readings = index.readings(group, sensor);
        for (long skew : index.skews(group)) {
            for (long n = index.firstDue(group, sensor, from - skew); n < readings; n++) {
                long cell = index.cell(group, sensor, n);
                if (index.due(cell) >= from - skew + unit) {
                    break;
                }
                if (index.isRecorded(cell) && index.time(cell) - index.due(cell) == skew && property.test(cell)) {
                    return cell;
                }
            }
        }
        return NONE;
    }

    private Finding byValue(long time, double[] values) {
        LongPredicate isNew = cell -> index.points(cell) == 0;
        if (lastFound != NONE) {
            long cell = index.cell(group, sensor, lastFound);
            if (index.has(cell, FaultKind.DUPLICATE) && index.points(cell) == 1 && index.hasValues(cell, values)) {
                return stored(cell, lastFound, time);
            }
        }
        long sequence = findAfter(expected, time, values, isNew);
        if (sequence == NONE) {
            sequence = findBefore(expected, time, values, isNew);
        }
        if (sequence == NONE) {
            sequence = findBefore(index.firstDue(group, sensor, time + TOLERANCE_NANOS), time, values, isNew);
        }
        if (sequence == NONE) {
            sequence = findBefore(expected, time, values, this::isToBeRepeated);
        } else {
            expected = Math.max(expected, sequence + 1);
            lastFound = sequence;
            if (hasNeighbour(sequence - 1, values) || hasNeighbour(sequence + 1, values)) {
                totals.get(group).ambiguous++;
            }
        }
        return sequence == NONE ? withoutEntry(time) : stored(index.cell(group, sensor, sequence), sequence, time);
    }

    /** The first reading from one on that has these values and a property, and was sent before a time. */
    private long findAfter(long from, long time, double[] values, LongPredicate property) {
        long to = Math.min(index.readings(group, sensor), from + REACH);
        for (long n = from; n < to; n++) {
            long cell = index.cell(group, sensor, n);
            if (index.due(cell) > time + TOLERANCE_NANOS) {
                return NONE;
            }
            if (isSent(cell, time, values) && property.test(cell)) {
                return n;
            }
        }
        return NONE;
    }

    /** The last such reading before one. */
    private long findBefore(long end, long time, double[] values, LongPredicate property) {
        long last = Math.max(0, end - REACH);
        for (long n = end - 1; n >= last; n--) {
            long cell = index.cell(group, sensor, n);
            if (isSent(cell, time, values) && property.test(cell)) {
                return n;
            }
        }
        return NONE;
    }

    private boolean isSent(long cell, long time, double[] values) {
        return index.isStorable(cell) && index.sent(cell) <= time + TOLERANCE_NANOS && index.hasValues(cell, values);
    }

    private boolean isToBeRepeated(long cell) {
        return index.points(cell) > 0
                && (groups.get(group).qos() > 0 || index.has(cell, FaultKind.DUPLICATE) && index.points(cell) == 1);
    }

    private boolean hasNeighbour(long sequence, double[] values) {
        if (sequence < 0 || sequence >= index.readings(group, sensor)) {
            return false;
        }
        long cell = index.cell(group, sensor, sequence);
        return index.isStorable(cell) && index.hasValues(cell, values);
    }

    private Finding withoutEntry(long time) {
        long readings = index.readings(group, sensor);
        boolean isBeyond = readings == 0 || time > index.due(index.cell(group, sensor, readings - 1));
        return isBeyond && !index.isComplete() ? Finding.BEYOND_CUT : Finding.NO_ENTRY;
    }

    private Finding whyNotStorable(long cell) {
        return index.outcome(cell) == Outcome.SENT ? Finding.STORED_MALFORMED : Finding.STORED_UNSENT;
    }

    private boolean isRepeatable(long cell) {
        return groups.get(group).qos() > 0 || index.has(cell, FaultKind.DUPLICATE);
    }

    /** A point is one of a reading, whose number may not be known. */
    private Finding stored(long cell, long sequence, long time) {
        boolean isAgain = index.points(cell) > 0;
        index.found(cell);
        Totals total = totals.get(group);
        if (unit == 0 && sequence != NONE) {
            if (sequence < lastSequence) {
                tally.reordered();
                total.reordered++;
            }
            lastSequence = Math.max(lastSequence, sequence);
        }
        if (isAgain) {
            tally.repeated();
            return isRepeatable(cell) ? Finding.REPEATED : Finding.REPEATED_UNASKED;
        }
        long lateness = (unit == 0 ? time : index.sent(cell)) - index.due(cell);
        tally.point(lateness);
        total.points++;
        total.latenessMicros += lateness / 1e3;
        total.mostLatenessMicros = Math.max(total.mostLatenessMicros, lateness / 1_000);
        return index.faults(cell) == 0 ? Finding.AS_SENT : Finding.FAULTY;
    }

    private void count(Finding finding, long sequence, long time) {
        totals.get(group).findings.merge(finding, 1L, Long::sum);
        if (!finding.isExplained()) {
            tally.unexplained();
            example(finding, sequence, time);
        }
    }

    private void example(Finding finding, long sequence, long time) {
        if (examples.size() < MOST_EXAMPLES) {
            examples.add("%s%s at %s: %s"
                    .formatted(
                            series,
                            sequence == NONE ? "" : " reading " + sequence,
                            Instant.EPOCH.plusNanos(time),
                            finding.text()));
        }
    }

    /**
     * Looks for the gaps, after the last point.
     *
     * @param sensors gets what was found of each sensor
     */
    public Report finish(Consumer<SensorReport> sensors) {
        List<GroupReport> reports = new ArrayList<>();
        for (int i = 0; i < groups.size(); i++) {
            LedgerGroup each = groups.get(i);
            long readings = 0;
            for (int number = 0; number < each.names().count(); number++) {
                series(each.names().name(number));
                long missing = gaps();
                readings += index.readings(group, sensor);
                sensors.accept(tally.report(each.name(), series, missing));
            }
            Totals total = totals.get(i);
            reports.add(new GroupReport(
                    each.name(),
                    total.joinedBy,
                    !isTimed(each),
                    readings,
                    total.findings,
                    total.ambiguous,
                    total.reordered,
                    total.points == 0 ? 0 : Math.round(total.latenessMicros / total.points),
                    total.mostLatenessMicros));
        }
        return new Report(index.header(), index.isComplete(), index.entries(), reports, otherPoints, examples);
    }

    private long gaps() {
        long missing = 0;
        long readings = index.readings(group, sensor);
        for (long n = 0; n < readings; n++) {
            long cell = index.cell(group, sensor, n);
            boolean isUnknown = !index.isRecorded(cell) && !index.isComplete();
            if (index.points(cell) == 0 && !isUnknown) {
                missing++;
                count(whyMissing(cell), n, index.due(cell));
            }
        }
        return missing;
    }

    private Finding whyMissing(long cell) {
        if (!index.isRecorded(cell)) {
            return Finding.NOT_RECORDED;
        }
        if (index.outcome(cell) != Outcome.SENT) {
            return Finding.valueOf(index.outcome(cell).name());
        }
        if (index.has(cell, FaultKind.MALFORMED)) {
            return Finding.MALFORMED;
        }
        if (unit > 0 && firstAt(index.time(cell), other -> index.points(other) > 0) != NONE) {
            return Finding.OVERWRITTEN;
        }
        if (groups.get(group).qos() > 0) {
            return index.isAcknowledged(cell) ? Finding.LOST_ACKNOWLEDGED : Finding.UNACKNOWLEDGED;
        }
        return index.has(cell, FaultKind.RECONNECT_STORM) ? Finding.LOST_RECONNECTING : Finding.LOST;
    }
}
