package dev.sensorline.points;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * Writes the keys of series, one after another, from texts that {@linkplain Series#isValidTag line protocol can carry}. It makes no
 * objects but the series, because where there are more sensors than can be remembered, it writes one for each reading. Not
 * thread-safe.
 */
public final class SeriesWriter {

    private static final int USUAL_CAPACITY = 1_024;
    private static final int FIRST_NOT_ASCII = 0x80;

    private byte[] key = new byte[USUAL_CAPACITY];
    private int length;

    /** Begins the key of a series. */
    public void begin(String measurement) {
        if (key.length > USUAL_CAPACITY) {
            key = new byte[USUAL_CAPACITY];
        }
        length = 0;
        append(measurement, 0, measurement.length(), false);
    }

    /** Appends a tag, whose name is behind those of the tags before. */
    public void tag(String name, String value) {
        tag(name, value, 0, value.length());
    }

    /** Appends a tag whose value is a part of a text. */
    public void tag(String name, String text, int from, int to) {
        append((byte) ',');
        append(name, 0, name.length(), true);
        append((byte) '=');
        append(text, from, to, true);
    }

    /** The series whose key has been written. */
    public Series series() {
        return new Series(Arrays.copyOf(key, length));
    }

    private void append(String text, int from, int to, boolean isTag) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c >= FIRST_NOT_ASCII) {
                for (byte b : text.substring(i, to).getBytes(UTF_8)) {
                    appendEscaped(b, isTag);
                }
                return;
            }
            appendEscaped((byte) c, isTag);
        }
    }

    /** Characters that are escaped have one byte, which is in no other character's bytes. */
    private void appendEscaped(byte b, boolean isTag) {
        if (b == ',' || b == ' ' || b == '=' && isTag) {
            append((byte) '\\');
        }
        append(b);
    }

    private void append(byte b) {
        if (length == key.length) {
            key = Arrays.copyOf(key, 2 * length);
        }
        key[length++] = b;
    }
}
