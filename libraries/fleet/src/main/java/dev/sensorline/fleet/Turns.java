package dev.sensorline.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

import dev.sensorline.fleet.waveform.UniformNoise;
import dev.sensorline.fleet.waveform.Waveform;

/**
 * Whose turn it is in a group: its readings in the order in which they are due. Reading k of a sensor is due at start + offset + k · period
 * + jitter · u, where u is the reading's random number in [0, 1). When a replay ends, so do the readings. A reading makes no object. For
 * one thread.
 */
public abstract sealed class Turns permits RingTurns, JitteredTurns {

    /** When a reading is due that there is not. */
    public static final long NEVER = Long.MAX_VALUE;

    /** Makes the random numbers of the jitter others than those of the values. */
    private static final long SALT = 0x6a09e667f3bcc908L;

    private final Group group;
    /** Of the group. */
    private final long seed;
    /** For each metric. */
    private final Waveform[] waveforms;

    private long start;
    private long period;
    private final long jitter;
    private final int count;
    private final boolean isSpread;
    /** Of all sensors, unless they are spread. */
    private final long offset;
    /** When there are no more readings; {@link #NEVER} if they do not end. */
    private final long end;

    /** The turns of a group from a start on. */
    public static Turns of(Group group, long fleetSeed, Instant start) {
        return of(group, fleetSeed, start, Share.ALL);
    }

    /** The turns of a share of a group from a start on, which must have at least one sensor. Their readings are due when they are for all. */
    public static Turns of(Group group, long fleetSeed, Instant start, Share share) {
        return group.jitter().isZero()
                ? new RingTurns(group, fleetSeed, start, share)
                : new JitteredTurns(group, fleetSeed, start, share);
    }

    Turns(Group group, long fleetSeed, Instant start) {
        this.group = group.startingAt(start);
        this.seed = group.seed(fleetSeed);
        this.start = Duration.between(Instant.EPOCH, start).toNanos();
        this.period = group.period().toNanos();
        this.jitter = group.jitter().toNanos();
        this.count = group.names().count();
        this.isSpread = group.offset().isEmpty();
        this.offset = group.offset().orElse(Duration.ZERO).toNanos();
        this.waveforms = this.group.metrics().stream().map(Metric::waveform).toArray(Waveform[]::new);
        this.end = Arrays.stream(waveforms).mapToLong(Waveform::end).min().orElse(NEVER);
    }

    /** The group, whose replays begin with these turns. */
    public final Group group() {
        return group;
    }

    /** The sensor whose turn it is: 0, 1, 2, … */
    public abstract int sensor();

    /** The number of its reading: 0, 1, 2, … */
    public abstract long step();

    /** When it is due, in nanoseconds since 1970-01-01T00:00Z; {@link #NEVER} when all readings have been. */
    public abstract long due();

    /** Passes the turn on. */
    public abstract void next();

    /** Measures what the sensor whose turn it is sends, if it sends it when it is due. */
    public final void measure(Measurement measurement) {
        measurement.sensor = sensor();
        measurement.sequence = step();
        measurement.due = due();
        measurement.time = measurement.due;
        measurement.sent = measurement.due;
        long seedOfSensor = seedOf(measurement.sensor);
        for (int i = 0; i < waveforms.length; i++) {
            measurement.values[i] = waveforms[i].at(seedOfSensor, measurement.sequence, measurement.due);
        }
    }

    /** The same as {@link Group#seedOf}, without hashing the name of the group again. */
    private long seedOf(int sensor) {
        return Seeds.of(seed, sensor);
    }

    /** The number of the next reading of a sensor of the share. */
    public abstract long nextStep(int sensor);

    /** Makes a reading with this number the next one of each sensor. */
    public abstract void goTo(long step);

    /**
     * Changes the time between two readings. The numbers of the readings go on.
     *
     * @param due of the next reading, except for its jitter
     */
    public final void setPeriod(Duration changed, long due) {
        period = changed.toNanos();
        start += due - dueWithoutEnd(sensor(), step());
        rearrange();
    }

    /** Times have changed. */
    abstract void rearrange();

    final long due(int sensor, long step) {
        long due = dueWithoutEnd(sensor, step);
        return due < end ? due : NEVER;
    }

    private long dueWithoutEnd(int sensor, long step) {
        // The product of period and sensor would not always fit into 64 bits.
        long first = isSpread ? period / count * sensor + period % count * sensor / count : offset;
        long late = jitter == 0 ? 0 : (long) (jitter * UniformNoise.at(seedOf(sensor) ^ SALT, step));
        return start + first + step * period + late;
    }
}
