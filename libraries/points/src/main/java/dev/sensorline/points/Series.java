package dev.sensorline.points;

import java.util.SortedMap;

/**
 * The series that a point belongs to: a measurement and tags.
 *
 * @param measurement never empty
 * @param tags        values by name, sorted by name; no value is empty, because InfluxDB has no empty tags
 * @param key         measurement and tags in line protocol, {@code sensor,name=T1,type=temp}. Tags are sorted by name. A
 *                    backslash precedes each comma and space, and in tags also each equals sign; a backslash itself is not
 *                    escaped
 * @param hash        of the key
 * @see <a href="https://docs.influxdata.com/influxdb/v1/write_protocols/line_protocol_reference/">Line protocol</a>
 */
public record Series(String measurement, SortedMap<String, String> tags, String key, long hash) {

    private static final int TYPICAL_KEY_LENGTH = 64;

    /** The series with the key that belongs to measurement and tags. */
    public static Series of(String measurement, SortedMap<String, String> tags) {
        StringBuilder key = new StringBuilder(TYPICAL_KEY_LENGTH);
        appendEscaped(key, measurement, ", ");
        tags.forEach((name, value) -> {
            appendEscaped(key.append(','), name, ",= ");
            appendEscaped(key.append('='), value, ",= ");
        });
        String text = key.toString();
        return new Series(measurement, tags, text, Hash64.of(text));
    }

    /**
     * Whether line protocol can carry a text as the value of a tag. It cannot carry an empty text, a line feed or a trailing
     * backslash. Nor does InfluxDB always find the end of a line in which a backslash is before an equals sign (models/points.go,
     * scanLine).
     */
    public static boolean isValidTag(String text) {
        return !text.isEmpty()
                && !text.endsWith("\\")
                && text.indexOf('\n') < 0
                && !text.contains("\\=")
                && isEncodable(text);
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
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))
                    && !(Character.isSurrogatePair(text.charAt(i), i + 1 < text.length() ? text.charAt(++i) : 0))) {
                return false;
            }
        }
        return true;
    }

    private static void appendEscaped(StringBuilder key, String text, String special) {
        for (int i = 0; i < text.length(); i++) {
            if (special.indexOf(text.charAt(i)) >= 0) {
                key.append('\\');
            }
            key.append(text.charAt(i));
        }
    }
}
