package dev.sensorline.simulator.fleet;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import dev.sensorline.fleet.Fleet;

/**
 * How a fleet is run.
 *
 * @param threads          event loops, from 1 on
 * @param connections      how many connections the sensors share, at least as many as threads; 0 if each has its own
 * @param connectRate      how many connections are opened a second
 * @param keepAlive        of each connection
 * @param connectLimit     how long it may take until a first connection is accepted; empty: for ever
 * @param latest           how late a reading may be sent
 * @param duration         after which a run, or a step of a sweep, ends
 * @param readingsEach     how many readings a sensor has
 * @param rates            readings a second of each step; those of the fleet if empty
 * @param tolerance        which part of the readings may be missing
 * @param commands         topic below which commands are taken
 */
public record FleetOptions(
        Fleet fleet,
        int threads,
        int connections,
        double connectRate,
        Duration keepAlive,
        Optional<Duration> connectLimit,
        Duration latest,
        Optional<Duration> duration,
        long readingsEach,
        List<Double> rates,
        double tolerance,
        Optional<String> commands) {

    private static final int UNSENT_BYTES = 64 << 20;
    private static final int MOST_UNSENT_BYTES = 128 << 10;
    private static final int FEWEST_UNSENT_BYTES = 4 << 10;

    /** For ever. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    /** Whether each sensor has a connection of its own. */
    public boolean hasOwnConnections() {
        return connections == 0;
    }

    /** How many publishers there are, whose numbers are 0, 1, 2, …: those of edge nodes come last. */
    int publishers() {
        return firstOfNodes() + new Sensors(fleet).nodeCount();
    }

    /** The number of the publisher of the first edge node. */
    public int firstOfNodes() {
        int sensors = new Sensors(fleet).count();
        return hasOwnConnections() || sensors == 0 ? sensors : connections;
    }

    /** How many bytes a connection may keep that the broker does not read: a share of {@value #UNSENT_BYTES} for all of them. */
    public int unsentBytes() {
        return Math.max(FEWEST_UNSENT_BYTES, Math.min(MOST_UNSENT_BYTES, UNSENT_BYTES / Math.max(1, publishers())));
    }

    /** The lowest rate at which a fleet can run, in readings a second. */
    public static double lowestRate(Fleet fleet) {
        return Step.lowestRate(fleet);
    }

    /** The connections of several sensors, if they share them: one for 10,000 sensors, up to the number of processors. */
    public static int sensibleConnections(long sensors, int processors) {
        return (int) Math.max(1, Math.min(processors, (sensors + 9_999) / 10_000));
    }
}
