package dev.sensorline.points.lineprotocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

import com.fasterxml.jackson.core.io.NumberOutput;

import dev.sensorline.points.Series;

/** Bytes of text in UTF-8, which grow. Numbers and names are written where they will be sent from. Not thread-safe. */
final class Lines {

    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    /** Digits of a nanosecond within its second. */
    private static final int NANO_DIGITS = 9;

    private static final int FIRST_NOT_ASCII = 0x80;
    /** Numbers between them are written without an exponent. */
    private static final double SMALLEST_PLAIN = 1e-3;

    private static final double FIRST_NOT_PLAIN = 1e7;
    /** Of the digits after the point that are tried; with seven before it a number has at most twelve. */
    private static final double[] POWERS_OF_TEN = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5};

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

    /** The key of a series. */
    Lines append(Series series) {
        int size = series.size();
        reserve(size);
        series.copyKey(bytes, length);
        length += size;
        return this;
    }

    private Lines appendAgain(int start, int count) {
        reserve(count);
        System.arraycopy(bytes, start, bytes, length, count);
        length += count;
        return this;
    }

    /** A short text, most often in ASCII, which needs no encoded copy. */
    Lines appendName(String name) {
        int size = name.length();
        reserve(size);
        for (int i = 0; i < size; i++) {
            char c = name.charAt(i);
            if (c >= FIRST_NOT_ASCII) {
                return append(name);
            }
            bytes[length + i] = (byte) c;
        }
        length += size;
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
        if (number < 0) {
            return appendAscii(Long.toString(number));
        }
        int count = 1;
        for (long rest = number; rest >= 10; rest /= 10) {
            count++;
        }
        reserve(count);
        appendDigits(number, count);
        return this;
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
            appendAgain(secondStart, secondLength);
        }
        reserve(NANO_DIGITS);
        int rest = (int) (nanos - seconds * NANOS_PER_SECOND);
        appendDigits(rest, NANO_DIGITS);
        return this;
    }

    /** The last digits of a number that is not negative. */
    private void appendDigits(long number, int count) {
        long rest = number;
        for (int at = length + count - 1; at >= length; at--) {
            bytes[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += count;
    }

    /** The shortest text that reads back as the same value; {@link Double#toString} of Java 17 takes several times as long. */
    Lines append(double number) {
        double size = Math.abs(number);
        if (size >= SMALLEST_PLAIN && size < FIRST_NOT_PLAIN) {
            for (int digits = 1; digits < POWERS_OF_TEN.length; digits++) {
                long units = (long) (size * POWERS_OF_TEN[digits] + 0.5);
                // Both are exact, so the quotient is the float nearest to this decimal, whose digits are too few for
                // two decimals
                // to have the same one.
                if ((double) units / POWERS_OF_TEN[digits] == size) {
                    return appendDecimal(number < 0, units, digits);
                }
            }
        }
        return appendAscii(NumberOutput.toString(number, true));
    }

    private Lines appendDecimal(boolean isNegative, long units, int fractionDigits) {
        if (isNegative) {
            append('-');
        }
        long power = (long) POWERS_OF_TEN[fractionDigits];
        long whole = units / power;
        append(whole).append('.');
        reserve(fractionDigits);
        appendDigits(units - whole * power, fractionDigits);
        return this;
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
