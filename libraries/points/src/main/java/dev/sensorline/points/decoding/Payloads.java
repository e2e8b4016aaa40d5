package dev.sensorline.points.decoding;

import java.util.Arrays;

import dev.sensorline.points.decoding.extraction.Blanks;

/** What devices put around a payload that is not part of it. */
final class Payloads {

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
    private static final byte[] NULL = {'n', 'u', 'l', 'l'};

    private Payloads() {}

    /**
     * A payload without a byte order mark at its start and without zero bytes, which end the texts of C, at its end. Copies it
     * only if it has any.
     */
    static byte[] trimmed(byte[] payload) {
        int from = startsWith(payload, BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
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
        int to = from + NULL.length;
        if (to > payload.length || !Arrays.equals(payload, from, to, NULL, 0, NULL.length)) {
            return false;
        }
        for (int i = to; i < payload.length; i++) {
            if (!Blanks.isBlank(payload[i])) {
                return false;
            }
        }
        return true;
    }

    private static boolean startsWith(byte[] payload, byte[] start) {
        return payload.length >= start.length && Arrays.equals(payload, 0, start.length, start, 0, start.length);
    }
}
