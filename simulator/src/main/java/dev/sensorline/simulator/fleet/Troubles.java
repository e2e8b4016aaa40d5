package dev.sensorline.simulator.fleet;

import java.time.Instant;
import java.util.OptionalInt;

import dev.sensorline.fleet.Fault;
import dev.sensorline.fleet.Group;
import dev.sensorline.fleet.Measurement;
import dev.sensorline.fleet.fault.Effects;
import dev.sensorline.fleet.payload.Bytes;

/** What goes wrong with the readings of a group, between their turn and their payload. For one thread. */
interface Troubles {

    /** Nothing goes wrong. */
    Troubles NONE = new Troubles() {

        @Override
        public void apply(Measurement reading, Effects effects) {
            effects.clear();
        }

        @Override
        public void damage(Bytes payload, long random) {
            throw new IllegalStateException("Nothing is damaged without faults");
        }
    };

    /** Makes the troubles of a group. */
    interface Source {

        Troubles of(Group group, long fleetSeed, long startNanos);
    }

    /**
     * Applies faults to a reading that is due, whose values and time may change. Called for each reading, in the order of its sensor, also if
     * it cannot be sent.
     *
     * @param effects is set to what else happens to it
     */
    void apply(Measurement reading, Effects effects);

    /** Damages a payload. */
    void damage(Bytes payload, long random);

    /** Switches a kind of faults on or off, for all sensors or for one; returns false if there is no such kind. */
    default boolean enable(String kind, OptionalInt sensor, boolean isEnabled) {
        return false;
    }

    /**
     * Lets a fault happen to all sensors, instead of those of its kind.
     *
     * @param from a schedule counts from it
     */
    default void set(Fault fault, Instant from) {}
}
