package dev.sensorline.fleet.waveform;

import java.math.BigDecimal;
import java.math.MathContext;

/**
 * Writes numbers as Python does, because subscribers of the teaching stack expect that: the shortest text that is parsed to
 * the same value, with an exponent below 10⁻⁴ and from 10¹⁶ on. Before JDK 19, {@link Double#toString} does not always
 * return the shortest text (JDK-4511638).
 */
final class ShortestText {

    /** Every decimal of this many digits survives the conversion to a normal 64-bit float and back (IEEE 754). */
    private static final int PRESERVED_DIGITS = 15;
    /** This many digits identify every 64-bit float (IEEE 754). */
    private static final int SUFFICIENT_DIGITS = 17;

    private ShortestText() {}

    static String of(double value) {
        if (value == 0) {
            return 1 / value < 0 ? "-0.0" : "0.0";
        }
        BigDecimal shortest = shortest(value);
        int exponent = shortest.precision() - shortest.scale() - 1;
        if (exponent >= -4 && exponent < 16) {
            String plain = shortest.toPlainString();
            return plain.indexOf('.') < 0 ? plain + ".0" : plain;
        }
        return shortest.movePointLeft(exponent).toPlainString()
                + "e%s%02d".formatted(exponent < 0 ? "-" : "+", Math.abs(exponent));
    }

    private static BigDecimal shortest(double value) {
        BigDecimal exact = new BigDecimal(value);
        for (int digits = Math.abs(value) < Double.MIN_NORMAL ? 1 : PRESERVED_DIGITS;
                digits < SUFFICIENT_DIGITS;
                digits++) {
            BigDecimal rounded = exact.round(new MathContext(digits));
            if (rounded.doubleValue() == value) {
                return rounded.stripTrailingZeros();
            }
        }
        return exact.round(new MathContext(SUFFICIENT_DIGITS)).stripTrailingZeros();
    }
}
