package dev.sensorline.simulator.waveform;

/** What a sensor measures: a pure function, so that the n-th reading is the same whatever was read before. */
public interface Waveform {

    /** The n-th reading, n = 0, 1, 2, … */
    double at(long n);

    /** A reading as text: the shortest that reads back the same value. */
    default String text(double reading) {
        return ShortestText.of(reading);
    }
}
