package dev.sensorline.simulator.waveform;

/** A pressure: 173.52 plus uniform noise. The sum has the terms of the teaching stack, so that it rounds in the same way. */
record Pressure(UniformNoise noise) implements Waveform {

    @Override
    public double at(long n) {
        return noise.at(n) + 55 - 56.48 + 25 * 7;
    }
}
