package dev.sensorline.points.decoding.format;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/** Numbers in JSON that are not finite, as C, Python and others print them. The JSON parser knows some of their names. */
final class NotFinite {

    private static final byte[] NAN = "NaN".getBytes(US_ASCII);
    private static final Set<String> NAMES = Set.of("nan", "inf", "infinity");

    private NotFinite() {}

    /**
     * A document with the one name that the parser knows, NaN, in place of each name of such a number ({@code nan},
     * {@code -inf}); null if there is none to be replaced.
     */
    static byte @Nullable [] renamed(byte[] document) {
        byte[] renamed = document.clone();
        boolean isInString = false;
        int at = 0;
        while (at < document.length) {
            if (isInString) {
                isInString = document[at] != '"';
                at += document[at] == '\\' ? 2 : 1;
            } else if (isPartOfName(document[at])) {
                int end = endOfName(document, at);
                rename(renamed, at, end);
                at = end;
            } else {
                isInString = document[at] == '"';
                at++;
            }
        }
        return Arrays.equals(renamed, document) ? null : renamed;
    }

    private static void rename(byte[] document, int from, int to) {
        boolean hasSign = document[from] == '-' || document[from] == '+';
        String name = new String(document, hasSign ? from + 1 : from, hasSign ? to - from - 1 : to - from, US_ASCII);
        if (NAMES.contains(name.toLowerCase(Locale.ROOT))) {
            Arrays.fill(document, from, to, (byte) ' ');
            System.arraycopy(NAN, 0, document, to - NAN.length, NAN.length);
        }
    }

    private static int endOfName(byte[] document, int from) {
        int end = from + 1;
        while (end < document.length && isPartOfName(document[end])) {
            end++;
        }
        return end;
    }

    private static boolean isPartOfName(byte b) {
        return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b == '-' || b == '+';
    }
}
