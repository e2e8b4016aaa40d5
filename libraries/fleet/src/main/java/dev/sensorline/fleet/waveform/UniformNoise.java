package dev.sensorline.fleet.waveform;

/**
 * Uniformly distributed random numbers in [0, 1) with access by index: the output of SplitMix64, whose n-th state is the
 * seed plus n times a constant (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014).
 */
public final class UniformNoise {

    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;
    private static final double UNIT = 0x1p-53;

    private UniformNoise() {}

    /** The n-th number of a seed. */
    public static double at(long seed, long n) {
        return (bits(seed, n) >>> 11) * UNIT;
    }

    /** The 64 random bits that the n-th number of a seed is made from. Other numbers give other bits. */
    public static long bits(long seed, long n) {
        long z = seed + (n + 1) * GOLDEN_GAMMA;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
