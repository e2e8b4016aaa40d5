package dev.sensorline.simulator.waveform;

import java.math.BigDecimal;
import java.math.MathContext;

/**
 * Numbers as Python writes them, which the readers of these topics are used to: the shortest text that reads back the
 * same value, with an exponent below 10⁻⁴ and from 10¹⁶ on. {@link Double#toString} is not always shortest before JDK 19
 * (JDK-4511638).
 */
final class ShortestText {

    /**
     * Each decimal of 15 digits survives the way to a normal 64-bit float and back; 17 are always enough (IEEE 754).
     */
    private static final int SURVIVING_DIGITS = 15;
    private static final int SUFFICIENT_DIGITS = 17;

    private ShortestText() {
    }

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
        for (int digits = Math.abs(value) < Double.MIN_NORMAL ? 1 : SURVIVING_DIGITS; digits < SUFFICIENT_DIGITS; digits++) {
            BigDecimal rounded = exact.round(new MathContext(digits));
            if (rounded.doubleValue() == value) {
                return rounded.stripTrailingZeros();
            }
        }
        return exact.round(new MathContext(SUFFICIENT_DIGITS)).stripTrailingZeros();
    }
}
