package dev.sensorline.fleet.waveform;

/** A pressure: 173.52 plus uniform noise. The sum has the terms of the teaching stack, so that it rounds in the same way. */
record Pressure() implements Waveform {

    @Override
    public double at(long seed, long step, long nanos) {
        return UniformNoise.at(seed, step) + 55 - 56.48 + 25 * 7;
    }
}
