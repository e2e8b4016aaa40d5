package dev.sensorline.demo;

import java.util.List;

/**
 * A sensor of the reference.
 *
 * @param name          its name, and the last level of its topic
 * @param type          what it measures, as the simulator is told
 * @param periodSeconds from one reading to the next
 */
record ReferenceSensor(String name, String type, int periodSeconds) {

    /** The six there are. */
    static final List<ReferenceSensor> ALL = List.of(
            new ReferenceSensor("TEMPSENS2", "temperature", 2),
            new ReferenceSensor("TEMPLOWFREQSENS2", "temperature", 10),
            new ReferenceSensor("PRSENS5", "pressure", 5),
            new ReferenceSensor("CURSENS2", "current", 2),
            new ReferenceSensor("ACCELSLOWSENS5", "acceleration", 5),
            new ReferenceSensor("ACCELFASTSENS2", "acceleration", 2));
}
