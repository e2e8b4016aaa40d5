package dev.sensorline.simulator.fleet;

import java.util.BitSet;

import dev.sensorline.fleet.Format;
import dev.sensorline.fleet.Group;
import dev.sensorline.fleet.Measurement;
import dev.sensorline.fleet.payload.Encoder;

/** What a lane needs of a group to make its readings. For one thread. */
final class SensorGroup {

    /** Its number in the fleet. */
    final int number;

    final Group group;
    /** Number of its first sensor in the fleet, or of its first edge node. */
    final int firstSensor;
    /** How many sensors an edge node has, and whether they are its devices. */
    final int sensorsOfNode;

    final boolean hasDevices;

    final Encoder encoder;
    final Troubles troubles;
    /** Of the sensor whose turn it is. */
    final Measurement reading;
    /** Sensors that are switched off. */
    final BitSet off = new BitSet();

    /** The group of one sensor that has gone its own way. */
    SensorGroup alone() {
        return new SensorGroup(number, group, firstSensor, encoder, troubles);
    }

    SensorGroup(int number, Group group, int firstSensor, Encoder encoder, Troubles troubles) {
        this.number = number;
        this.group = group;
        this.firstSensor = firstSensor;
        this.encoder = encoder;
        this.troubles = troubles;
        int devices = group.format() instanceof Format.Sparkplug format ? format.devices() : 0;
        this.sensorsOfNode = Math.max(1, devices);
        this.hasDevices = devices > 0;
        this.reading = new Measurement(group.metrics().size());
    }
}
