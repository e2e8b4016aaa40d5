package dev.sensorline.points.decoding.extraction;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.sensorline.points.Rejection.Reason;
import dev.sensorline.points.rules.DecimalMark;

/**
 * Parses numbers as people write them: with a unit behind it ({@code 20.6 °C}, {@code -3 dBm}, {@code 230.1*V}), or with a decimal comma
 * ({@code 20,6}). Refuses what could mean more than one number: grouped digits ({@code 1,234.5}), ranges, dates and durations.
 */
final class Quantity {

    private static final int LONGEST = 400;
    private static final String BLANKS = "[\\s\\u00a0\\u2007\\u202f]*";
    private static final String NUMBER = "([+\\-\\u2212]?(?:[0-9]+(?:%1$s[0-9]*)?|%1$s[0-9]+)(?:[eE][+-]?[0-9]+)?)";
    /** No hexadecimal digits, no second number. */
    private static final String UNIT = "((?![xX][0-9a-fA-F])(?!.*[\\s\\u00a0\\u202f][0-9])(?!.*[0-9][0-9])"
            + "[/*]?[\\p{L}\\p{So}\\p{Sc}%‰][\\p{L}\\p{M}\\p{N}\\p{So}\\p{Sc}%‰/*·^⁻_()\\s\\u00a0\\u202f.-]{0,31})?";

    private static final Pattern WITH_POINT = pattern("\\.");
    private static final Pattern WITH_COMMA = pattern(",");

    private Quantity() {}

    private static Pattern pattern(String mark) {
        return Pattern.compile(BLANKS + NUMBER.formatted(mark) + BLANKS + UNIT + BLANKS);
    }

    /**
     * The number in a text.
     *
     * @param mayHaveUnit whether a unit may follow it
     * @return a finite value
     */
    static double parse(String text, DecimalMark mark, boolean mayHaveUnit) throws InvalidReadingException {
        Matcher quantity = (mark == DecimalMark.COMMA ? WITH_COMMA : WITH_POINT).matcher(text);
        if (text.length() > LONGEST || !quantity.matches() || quantity.group(2) != null && !mayHaveUnit) {
            String word = text.strip().split("\\s", 2)[0];
            throw new InvalidReadingException(
                    Decimal.isNotFinite(word) ? Reason.NOT_FINITE : Reason.NOT_A_NUMBER, null);
        }
        double value = Double.parseDouble(quantity.group(1).replace(',', '.').replace('\u2212', '-'));
        if (Double.isInfinite(value)) {
            throw Decimal.notFinite();
        }
        return value;
    }
}
