package dev.sensorline.fleet;

/** Writes numbers with a fixed number of decimals, without making an object. */
final class Decimals {

    private static final long[] POWERS_OF_10 = {
        1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000
    };
    /** From here on, doubles have no decimals. */
    private static final double EXACT = 0x1p53;

    private Decimals() {}

    /** Rounds half to even. Writes nothing and returns false for a number that is too large. */
    static boolean append(StringBuilder out, double value, int decimals) {
        double scaled = Math.rint(value * POWERS_OF_10[decimals]);
        if (!(Math.abs(scaled) < EXACT)) {
            return false;
        }
        long digits = Math.abs((long) scaled);
        if (scaled < 0) {
            out.append('-');
        }
        out.append(digits / POWERS_OF_10[decimals]);
        if (decimals > 0) {
            long fraction = digits % POWERS_OF_10[decimals];
            out.append('.');
            for (int i = decimals - 1; i > 0 && fraction < POWERS_OF_10[i]; i--) {
                out.append('0');
            }
            out.append(fraction);
        }
        return true;
    }
}
