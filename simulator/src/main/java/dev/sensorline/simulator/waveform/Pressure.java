package dev.sensorline.simulator.waveform;

/** A vessel: uniform noise on 173.52, in the lab's own arithmetic. */
record Pressure(UniformNoise noise) implements Waveform {

    @Override
    public double at(long n) {
        return noise.at(n) + 55 - 56.48 + 25 * 7;
    }
}
