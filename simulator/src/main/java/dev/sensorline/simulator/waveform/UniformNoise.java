package dev.sensorline.simulator.waveform;

/**
 * Uniformly distributed random numbers in [0, 1) with access by index: the output of SplitMix64, whose n-th state is the
 * seed plus n times a constant (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014).
 */
public record UniformNoise(long seed) {

    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;
    private static final double UNIT = 0x1p-53;

    /** The n-th number, n = 0, 1, 2, … */
    double at(long n) {
        long z = seed + (n + 1) * GOLDEN_GAMMA;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return ((z ^ (z >>> 31)) >>> 11) * UNIT;
    }
}
