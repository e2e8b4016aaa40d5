package dev.sensorline.ingestor.influxdb;

import java.util.Map;
import java.util.TreeMap;

import dev.sensorline.points.ForwardedPoint;
import dev.sensorline.points.Point;
import dev.sensorline.points.Storable;
import dev.sensorline.points.lineprotocol.LineProtocol;

/**
 * What a line of line protocol says about its series and fields, to find the points that a store means. Read only after a
 * refusal. A malformed line has what could be read of it.
 *
 * @param tags       values by name, without escapes
 * @param fieldTypes by name, in InfluxDB's words: {@code float}, {@code integer}, {@code boolean} or {@code string}
 */
record LineText(String measurement, Map<String, String> tags, Map<String, String> fieldTypes) {

    static LineText of(Storable point) {
        return of(LineProtocol.line(point));
    }

    static LineText of(String line) {
        int end = unescaped(line, 0, " ");
        int start = unescaped(line, 0, ", ");
        String measurement = plain(line.substring(0, start));
        Map<String, String> tags = new TreeMap<>();
        while (start < end) {
            int next = unescaped(line, start + 1, ", ");
            int equals = unescaped(line, start + 1, "=, ");
            if (equals < next) {
                tags.put(plain(line.substring(start + 1, equals)), plain(line.substring(equals + 1, next)));
            }
            start = next;
        }
        return new LineText(measurement, tags, fieldTypes(line, end + 1));
    }

    private static Map<String, String> fieldTypes(String line, int from) {
        Map<String, String> types = new TreeMap<>();
        int start = from;
        while (start < line.length()) {
            int equals = unescaped(line, start, "= ");
            if (equals >= line.length() || line.charAt(equals) != '=') {
                break;
            }
            boolean isText = equals + 1 < line.length() && line.charAt(equals + 1) == '"';
            int end = isText ? unescaped(line, equals + 2, "\"") + 1 : unescaped(line, equals + 1, ", ");
            end = Math.min(end, line.length());
            types.put(plain(line.substring(start, equals)), isText ? "string" : type(line.substring(equals + 1, end)));
            if (end >= line.length() || line.charAt(end) != ',') {
                break;
            }
            start = end + 1;
        }
        return types;
    }

    private static String type(String value) {
        if (value.endsWith("i")) {
            return "integer";
        }
        return value.matches("[tTfF].*") ? "boolean" : "float";
    }

    /** Measurement and tags as they stand in the line. */
    static String series(Storable point) {
        if (point instanceof Point decoded) {
            return decoded.series().key();
        }
        String line = ((ForwardedPoint) point).line();
        return line.substring(0, unescaped(line, 0, " "));
    }

    /** Where one of the characters is without a backslash before it; the length if nowhere. */
    private static int unescaped(String line, int from, String characters) {
        for (int i = from; i < line.length(); i++) {
            if (line.charAt(i) == '\\') {
                i++;
            } else if (characters.indexOf(line.charAt(i)) >= 0) {
                return i;
            }
        }
        return line.length();
    }

    private static String plain(String escaped) {
        return escaped.replaceAll("\\\\([,= ])", "$1");
    }
}
