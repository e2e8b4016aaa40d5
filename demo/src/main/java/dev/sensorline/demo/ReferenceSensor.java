package dev.sensorline.demo;

import java.util.List;

/**
 * A sensor of the teaching stack.
 *
 * @param name          name of the sensor, and last level of its topic
 * @param type          what it measures, a value of SIM_TYPE
 * @param periodSeconds time between two readings
 */
record ReferenceSensor(String name, String type, int periodSeconds) {

    /** All six sensors. */
    static final List<ReferenceSensor> ALL = List.of(
            new ReferenceSensor("TEMPSENS2", "temperature", 2),
            new ReferenceSensor("TEMPLOWFREQSENS2", "temperature", 10),
            new ReferenceSensor("PRSENS5", "pressure", 5),
            new ReferenceSensor("CURSENS2", "current", 2),
            new ReferenceSensor("ACCELSLOWSENS5", "acceleration", 5),
            new ReferenceSensor("ACCELFASTSENS2", "acceleration", 2));
}
