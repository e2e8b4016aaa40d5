package dev.sensorline.ingestor.decoding;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

import dev.sensorline.ingestor.point.Rejection.Reason;

/**
 * The bare number: a plain decimal with an optional sign, fraction and exponent, blanks around it allowed
 * ({@code 25.4377}, {@code -1}, {@code .5}, {@code 1e-3}). What only a programming language takes for a number
 * ({@code 1f}, {@code 0x1p3}, {@code 1_000}) is none.
 */
final class NumberFormat implements PayloadFormat {

    private static final Set<String> NOT_FINITE = Set.of("nan", "inf", "infinity");

    @Override
    public boolean accepts(byte firstByte) {
        return true;
    }

    @Override
    public Content parse(byte[] payload) throws NotAReading {
        String text = withoutBlanksAround(payload);
        if (!isDecimal(text)) {
            throw new NotAReading(reasonAgainst(text, payload), null);
        }
        double value = Double.parseDouble(text);
        if (Double.isInfinite(value)) {
            throw new NotAReading(Reason.NOT_FINITE, "beyond the range of a 64-bit float");
        }
        return new Content(value, null, null);
    }

    private static String withoutBlanksAround(byte[] payload) {
        int from = 0;
        int to = payload.length;
        while (from < to && PayloadFormat.isBlank(payload[from])) {
            from++;
        }
        while (from < to && PayloadFormat.isBlank(payload[to - 1])) {
            to--;
        }
        return new String(payload, from, to - from, StandardCharsets.ISO_8859_1);
    }

    private static Reason reasonAgainst(String text, byte[] payload) {
        if (!Utf8.isValid(payload)) {
            return Reason.NOT_UTF8;
        }
        String word = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
        return NOT_FINITE.contains(word.toLowerCase(Locale.ROOT)) ? Reason.NOT_FINITE : Reason.NOT_A_NUMBER;
    }

    private static boolean isDecimal(String text) {
        int at = skipSign(text, 0);
        int whole = skipDigits(text, at) - at;
        at += whole;
        int fraction = 0;
        if (at < text.length() && text.charAt(at) == '.') {
            at++;
            fraction = skipDigits(text, at) - at;
            at += fraction;
        }
        if (whole + fraction == 0) {
            return false;
        }
        if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
            int exponent = skipSign(text, at + 1);
            at = skipDigits(text, exponent);
            if (at == exponent) {
                return false;
            }
        }
        return at == text.length();
    }

    private static int skipSign(String text, int at) {
        return at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-') ? at + 1 : at;
    }

    private static int skipDigits(String text, int at) {
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at;
    }
}
