package dev.sensorline.points.decoding.extraction;

import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.TreeMap;

import dev.sensorline.points.Rejection.Reason;
import dev.sensorline.points.Series;

/**
 * The series of a line.
 *
 * @param measurement without escapes
 * @param tags        without escapes and without empty ones; of a repeated tag the last counts
 */
public record LineKey(String measurement, SortedMap<String, String> tags) {

    private static final String MEASUREMENT_ESCAPES = ", ";
    private static final String TAG_ESCAPES = ",= ";

    /** @throws InvalidReadingException if it is malformed, or InfluxDB accepts no such tag */
    public static LineKey parse(byte[] key) throws InvalidReadingException {
        String text = new String(key, StandardCharsets.UTF_8);
        int end = end(text, 0, ',');
        String measurement = unescaped(text.substring(0, end), MEASUREMENT_ESCAPES);
        if (measurement.isEmpty()) {
            throw malformed("no measurement");
        }
        SortedMap<String, String> tags = new TreeMap<>();
        while (end < text.length()) {
            int from = end + 1;
            end = end(text, from, ',');
            int equals = end(text, from, '=');
            if (equals >= end || equals == from || end(text, equals + 1, '=') < end) {
                throw malformed("a tag without a name, or with no or more than one equals sign");
            }
            String name = unescaped(text.substring(from, equals), TAG_ESCAPES);
            String value = unescaped(text.substring(equals + 1, end), TAG_ESCAPES);
            if (!Series.isValidTag(name) || !FieldNames.isValidName(name)) {
                throw new InvalidReadingException(Reason.NOT_A_TAG, "'" + name + "' cannot be the name of a tag");
            }
            if (!value.isEmpty()) {
                tags.put(name, value);
            }
        }
        return new LineKey(measurement, tags);
    }

    /** Where a character is that has no backslash in front of it; the length of the text if it is nowhere. */
    private static int end(String text, int from, char character) {
        int at = text.indexOf(character, from);
        while (at > 0 && text.charAt(at - 1) == '\\') {
            at = text.indexOf(character, at + 1);
        }
        return at < 0 ? text.length() : at;
    }

    private static String unescaped(String text, String special) {
        return text.indexOf('\\') < 0 ? text : text.replaceAll("\\\\([" + special + "])", "$1");
    }

    private static InvalidReadingException malformed(String why) {
        return new InvalidReadingException(Reason.MALFORMED, why);
    }
}
