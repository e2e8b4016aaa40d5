package dev.sensorline.points;

import java.util.SortedMap;

/**
 * What a point belongs to: a measurement and tags.
 *
 * @param measurement never empty
 * @param tags        by name, none of them empty: InfluxDB knows no empty tag
 * @param key         both as InfluxDB writes them, {@code sensor,name=T1,type=temp}: tags in the order of their names, and
 *                    behind a backslash each comma and space, in tags also each equals sign. A backslash is itself
 * @see <a href="https://docs.influxdata.com/influxdb/v1/write_protocols/line_protocol_reference/">Line protocol</a>
 */
public record Series(String measurement, SortedMap<String, String> tags, String key) {

    private static final int TYPICAL_KEY = 64;

    public static Series of(String measurement, SortedMap<String, String> tags) {
        StringBuilder key = new StringBuilder(TYPICAL_KEY);
        appendEscaped(key, measurement, ", ");
        tags.forEach((name, value) -> {
            appendEscaped(key.append(','), name, ",= ");
            appendEscaped(key.append('='), value, ",= ");
        });
        return new Series(measurement, tags, key.toString());
    }

    /**
     * Whether line protocol can carry a text as the value of a tag: it has no way to write a line feed, a backslash at the
     * end, or nothing at all.
     */
    public static boolean canBeTag(String text) {
        return !text.isEmpty() && !text.endsWith("\\") && text.indexOf('\n') < 0 && isText(text);
    }

    /** Whether it can carry a text as a measurement: for InfluxDB blanks before it are none of it, and # makes a comment. */
    public static boolean canBeMeasurement(String text) {
        return canBeTag(text) && !text.startsWith("#") && text.chars().noneMatch(Character::isISOControl);
    }

    /** Whether there is no half of a surrogate pair in it, which UTF-8 has no bytes for. */
    public static boolean isText(String text) {
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
