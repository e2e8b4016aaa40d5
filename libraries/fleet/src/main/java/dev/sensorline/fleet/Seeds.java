package dev.sensorline.fleet;

import dev.sensorline.fleet.waveform.UniformNoise;

/** Random bits for each part of a fleet. */
public final class Seeds {

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private Seeds() {}

    /** Bits for a text (FNV-1a over its UTF-16 units, mixed by SplitMix64). */
    public static long of(long seed, String text) {
        long hash = FNV_OFFSET;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * FNV_PRIME;
        }
        return of(seed, hash);
    }

    /** Bits for a number. */
    public static long of(long seed, long number) {
        return UniformNoise.bits(UniformNoise.bits(seed, 0), number);
    }
}
