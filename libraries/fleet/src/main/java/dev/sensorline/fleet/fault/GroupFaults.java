package dev.sensorline.fleet.fault;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import dev.sensorline.fleet.Fault;
import dev.sensorline.fleet.Group;
import dev.sensorline.fleet.Measurement;
import dev.sensorline.fleet.Seeds;

/**
 * What goes wrong with the readings of a group. Whether a fault happens to a reading depends on the seed, the sensor, the number of the
 * reading and when it is due, never on the clock or on other sensors. Each reading that is due is asked for, in the order of its sensor;
 * the order of sensors does not matter. Different threads may ask for different sensors, each with an {@link Effects} of its own.
 *
 * <p>A sensor takes 8 bytes for each fault that lasts for a time and begins at random, or that happens to one reading by a schedule, and 8
 * bytes a metric for each {@code stuck}. A reading makes no object.
 */
public final class GroupFaults {

    private static final int ALL = -1;

    private record Active(Fault fault, int kind, long salt, Occurrence occurrence, Effect effect) {}

    private final Group group;
    /** Of the group. */
    private final long seed;

    private volatile Active[] faults;
    private final AtomicInteger enabled = new AtomicInteger(ALL);
    /** The kinds that are off for a sensor; empty if there are none. What is in it of a sensor belongs to the sensor's thread. */
    private volatile int[] disabledOf = {};

    /** @param start of the fleet: schedules count from it */
    public GroupFaults(Group group, long fleetSeed, Instant start) {
        this.group = group;
        this.seed = group.seed(fleetSeed);
        Map<FaultKind, Integer> ofKind = new EnumMap<>(FaultKind.class);
        List<Active> active = new ArrayList<>();
        for (Fault fault : group.faults()) {
            active.add(active(fault, ofKind.merge(FaultKind.of(fault), 1, Integer::sum), start));
        }
        this.faults = active.toArray(Active[]::new);
    }

    /** @param number among those of its kind, from 1 on */
    private Active active(Fault fault, int number, Instant start) {
        FaultKind kind = FaultKind.of(fault);
        int sensors = group.names().count();
        return new Active(
                fault,
                kind.bit(),
                // A fault of another kind in the file does not change its random numbers.
                Seeds.of(Seeds.of(0, kind.key()), number),
                Occurrence.of(
                        fault.when(),
                        sensors,
                        Duration.between(Instant.EPOCH, start).toNanos()),
                Effect.of(fault, sensors, group.metrics().size()));
    }

    /**
     * Applies the faults in the order of the file to a reading, whose values and time may change.
     *
     * @param effects is set to what else happens to it
     */
    public void apply(Measurement reading, Effects effects) {
        effects.clear();
        Active[] active = faults;
        if (active.length == 0) {
            return;
        }
        int[] disabled = disabledOf;
        int kinds = enabled.get() & ~(disabled.length == 0 ? 0 : disabled[reading.sensor]);
        long seedOfSensor = Seeds.of(seed, reading.sensor);
        for (Active fault : active) {
            long own = seedOfSensor ^ fault.salt;
            // Asked for in any case, so that switching does not change when it happens afterwards.
            long begun = fault.occurrence.begun(reading, own);
            if (begun == Occurrence.NOT || (kinds & fault.kind) == 0) {
                fault.effect.pass(reading);
            } else {
                effects.kinds |= fault.kind;
                fault.effect.apply(reading, begun, own, effects);
            }
        }
    }

    /**
     * Switches the faults of a kind on or off. All of them are on at first. Faults that are off have no effect; they begin and end as if
     * they were on, so that a fault that is switched on again before its time is over goes on. Thread-safe.
     */
    public void enable(FaultKind kind, boolean isEnabled) {
        enabled.updateAndGet(kinds -> isEnabled ? kinds | kind.bit() : kinds & ~kind.bit());
    }

    /**
     * Switches the faults of a kind on or off for one sensor, which has those that are on for it and for all. To be called on the thread of
     * the sensor.
     */
    public void enable(FaultKind kind, int sensor, boolean isEnabled) {
        synchronized (this) {
            if (disabledOf.length == 0) {
                disabledOf = new int[group.names().count()];
            }
        }
        int before = disabledOf[sensor];
        disabledOf[sensor] = isEnabled ? before & ~kind.bit() : before | kind.bit();
    }

    /**
     * Lets a fault happen instead of those of its kind, and switches it on. To set the same object again changes nothing, so that each thread
     * may say it. Thread-safe.
     *
     * @param from a schedule counts from it
     */
    public synchronized void set(Fault fault, Instant from) {
        Active[] before = faults;
        if (Arrays.stream(before).anyMatch(active -> active.fault == fault)) {
            return;
        }
        int kind = FaultKind.of(fault).bit();
        List<Active> after = new ArrayList<>(Arrays.asList(before));
        after.removeIf(active -> active.kind == kind);
        after.add(active(fault, 1, from));
        faults = after.toArray(Active[]::new);
        enable(FaultKind.of(fault), true);
    }

    /** Whether there are faults of a kind, on or off. Thread-safe. */
    public boolean has(FaultKind kind) {
        return Arrays.stream(faults).anyMatch(active -> active.kind == kind.bit());
    }

    /** Whether the faults of a kind are on. Thread-safe. */
    public boolean isEnabled(FaultKind kind) {
        return kind.isIn(enabled.get());
    }
}
