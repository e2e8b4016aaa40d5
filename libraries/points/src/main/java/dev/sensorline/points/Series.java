package dev.sensorline.points;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * The series that a point belongs to: a measurement and tags. It consists of the bytes that are sent to the store, because there may
 * be one for each reading that waits to be written.
 *
 * @see <a href="https://docs.influxdata.com/influxdb/v1/write_protocols/line_protocol_reference/">Line protocol</a>
 */
public final class Series {

    private final byte[] key;
    private final long hash;

    /** @param key in UTF-8; not to be modified */
    Series(byte[] key) {
        this.key = key;
        this.hash = Hash64.of(key);
    }

    /**
     * A series.
     *
     * @param measurement never empty
     * @param tags        values by name; no value is empty, because InfluxDB has no empty tags
     */
    public static Series of(String measurement, SortedMap<String, String> tags) {
        SeriesWriter writer = new SeriesWriter();
        writer.begin(measurement);
        tags.forEach(writer::tag);
        return writer.series();
    }

    /**
     * Measurement and tags in line protocol, {@code sensor,name=T1,type=temp}. Tags are sorted by name. A backslash precedes each
     * comma and space, and in tags also each equals sign; a backslash itself is not escaped.
     */
    public String key() {
        return new String(key, UTF_8);
    }

    /** The length of the key in bytes of UTF-8. */
    public int size() {
        return key.length;
    }

    /** Copies the key in UTF-8 to a place with room for {@link #size} bytes. */
    public void copyKey(byte[] to, int at) {
        System.arraycopy(key, 0, to, at, key.length);
    }

    /** A hash of the key. */
    public long hash() {
        return hash;
    }

    /** The measurement, without escapes. */
    public String measurement() {
        String text = key();
        return plain(text.substring(0, end(text, 0, ',')));
    }

    /** The values of the tags by name, without escapes. */
    public SortedMap<String, String> tags() {
        String text = key();
        SortedMap<String, String> tags = new TreeMap<>();
        int end = end(text, 0, ',');
        while (end < text.length()) {
            int from = end + 1;
            int equals = end(text, from, '=');
            end = end(text, from, ',');
            tags.put(plain(text.substring(from, equals)), plain(text.substring(equals + 1, end)));
        }
        return tags;
    }

    /** Where a character is that has no backslash in front of it; the length of the text if it is nowhere. */
    private static int end(String text, int from, char character) {
        int at = text.indexOf(character, from);
        while (at > 0 && text.charAt(at - 1) == '\\') {
            at = text.indexOf(character, at + 1);
        }
        return at < 0 ? text.length() : at;
    }

    private static String plain(String escaped) {
        return escaped.replaceAll("\\\\([,= ])", "$1");
    }

    /**
     * Whether line protocol can carry a text as the value of a tag. It cannot carry an empty text, a line feed or a trailing
     * backslash. Nor does InfluxDB always find the end of a line in which a backslash is before an equals sign (models/points.go,
     * scanLine).
     */
    public static boolean isValidTag(String text) {
        return isValidTag(text, 0, text.length());
    }

    /** The same for a part of a text. */
    public static boolean isValidTag(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c == '\n' || c == '\\' && (i + 1 == to || text.charAt(i + 1) == '=')) {
                return false;
            }
        }
        return from < to && isEncodable(text, from, to);
    }

    /**
     * Whether line protocol can carry a text as a measurement. InfluxDB skips blanks at the start of a
     * line, takes a line that starts with # for a comment, and does not always find the end of a line in which a backslash is before a
     * blank.
     */
    public static boolean isValidMeasurement(String text) {
        return isValidTag(text)
                && !text.startsWith("#")
                && !text.contains("\\ ")
                && text.chars().noneMatch(Character::isISOControl);
    }

    /** Whether a text has no unpaired surrogate, which UTF-8 cannot encode. */
    public static boolean isEncodable(String text) {
        return isEncodable(text, 0, text.length());
    }

    private static boolean isEncodable(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (Character.isSurrogate(text.charAt(i))
                    && !Character.isSurrogatePair(text.charAt(i), i + 1 < to ? text.charAt(++i) : 0)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Series series && hash == series.hash && Arrays.equals(key, series.key);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(hash);
    }

    @Override
    public String toString() {
        return key();
    }
}
