package dev.sensorline.points.decoding.extraction;

import java.util.Arrays;
import java.util.Base64;

import org.jspecify.annotations.Nullable;

import dev.sensorline.points.rules.BinaryNumber.Encoding;

/** Bytes that are written as text. */
public final class EncodedBytes {

    private EncodedBytes() {}

    /**
     * The bytes of a text; null if it is not of the encoding. Hexadecimal digits may have {@code 0x} in front and blanks, colons or dashes
     * between them. Base64 may have either alphabet (RFC 4648, 4 and 5), line breaks, and no padding.
     */
    public static byte @Nullable [] decode(Encoding encoding, String text) {
        return switch (encoding) {
            case BYTES -> null;
            case HEX -> hex(text);
            case BASE64 -> base64(text);
        };
    }

    private static byte @Nullable [] hex(String text) {
        String digits = text.strip();
        byte[] bytes = new byte[digits.length() / 2];
        int length = 0;
        int at = digits.startsWith("0x") || digits.startsWith("0X") ? 2 : 0;
        while (at < digits.length()) {
            if (at + 1 == digits.length()) {
                return null;
            }
            int high = Character.digit(digits.charAt(at), 16);
            int low = Character.digit(digits.charAt(at + 1), 16);
            if (high < 0 || low < 0) {
                return null;
            }
            bytes[length++] = (byte) (high << 4 | low);
            at += 2;
            if (at < digits.length() - 1 && " :-".indexOf(digits.charAt(at)) >= 0) {
                at++;
            }
        }
        return Arrays.copyOf(bytes, length);
    }

    private static byte @Nullable [] base64(String text) {
        try {
            return Base64.getDecoder()
                    .decode(text.replaceAll("\\s", "").replace('-', '+').replace('_', '/'));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
