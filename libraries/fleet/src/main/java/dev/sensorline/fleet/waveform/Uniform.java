package dev.sensorline.fleet.waveform;

/** Uniform noise: min + (max − min) · u, where u is the reading's random number in [0, 1). */
public record Uniform(double min, double max) implements Waveform {

    @Override
    public double at(long seed, long step, long nanos) {
        return min + (max - min) * UniformNoise.at(seed, step);
    }
}
