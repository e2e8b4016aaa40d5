package dev.sensorline.points.decoding.extraction;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

import com.fasterxml.jackson.core.io.NumberInput;

import dev.sensorline.points.Rejection.Reason;

/**
 * Parses plain decimals: an optional sign, fraction and exponent, with blanks allowed around the number ({@code 25.4377},
 * {@code -1}, {@code .5}, {@code 1e-3}). Number literals of programming languages ({@code 1f}, {@code 0x1p3},
 * {@code 1_000}) are not accepted.
 */
final class Decimal {

    /** Every number of this many digits is below 2⁵³ and therefore exact as a double. */
    private static final int EXACT_DIGITS = 15;
    /** Of the text of an integer. The time that its exact value takes grows with the square of its length. */
    private static final int LONGEST_WHOLE = 400;

    private static final double[] POWERS_OF_TEN = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
    };

    private static final Set<String> NOT_FINITE = Set.of("nan", "inf", "infinity");

    private Decimal() {}

    /**
     * Parses a text in ASCII.
     *
     * @return a finite value
     */
    static double parse(byte[] payload) throws InvalidReadingException {
        return parse(payload, 0, payload.length);
    }

    /** Parses a part of a payload, up to {@code end}, which does not belong to it. */
    static double parse(byte[] payload, int start, int end) throws InvalidReadingException {
        double simple = parseSimple(payload, start, end);
        if (!Double.isNaN(simple)) {
            return simple;
        }
        int from = start;
        int to = end;
        while (from < to && Blanks.isBlank(payload[from])) {
            from++;
        }
        while (from < to && Blanks.isBlank(payload[to - 1])) {
            to--;
        }
        if (!isDecimal(payload, from, to)) {
            String text = new String(payload, from, to - from, StandardCharsets.ISO_8859_1);
            throw new InvalidReadingException(reasonToReject(text, payload), null);
        }
        char[] text = new char[to - from];
        for (int i = 0; i < text.length; i++) {
            text[i] = (char) payload[from + i];
        }
        double value = NumberInput.parseDouble(text, true); // Faster than Double.parseDouble, and as exact.
        if (Double.isInfinite(value)) {
            throw notFinite();
        }
        return value;
    }

    /**
     * Parses a 64-bit integer, exactly: a decimal whose fraction is zero ({@code 412}, {@code 412.0}, {@code 1e3}).
     *
     * @throws ArithmeticException if the text is a decimal, but no such integer
     */
    static long parseWhole(String text) throws InvalidReadingException {
        String number = text.strip();
        if (number.length() > LONGEST_WHOLE || !isDecimal(number)) {
            throw new InvalidReadingException(isNotFinite(number) ? Reason.NOT_FINITE : Reason.NOT_A_NUMBER, null);
        }
        return decimal(number).longValueExact();
    }

    /**
     * The exact value of a text that {@linkplain #isDecimal is a decimal}.
     *
     * @throws ArithmeticException if its exponent is beyond 32 bits
     */
    static BigDecimal decimal(String text) {
        try {
            return new BigDecimal(text);
        } catch (NumberFormatException e) {
            throw new ArithmeticException(e.getMessage());
        }
    }

    static InvalidReadingException notFinite() {
        return new InvalidReadingException(Reason.NOT_FINITE, "beyond the range of a 64-bit float");
    }

    /**
     * Parses digits with an optional minus sign and fraction, the form that sensors send, without allocating a string.
     * Returns NaN for any other text. The result is exact, because digits and power of ten are both exact as doubles and a
     * single division rounds once (Clinger, "How to read floating point numbers accurately", 1990).
     */
    private static double parseSimple(byte[] payload, int start, int to) {
        int from = start < to && payload[start] == '-' ? start + 1 : start;
        int point = -1;
        long digits = 0;
        for (int at = from; at < to; at++) {
            byte b = payload[at];
            if (b >= '0' && b <= '9') {
                digits = 10 * digits + b - '0';
            } else if (b == '.' && point < 0) {
                point = at;
            } else {
                return Double.NaN;
            }
        }
        int count = to - from - (point < 0 ? 0 : 1);
        if (count == 0 || count > EXACT_DIGITS) {
            return Double.NaN;
        }
        double value = digits / POWERS_OF_TEN[point < 0 ? 0 : to - 1 - point];
        return from == start ? value : -value;
    }

    private static Reason reasonToReject(String text, byte[] payload) {
        if (!Utf8.isValid(payload)) {
            return Reason.NOT_UTF8;
        }
        return isNotFinite(text) ? Reason.NOT_FINITE : Reason.NOT_A_NUMBER;
    }

    /** Whether a text is the name of a number that is not finite, such as {@code nan} or {@code -Infinity}. */
    static boolean isNotFinite(String text) {
        String word = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
        return NOT_FINITE.contains(word.toLowerCase(Locale.ROOT));
    }

    /** Whether a text is a decimal and nothing else. */
    static boolean isDecimal(String text) {
        byte[] ascii = text.getBytes(StandardCharsets.US_ASCII); // Any other character becomes a question mark.
        return isDecimal(ascii, 0, ascii.length);
    }

    private static boolean isDecimal(byte[] text, int from, int to) {
        int at = skipSign(text, from, to);
        int whole = skipDigits(text, at, to) - at;
        at += whole;
        int fraction = 0;
        if (at < to && text[at] == '.') {
            at++;
            fraction = skipDigits(text, at, to) - at;
            at += fraction;
        }
        if (whole + fraction == 0) {
            return false;
        }
        if (at < to && (text[at] == 'e' || text[at] == 'E')) {
            int exponent = skipSign(text, at + 1, to);
            at = skipDigits(text, exponent, to);
            if (at == exponent) {
                return false;
            }
        }
        return at == to;
    }

    private static int skipSign(byte[] text, int at, int to) {
        return at < to && (text[at] == '+' || text[at] == '-') ? at + 1 : at;
    }

    private static int skipDigits(byte[] text, int from, int to) {
        int at = from;
        while (at < to && text[at] >= '0' && text[at] <= '9') {
            at++;
        }
        return at;
    }
}
