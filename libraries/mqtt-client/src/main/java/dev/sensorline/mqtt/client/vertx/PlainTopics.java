package dev.sensorline.mqtt.client.vertx;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;

import io.netty.buffer.ByteBuf;

/**
 * Topic names of PUBLISH packets. A sensor sends the same one each time, so the names that came last are kept, with their bytes:
 * comparing bytes costs a fraction of making the text and its hash. A hash selects the slot of a name. One of several new names
 * replaces the one that is there: where more sensors send than there are slots, replacing it each time would cost memory and save
 * nothing. Belongs to the event loop.
 */
final class PlainTopics {

    private static final int SLOTS = 1 << 12;
    /** Bytes. Longer names are not kept, so that all of them take a megabyte at most. */
    private static final int LONGEST_KEPT = 128;

    private static final int NEW_NAMES_A_REPLACEMENT = 8;

    /** Of the names that are kept. That a name is another one is mostly seen here, without looking for its bytes in memory. */
    private final int[] hashes = new int[SLOTS];

    private final byte[][] keptBytes = new byte[SLOTS][];
    private final String[] kept = new String[SLOTS];
    private final byte[] current = new byte[LONGEST_KEPT];
    private int newNames;

    /** The name in a part of a buffer; null if it is empty, has characters other than those of ASCII, or is no name (4.7.1). */
    String at(ByteBuf buffer, int start, int length) {
        if (length > LONGEST_KEPT) {
            byte[] bytes = new byte[length];
            buffer.getBytes(start, bytes);
            return isPlain(bytes, length) ? new String(bytes, US_ASCII) : null;
        }
        buffer.getBytes(start, current, 0, length);
        int hash = hash(length);
        int slot = (hash ^ hash >>> 16) & SLOTS - 1;
        byte[] bytes = keptBytes[slot];
        if (bytes != null && hashes[slot] == hash && Arrays.equals(bytes, 0, bytes.length, current, 0, length)) {
            return kept[slot];
        }
        if (!isPlain(current, length)) {
            return null;
        }
        String name = new String(current, 0, length, US_ASCII);
        if (bytes == null || ++newNames % NEW_NAMES_A_REPLACEMENT == 0) {
            hashes[slot] = hash;
            keptBytes[slot] = Arrays.copyOf(current, length);
            kept[slot] = name;
        }
        return name;
    }

    private int hash(int length) {
        int hash = 0;
        for (int i = 0; i < length; i++) {
            hash = 31 * hash + current[i];
        }
        return hash;
    }

    private static boolean isPlain(byte[] bytes, int length) {
        for (int i = 0; i < length; i++) {
            byte character = bytes[i];
            if (character < ' ' || character == 0x7f || character == '+' || character == '#') {
                return false;
            }
        }
        return length > 0;
    }
}
