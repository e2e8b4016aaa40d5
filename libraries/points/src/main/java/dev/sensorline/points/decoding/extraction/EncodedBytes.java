package dev.sensorline.points.decoding.extraction;

import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import dev.sensorline.points.rules.BinaryNumber.Encoding;

/** Bytes that are written as text. */
public final class EncodedBytes {

    /** A byte in hexadecimal digits, with what separates it from the next. */
    private static final Pattern OCTET = Pattern.compile("\\G(?:0[xX])?([0-9a-fA-F]{2})[\\s:,_-]*");

    private EncodedBytes() {}

    /**
     * The bytes of a text; null if it is not of the encoding. Hexadecimal digits may have {@code 0x} in front of all or of each byte,
     * and blanks, line breaks, colons, commas, dashes or underscores between bytes. Base64 may have either alphabet (RFC 4648, 4 and 5), line breaks, and no padding.
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
        Matcher octet = OCTET.matcher(digits);
        byte[] bytes = new byte[digits.length() / 2];
        int length = 0;
        int end = 0;
        while (octet.find()) {
            bytes[length++] = (byte) Integer.parseInt(octet.group(1), 16);
            end = octet.end();
        }
        return end == digits.length() ? Arrays.copyOf(bytes, length) : null;
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
