package dev.sensorline.fleet.fault;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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

    private record Active(int kind, long salt, Occurrence occurrence, Effect effect) {}

    /** Of the group. */
    private final long seed;

    private final Active[] faults;
    private final AtomicInteger enabled = new AtomicInteger(ALL);

    /** @param start of the fleet: schedules count from it */
    public GroupFaults(Group group, long fleetSeed, Instant start) {
        this.seed = group.seed(fleetSeed);
        long from = Duration.between(Instant.EPOCH, start).toNanos();
        int sensors = group.names().count();
        Map<FaultKind, Integer> ofKind = new EnumMap<>(FaultKind.class);
        List<Active> active = new ArrayList<>();
        for (Fault fault : group.faults()) {
            FaultKind kind = FaultKind.of(fault);
            // A fault of another kind in the file does not change its random numbers.
            long salt = Seeds.of(Seeds.of(0, kind.key()), ofKind.merge(kind, 1, Integer::sum));
            active.add(new Active(
                    kind.bit(),
                    salt,
                    Occurrence.of(fault.when(), sensors, from),
                    Effect.of(fault, sensors, group.metrics().size())));
        }
        this.faults = active.toArray(Active[]::new);
    }

    /**
     * Applies the faults in the order of the file to a reading, whose values and time may change.
     *
     * @param effects is set to what else happens to it
     */
    public void apply(Measurement reading, Effects effects) {
        effects.clear();
        if (faults.length == 0) {
            return;
        }
        int kinds = enabled.get();
        long seedOfSensor = Seeds.of(seed, reading.sensor);
        for (Active fault : faults) {
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

    /** Whether the faults of a kind are on. Thread-safe. */
    public boolean isEnabled(FaultKind kind) {
        return kind.isIn(enabled.get());
    }
}
