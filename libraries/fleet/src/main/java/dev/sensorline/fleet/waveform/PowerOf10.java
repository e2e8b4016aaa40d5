package dev.sensorline.fleet.waveform;

import java.math.BigInteger;

import org.jspecify.annotations.Nullable;

/**
 * A power of ten as g · 2^r, where g has 126 bits and is rounded up, in two halves of 63 bits (Giulietti: The Schubfach way to render
 * doubles, 9.9). Computed when it is needed first: a sensor needs a few of them.
 */
record PowerOf10(long high, long low) {

    private static final int LEAST = -292;
    private static final int MOST = 324;
    private static final int BITS = 126;
    private static final int HALF = 63;
    private static final long HALF_MASK = (1L << HALF) - 1;

    /** Threads may compute the same ones: records are published safely without a lock, because their fields are final. */
    private static final @Nullable PowerOf10[] POWERS = new PowerOf10[MOST - LEAST + 1];

    static PowerOf10 of(int exponent) {
        PowerOf10 power = POWERS[exponent - LEAST];
        if (power == null) {
            power = computed(exponent);
            POWERS[exponent - LEAST] = power;
        }
        return power;
    }

    private static PowerOf10 computed(int exponent) {
        int shift = BITS - 1 - floorLog2Pow10(exponent);
        BigInteger power = BigInteger.TEN.pow(Math.abs(exponent));
        BigInteger bits = exponent >= 0
                ? power.shiftLeft(shift)
                : BigInteger.ONE.shiftLeft(shift).divide(power);
        BigInteger g = bits.add(BigInteger.ONE);
        return new PowerOf10(g.shiftRight(HALF).longValue(), g.longValue() & HALF_MASK);
    }

    /** The product with a number, rounded to odd: the lowest bit says that there is more (Giulietti, 9.10). */
    long times(long number) {
        long carried = Math.multiplyHigh(low, number);
        long middle = (high * number >>> 1) + carried;
        long whole = Math.multiplyHigh(high, number) + (middle >>> HALF);
        return whole | (middle & HALF_MASK) + HALF_MASK >>> HALF;
    }

    /** ⌊log₁₀ 2^q⌋ */
    static int floorLog10Pow2(int q) {
        return (int) (q * 661_971_961_083L >> 41);
    }

    /** ⌊log₁₀ (¾ · 2^q)⌋ */
    static int floorLog10ThreeQuartersPow2(int q) {
        return (int) (q * 661_971_961_083L - 274_743_187_321L >> 41);
    }

    /** ⌊log₂ 10^e⌋ */
    static int floorLog2Pow10(int e) {
        return (int) (e * 913_124_641_741L >> 38);
    }
}
