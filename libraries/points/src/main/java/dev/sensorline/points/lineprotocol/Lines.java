package dev.sensorline.points.lineprotocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

import com.fasterxml.jackson.core.io.NumberOutput;

/** Bytes of text in UTF-8, which grow. Numbers and names are written where they will be sent from. Not thread-safe. */
final class Lines {

    /** Digits of the longest number of 64 bits, with its sign. */
    private static final int LONGEST_WHOLE = 20;

    private byte[] bytes;
    private int length;

    /** @param capacity bytes that are expected */
    Lines(int capacity) {
        bytes = new byte[capacity];
    }

    Lines append(char ascii) {
        reserve(1);
        bytes[length++] = (byte) ascii;
        return this;
    }

    Lines append(String text) {
        byte[] encoded = text.getBytes(UTF_8);
        reserve(encoded.length);
        System.arraycopy(encoded, 0, bytes, length, encoded.length);
        length += encoded.length;
        return this;
    }

    Lines append(long number) {
        if (number == Long.MIN_VALUE) {
            return append(Long.toString(number)); // It has no positive counterpart.
        }
        reserve(LONGEST_WHOLE);
        if (number < 0) {
            bytes[length++] = '-';
        }
        long rest = Math.abs(number);
        int end = length + digits(rest);
        length = end;
        do {
            bytes[--end] = (byte) ('0' + rest % 10);
            rest /= 10;
        } while (rest > 0);
        return this;
    }

    /** The shortest text that reads back as the same value; {@link Double#toString} of Java 17 takes several times as long. */
    @SuppressWarnings("deprecation") // The method drops the upper half of each character, of which these have none.
    Lines append(double number) {
        String text = NumberOutput.toString(number, true);
        int size = text.length();
        reserve(size);
        text.getBytes(0, size, bytes, length);
        length += size;
        return this;
    }

    byte[] toBytes() {
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }

    @Override
    public String toString() {
        return new String(bytes, 0, length, UTF_8);
    }

    private static int digits(long number) {
        int digits = 1;
        for (long bound = 10; number >= bound; bound *= 10) {
            digits++;
            if (bound > Long.MAX_VALUE / 10) {
                break;
            }
        }
        return digits;
    }

    private void reserve(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, length + (length >> 1)));
        }
    }
}
