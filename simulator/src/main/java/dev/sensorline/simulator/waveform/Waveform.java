package dev.sensorline.simulator.waveform;

/**
 * What a sensor measures, as a pure function of the number of the reading: the n-th reading does not depend on the readings
 * before it. Thread-safe.
 */
public interface Waveform {

    /** The n-th reading, n = 0, 1, 2, … */
    double at(long n);

    /** Writes a reading. The default is the shortest text that is parsed to the same value. */
    default String text(double reading) {
        return ShortestText.of(reading);
    }
}
