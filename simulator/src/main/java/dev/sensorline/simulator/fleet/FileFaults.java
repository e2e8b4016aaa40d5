package dev.sensorline.simulator.fleet;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

import dev.sensorline.fleet.Fault;
import dev.sensorline.fleet.Group;
import dev.sensorline.fleet.Measurement;
import dev.sensorline.fleet.fault.Damage;
import dev.sensorline.fleet.fault.Effects;
import dev.sensorline.fleet.fault.FaultKind;
import dev.sensorline.fleet.fault.GroupFaults;
import dev.sensorline.fleet.payload.Bytes;

/** The faults that a fleet file says, or a command. For one thread; what the faults of a group remember is shared by all threads. */
final class FileFaults implements Troubles {

    private final Group group;
    private final GroupFaults faults;

    private FileFaults(Group group, GroupFaults faults) {
        this.group = group;
        this.faults = faults;
    }

    /** Makes those of the groups of a run. Thread-safe. */
    static final class Source implements Troubles.Source {

        private final Map<String, GroupFaults> byGroup = new HashMap<>();
        private long startNanos;

        @Override
        public synchronized Troubles of(Group group, long fleetSeed, long start) {
            if (start != startNanos) {
                byGroup.clear(); // Those of an earlier step.
                startNanos = start;
            }
            return new FileFaults(
                    group,
                    byGroup.computeIfAbsent(
                            group.name(), name -> new GroupFaults(group, fleetSeed, Instant.EPOCH.plusNanos(start))));
        }
    }

    @Override
    public void apply(Measurement reading, Effects effects) {
        faults.apply(reading, effects);
    }

    @Override
    public void damage(Bytes payload, long random) {
        Damage.apply(payload, group.format(), random);
    }

    @Override
    public boolean enable(String key, OptionalInt sensor, boolean isEnabled) {
        Optional<FaultKind> known = Stream.of(FaultKind.values())
                .filter(kind -> kind.key().equals(key) && faults.has(kind))
                .findFirst();
        known.ifPresent(kind -> sensor.ifPresentOrElse(
                one -> faults.enable(kind, one, isEnabled), () -> faults.enable(kind, isEnabled)));
        return known.isPresent();
    }

    @Override
    public void set(Fault fault, Instant from) {
        faults.set(fault, from);
    }
}
