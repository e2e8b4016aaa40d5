package dev.sensorline.points;

/**
 * 64-bit hashes, the same in every process: two different inputs have the same one with a probability of about 2⁻⁶⁴, unless
 * somebody looked for such inputs.
 */
public final class Hash64 {

    /** The multiplier of FNV-1a. */
    private static final long MULTIPLIER = 0x100000001B3L;
    /** 2⁶⁴ divided by the golden ratio. */
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private Hash64() {}

    public static long of(byte[] bytes) {
        long hash = bytes.length;
        for (byte b : bytes) {
            hash = (hash ^ b) * MULTIPLIER;
        }
        return mix(hash);
    }

    public static long of(String text) {
        long hash = text.length();
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * MULTIPLIER;
        }
        return mix(hash);
    }

    /** The hash of a pair. The order matters. */
    public static long of(long first, long second) {
        return mix(first * GOLDEN + second);
    }

    /** Makes each bit of the result depend on all bits of a number (the finaliser of MurmurHash3). */
    private static long mix(long number) {
        long mixed = (number ^ number >>> 33) * 0xFF51AFD7ED558CCDL;
        mixed = (mixed ^ mixed >>> 33) * 0xC4CEB9FE1A85EC53L;
        return mixed ^ mixed >>> 33;
    }
}
