package dev.sensorline.points.decoding;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import dev.sensorline.points.Rejection.Reason;
import dev.sensorline.points.decoding.extraction.Blanks;
import dev.sensorline.points.decoding.extraction.InvalidReadingException;

/** What devices put around a payload that is not part of it. */
final class Payloads {

    private static final int BYTE_ORDER_MARK_LENGTH = 3;
    private static final int NULL_LENGTH = 4;

    private Payloads() {}

    /**
     * A payload without a byte order mark at its start and without zero bytes, which end the texts of C, at its end. Copies it
     * only if it has any. A text in UTF-16 with its byte order mark becomes UTF-8.
     *
     * @throws InvalidReadingException if it is in UTF-16 and has no byte order mark, or is malformed
     */
    static byte[] trimmed(byte[] payload) throws InvalidReadingException {
        if (hasByteOrderMarkOfUtf16(payload)) {
            return trimmedUtf8(utf8(payload));
        }
        byte[] trimmed = trimmedUtf8(payload);
        if (isUtf16(trimmed)) {
            throw new InvalidReadingException(
                    Reason.NOT_UTF8, "UTF-16 without a byte order mark: send UTF-8, or the byte order mark");
        }
        return trimmed;
    }

    private static byte[] utf8(byte[] utf16) throws InvalidReadingException {
        try {
            CharBuffer text = StandardCharsets.UTF_16.newDecoder().decode(ByteBuffer.wrap(utf16));
            return text.toString().getBytes(StandardCharsets.UTF_8);
        } catch (CharacterCodingException e) {
            throw new InvalidReadingException(Reason.NOT_UTF8, "malformed UTF-16: send UTF-8");
        }
    }

    /** Whether a payload begins with two characters of ASCII in UTF-16. The zero byte at its end is cut off already. */
    private static boolean isUtf16(byte[] payload) {
        if (payload.length < 3) {
            return false;
        }
        boolean isLittleEndian =
                payload[0] > 0 && payload[1] == 0 && payload[2] > 0 && (payload.length == 3 || payload[3] == 0);
        boolean isBigEndian =
                payload[0] == 0 && payload[1] > 0 && payload[2] == 0 && payload.length > 3 && payload[3] > 0;
        return isLittleEndian || isBigEndian;
    }

    private static boolean hasByteOrderMarkOfUtf16(byte[] payload) {
        return payload.length >= 2
                && (payload[0] == (byte) 0xff && payload[1] == (byte) 0xfe
                        || payload[0] == (byte) 0xfe && payload[1] == (byte) 0xff);
    }

    private static byte[] trimmedUtf8(byte[] payload) {
        int from = hasByteOrderMark(payload) ? BYTE_ORDER_MARK_LENGTH : 0;
        int to = payload.length;
        boolean hasZero = false;
        while (to > from && (payload[to - 1] == 0 || Blanks.isBlank(payload[to - 1]))) {
            to--;
            hasZero |= payload[to] == 0;
        }
        return from > 0 || hasZero ? Arrays.copyOfRange(payload, from, to) : payload;
    }

    /**
     * Whether a payload is the null of JSON.
     *
     * @param from where its first byte is that is not blank
     */
    static boolean isNull(byte[] payload, int from) {
        boolean begins = payload[from] == 'n'
                && payload.length - from >= NULL_LENGTH
                && payload[from + 1] == 'u'
                && payload[from + 2] == 'l'
                && payload[from + 3] == 'l';
        if (!begins) {
            return false;
        }
        for (int i = from + NULL_LENGTH; i < payload.length; i++) {
            if (!Blanks.isBlank(payload[i])) {
                return false;
            }
        }
        return true;
    }

    private static boolean hasByteOrderMark(byte[] payload) {
        return payload.length >= BYTE_ORDER_MARK_LENGTH
                && payload[0] == (byte) 0xef
                && payload[1] == (byte) 0xbb
                && payload[2] == (byte) 0xbf;
    }
}
