package dev.sensorline.points.decoding;

import java.util.Arrays;

import dev.sensorline.points.decoding.extraction.Blanks;

/** What devices put around a payload that is not part of it. */
final class Payloads {

    private static final int BYTE_ORDER_MARK_LENGTH = 3;
    private static final int NULL_LENGTH = 4;

    private Payloads() {}

    /**
     * A payload without a byte order mark at its start and without zero bytes, which end the texts of C, at its end. Copies it
     * only if it has any.
     */
    static byte[] trimmed(byte[] payload) {
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
