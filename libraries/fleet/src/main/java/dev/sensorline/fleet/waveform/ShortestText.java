package dev.sensorline.fleet.waveform;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/**
 * Writes numbers as Python does, because subscribers of the teaching stack expect that: the shortest text that is parsed to
 * the same value, with an exponent below 10⁻⁴ and from 10¹⁶ on. Before JDK 19, {@link Double#toString} does not always
 * return the shortest text (JDK-4511638).
 * <p>
 * The digits are found by multiplication with a power of ten (Giulietti: The Schubfach way to render doubles, 2020): of the
 * decimals that are parsed to the value, those of the greatest power of ten, and of them the closest. The names of that paper are
 * used. A text makes no object. Thread-safe.
 */
public final class ShortestText {

    /** The longest text: {@code -1.7976931348623157e+308}. */
    public static final int MOST_BYTES = 24;

    private static final int PRECISION = 53;
    private static final long C_MIN = 1L << PRECISION - 1;
    private static final int Q_MIN = -1074;
    private static final int EXPONENT_MASK = 0x7ff;
    /** Below, whole numbers have an exact double each, so that all of their digits are needed. */
    private static final double EXACT = 0x1p53;

    private static final int LEAST_PLAIN_EXPONENT = -4;
    private static final int MOST_PLAIN_EXPONENT = 15;

    private ShortestText() {}

    /** The text of a number. */
    public static String of(double value) {
        byte[] text = new byte[MOST_BYTES];
        return new String(text, 0, write(value, text, 0), ISO_8859_1);
    }

    /**
     * Writes the text of a number in ASCII. What is not finite is written as in JavaScript.
     *
     * @param out has room for {@link #MOST_BYTES}
     * @return where it ends
     */
    public static int write(double value, byte[] out, int from) {
        int at = from;
        if (Double.doubleToRawLongBits(value) < 0) {
            out[at++] = '-';
        }
        double magnitude = Math.abs(value);
        if (magnitude < EXACT && magnitude == (long) magnitude) {
            at = Digits.write((long) magnitude, out, at);
            out[at++] = '.';
            out[at++] = '0';
            return at;
        }
        if (!(magnitude <= Double.MAX_VALUE)) {
            byte[] name = (Double.isNaN(value) ? "NaN" : "Infinity").getBytes(ISO_8859_1);
            at = Double.isNaN(value) ? from : at;
            System.arraycopy(name, 0, out, at, name.length);
            return at + name.length;
        }
        long bits = Double.doubleToRawLongBits(magnitude);
        int biased = (int) (bits >>> PRECISION - 1) & EXPONENT_MASK;
        long fraction = bits & C_MIN - 1;
        return biased == 0
                ? shortest(fraction, Q_MIN, out, at)
                : shortest(C_MIN | fraction, Q_MIN - 1 + biased, out, at);
    }

    /** The value is c · 2^q. */
    private static int shortest(long c, int q, byte[] out, int at) {
        // An even significand is also that of the bounds of its interval: ties round to even.
        long excluded = c & 1;
        // Below a power of two, the next double is half as far away.
        boolean isRegular = c != C_MIN || q == Q_MIN;
        int k = isRegular ? PowerOf10.floorLog10Pow2(q) : PowerOf10.floorLog10ThreeQuartersPow2(q);
        int h = q + PowerOf10.floorLog2Pow10(-k) + 2;
        PowerOf10 power = PowerOf10.of(-k);
        // Four times value, lower and upper bound in units of 10^k; the lowest bit says that there is more.
        long value = power.times(4 * c << h);
        long lower = power.times(4 * c - (isRegular ? 2 : 1) << h) + excluded;
        long upper = power.times(4 * c + 2 << h) - excluded;
        long below = value >> 2;
        long tenBelow = below / 10 * 10;
        boolean isTenBelowIn = lower <= tenBelow << 2;
        boolean isTenAboveIn = tenBelow + 10 << 2 <= upper;
        if (below >= 10 && isTenBelowIn != isTenAboveIn) {
            return write(isTenBelowIn ? tenBelow : tenBelow + 10, k, out, at);
        }
        boolean isBelowIn = lower <= below << 2;
        boolean isAboveIn = below + 1 << 2 <= upper;
        if (isBelowIn != isAboveIn) {
            return write(isBelowIn ? below : below + 1, k, out, at);
        }
        long beyondMiddle = value - (2 * below + 1 << 1);
        boolean isBelowCloser = beyondMiddle < 0 || beyondMiddle == 0 && (below & 1) == 0;
        return write(isBelowCloser ? below : below + 1, k, out, at);
    }

    /** Writes digits · 10^exponent. */
    private static int write(long allDigits, int exponent, byte[] out, int from) {
        long digits = allDigits;
        int zeros = exponent;
        while (digits % 10 == 0) {
            digits /= 10;
            zeros++;
        }
        int count = Digits.count(digits);
        int scientific = zeros + count - 1;
        int at = from;
        if (scientific < LEAST_PLAIN_EXPONENT || scientific > MOST_PLAIN_EXPONENT) {
            at = withPoint(digits, count, 1, out, at);
            out[at++] = 'e';
            out[at++] = (byte) (scientific < 0 ? '-' : '+');
            if (Math.abs(scientific) < 10) {
                out[at++] = '0';
            }
            return Digits.write(Math.abs(scientific), out, at);
        }
        if (scientific < 0) {
            out[at++] = '0';
            out[at++] = '.';
            for (int i = -1; i > scientific; i--) {
                out[at++] = '0';
            }
            return Digits.write(digits, out, at);
        }
        if (zeros >= 0) {
            at = Digits.write(digits, out, at);
            for (int i = 0; i < zeros; i++) {
                out[at++] = '0';
            }
            out[at++] = '.';
            out[at++] = '0';
            return at;
        }
        return withPoint(digits, count, scientific + 1, out, at);
    }

    /** Writes digits with a point behind some of them, if others follow. */
    private static int withPoint(long digits, int count, int before, byte[] out, int at) {
        int end = Digits.write(digits, out, at);
        if (before == count) {
            return end;
        }
        System.arraycopy(out, at + before, out, at + before + 1, count - before);
        out[at + before] = '.';
        return end + 1;
    }
}
