package dev.sensorline.simulator.fleet;

import java.util.concurrent.TimeUnit;

import org.HdrHistogram.Histogram;

import dev.sensorline.fleet.fault.FaultKind;

/** What a loop has counted. Not thread-safe: a loop owns its own, and gives copies away. */
final class Statistics {

    /** In microseconds. */
    private static final long LONGEST = TimeUnit.HOURS.toMicros(1);

    private static final int DIGITS = 3;
    private static final long NANOS_PER_MICRO = 1_000;

    /** Readings that were due. */
    long due;
    /** Messages that were handed to a socket in time or late, without those of duplicates. */
    long sent;
    /** Readings that were not sent because a fault said so. */
    long dropped;
    /** Readings to which a fault happened. */
    long faults;
    /** How often each kind of fault happened. */
    final long[] faultsBy = new long[FaultKind.values().length];
    /** Readings that could not go out as late as is allowed. */
    long skipped;
    /** Messages that the broker has not taken (MQTT 5). */
    long refused;

    /** Readings to which the broker has answered, which it has taken or refused. */
    long acknowledged;
    /** Readings to which it has not. Less than 0 where only late answers are counted. */
    long unacknowledged;
    /** Bytes of packets. */
    long bytes;
    /** Connections that were lost or not accepted. */
    long failedConnections;
    /** Commands of Sparkplug that ask for what edge nodes do not do. */
    long ignoredCommands;

    int connections;
    int connected;
    /** Connections that were lost or not accepted since the process began. */
    long allFailedConnections;
    /** Connections that were opened again since the process began. */
    long reconnects;
    /** Readings that were skipped or refused, by what was in the way. */
    final long[] skippedBy = new long[Limit.values().length];
    /** For how long readings were late, in nanoseconds, by what was in the way. */
    final long[] lateNanos = new long[Limit.values().length];

    /** From the time that a reading is due until it was handed to the socket, in microseconds. */
    final Histogram lateness = new Histogram(LONGEST, DIGITS);
    /** From the time that a reading is due until the broker has acknowledged it, in microseconds. */
    final Histogram acknowledgement = new Histogram(LONGEST, DIGITS);

    static void record(Histogram histogram, long nanos) {
        histogram.recordValue(Math.min(Math.max(0, nanos / NANOS_PER_MICRO), LONGEST));
    }

    /** Counts a reading that could not go out. */
    void skip(Limit limit) {
        skipped++;
        skippedBy[limit.ordinal()]++;
    }

    /** Counts a reading that was sent, and that the broker has not taken. */
    void refuse() {
        refused++;
        skippedBy[Limit.REFUSAL.ordinal()]++;
    }

    /** Counts the faults of a reading: bits of {@link FaultKind}. */
    void fault(int kinds) {
        faults++;
        for (int left = kinds; left != 0; left &= left - 1) {
            faultsBy[Integer.numberOfTrailingZeros(left)]++;
        }
    }

    /** Adds what another loop has counted, and how it is. */
    void add(Statistics other) {
        addCounts(other);
        addState(other);
    }

    /** Adds how another loop is now. */
    void addState(Statistics other) {
        connections += other.connections;
        connected += other.connected;
        allFailedConnections += other.allFailedConnections;
        reconnects += other.reconnects;
    }

    /** Adds what another loop has counted, or what was counted in another step. */
    void addCounts(Statistics other) {
        due += other.due;
        sent += other.sent;
        dropped += other.dropped;
        faults += other.faults;
        skipped += other.skipped;
        refused += other.refused;
        acknowledged += other.acknowledged;
        unacknowledged += other.unacknowledged;
        bytes += other.bytes;
        failedConnections += other.failedConnections;
        ignoredCommands += other.ignoredCommands;
        for (int i = 0; i < faultsBy.length; i++) {
            faultsBy[i] += other.faultsBy[i];
        }
        for (int i = 0; i < lateNanos.length; i++) {
            skippedBy[i] += other.skippedBy[i];
            lateNanos[i] += other.lateNanos[i];
        }
        lateness.add(other.lateness);
        acknowledgement.add(other.acknowledgement);
    }

    Statistics copy() {
        Statistics copy = new Statistics();
        copy.add(this);
        return copy;
    }

    /** Part of the readings that were to be sent, and were and not refused; 1 if none were due. */
    double achieved() {
        long asked = due - dropped;
        return asked == 0 ? 1 : (double) (sent - refused) / asked;
    }

    /** What has kept most readings from going out in time. */
    Limit limit() {
        Limit most = Limit.GENERATOR;
        for (Limit limit : Limit.values()) {
            int i = limit.ordinal();
            int m = most.ordinal();
            boolean isMore = skippedBy[i] != skippedBy[m] ? skippedBy[i] > skippedBy[m] : lateNanos[i] > lateNanos[m];
            most = isMore ? limit : most;
        }
        return most;
    }
}
