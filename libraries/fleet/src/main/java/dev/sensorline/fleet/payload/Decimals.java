package dev.sensorline.fleet.payload;

import dev.sensorline.fleet.Metric;
import dev.sensorline.fleet.waveform.Digits;
import dev.sensorline.fleet.waveform.ShortestText;

/** Writes the values of metrics, with the decimals that they have. Makes no object. Thread-safe. */
public final class Decimals {

    /** The longest text of a number. */
    static final int MOST_BYTES = ShortestText.MOST_BYTES;

    private static final long[] POWERS_OF_10 = {
        1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000
    };
    /** From here on, doubles have no decimals. */
    private static final double EXACT = 0x1p53;

    private Decimals() {}

    /**
     * Writes a value as a text.
     *
     * @param out has room for {@link #MOST_BYTES}
     * @return where the text ends
     */
    static int write(Metric metric, double value, byte[] out, int at) {
        int decimals = decimals(metric, value);
        double scaled = scaled(value, decimals);
        return Math.abs(scaled) < EXACT ? write((long) scaled, decimals, out, at) : ShortestText.write(value, out, at);
    }

    /** The value with the decimals of a metric, rounded half to even; as it is, if it is too large to have any. */
    public static double rounded(Metric metric, double value) {
        int decimals = decimals(metric, value);
        double scaled = scaled(value, decimals);
        // The sum makes 0 of −0.
        return Math.abs(scaled) < EXACT ? scaled / POWERS_OF_10[decimals] + 0.0 : value;
    }

    /** Whether the value that {@link #write} writes has no fraction, and fits into 64 bits. */
    static boolean isWhole(Metric metric, double value) {
        return decimals(metric, value) == 0 && Math.abs(scaled(value, 0)) < EXACT;
    }

    private static int decimals(Metric metric, double value) {
        boolean isWhole =
                metric.decimals() == Metric.SHORTEST && metric.waveform().isWhole() && value == Math.rint(value);
        return isWhole ? 0 : metric.decimals();
    }

    /** Rounded half to even; NaN if there is no certain number of decimals. */
    private static double scaled(double value, int decimals) {
        return decimals == Metric.SHORTEST ? Double.NaN : Math.rint(value * POWERS_OF_10[decimals]);
    }

    private static int write(long scaled, int decimals, byte[] out, int from) {
        int at = from;
        if (scaled < 0) {
            out[at++] = '-';
        }
        long digits = Math.abs(scaled);
        at = Digits.write(digits / POWERS_OF_10[decimals], out, at);
        if (decimals > 0) {
            long fraction = digits % POWERS_OF_10[decimals];
            out[at++] = '.';
            for (int i = decimals - 1; i > 0 && fraction < POWERS_OF_10[i]; i--) {
                out[at++] = '0';
            }
            at = Digits.write(fraction, out, at);
        }
        return at;
    }
}
