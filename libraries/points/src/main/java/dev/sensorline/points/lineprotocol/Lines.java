package dev.sensorline.points.lineprotocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

import com.fasterxml.jackson.core.io.NumberOutput;

/** Bytes of text in UTF-8, which grow. Numbers and names are written where they will be sent from. Not thread-safe. */
final class Lines {

    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    /** Digits of a nanosecond within its second. */
    private static final int NANO_DIGITS = 9;

    private byte[] bytes;
    private int length;
    /** The second of the last time, and where its digits are. */
    private long second;

    private int secondStart;
    private int secondLength;

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
        return appendAscii(Long.toString(number));
    }

    /** A time in nanoseconds since 1970. Times that follow one another mostly share their second, and so most of their digits. */
    Lines appendTime(long nanos) {
        long seconds = nanos / NANOS_PER_SECOND;
        if (seconds <= 0) {
            return append(nanos);
        }
        if (seconds != second) {
            second = seconds;
            secondStart = length;
            append(seconds);
            secondLength = length - secondStart;
        } else {
            reserve(secondLength);
            System.arraycopy(bytes, secondStart, bytes, length, secondLength);
            length += secondLength;
        }
        reserve(NANO_DIGITS);
        int rest = (int) (nanos - seconds * NANOS_PER_SECOND);
        for (int at = length + NANO_DIGITS - 1; at >= length; at--) {
            bytes[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += NANO_DIGITS;
        return this;
    }

    /** The shortest text that reads back as the same value; {@link Double#toString} of Java 17 takes several times as long. */
    Lines append(double number) {
        return appendAscii(NumberOutput.toString(number, true));
    }

    @SuppressWarnings("deprecation") // The method drops the upper half of each character, of which these have none.
    private Lines appendAscii(String text) {
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

    private void reserve(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, length + (length >> 1)));
        }
    }
}
