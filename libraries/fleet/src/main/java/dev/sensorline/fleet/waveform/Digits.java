package dev.sensorline.fleet.waveform;

/** Writes whole numbers in ASCII, without making an object. Thread-safe. */
public final class Digits {

    /** Of the longest number. */
    public static final int MOST_BYTES = 19;

    private Digits() {}

    /**
     * Writes the digits of a number.
     *
     * @param number not negative
     * @return where it ends
     */
    public static int write(long number, byte[] out, int from) {
        int end = from + count(number);
        long rest = number;
        for (int at = end - 1; at >= from; at--) {
            out[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return end;
    }

    /** How many digits a number has that is not negative. */
    public static int count(long number) {
        int count = 1;
        for (long limit = 10; count < MOST_BYTES && number >= limit; limit *= 10) {
            count++;
        }
        return count;
    }
}
