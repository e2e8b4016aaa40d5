package dev.sensorline.ingestor.telegraf;

import java.util.SortedMap;
import java.util.TreeMap;

import dev.sensorline.points.Field;
import dev.sensorline.points.FieldsPoint;
import dev.sensorline.points.FloatPoint;
import dev.sensorline.points.Point;

/**
 * A point as either of the two has read it.
 *
 * @param fields values as {@link Double}, {@link Long}, {@link Boolean} or {@link String}
 * @param timeNanos 0 if it is the time of the arrival
 */
record ReadPoint(String measurement, SortedMap<String, String> tags, SortedMap<String, Object> fields, long timeNanos) {

    /** A zero has no sign. */
    ReadPoint {
        fields.replaceAll((name, value) -> value.equals(-0.0) ? (Object) 0.0 : value);
    }

    /** The ingestor's. */
    static ReadPoint of(Point point, long timeNanos) {
        SortedMap<String, Object> fields = new TreeMap<>();
        if (point instanceof FloatPoint single) {
            fields.put(single.field(), single.value());
        } else {
            ((FieldsPoint) point).fields().forEach(field -> fields.put(field.name(), value(field)));
        }
        return new ReadPoint(
                point.series().measurement(), new TreeMap<>(point.series().tags()), fields, timeNanos);
    }

    private static Object value(Field field) {
        if (field instanceof Field.OfFloat real) {
            return real.value();
        }
        if (field instanceof Field.OfInteger whole) {
            return whole.value();
        }
        return field instanceof Field.OfBoolean truth ? truth.value() : ((Field.OfString) field).value();
    }

    /** Telegraf's, from a line of line protocol. */
    static ReadPoint parse(String line) {
        Cursor cursor = new Cursor(line);
        String measurement = cursor.name(", ");
        SortedMap<String, String> tags = new TreeMap<>();
        while (cursor.skip(',')) {
            String name = cursor.name("=");
            cursor.skip('=');
            String value = cursor.name(", ");
            tags.put(name, name.equals("key") ? value.substring(value.indexOf('/') + 1) : value);
        }
        SortedMap<String, Object> fields = new TreeMap<>();
        do {
            cursor.next();
            String name = cursor.name("=");
            cursor.skip('=');
            fields.put(name, cursor.value());
        } while (cursor.isAt(','));
        cursor.skip(' ');
        return new ReadPoint(measurement, tags, fields, Long.parseLong(cursor.rest()));
    }

    ReadPoint at(long otherTimeNanos) {
        return new ReadPoint(measurement, tags, fields, otherTimeNanos);
    }

    private static final class Cursor {

        private final String line;
        private int at;

        Cursor(String line) {
            this.line = line;
        }

        boolean isAt(char character) {
            return at < line.length() && line.charAt(at) == character;
        }

        boolean skip(char character) {
            boolean is = isAt(character);
            at += is ? 1 : 0;
            return is;
        }

        void next() {
            at++;
        }

        String rest() {
            return line.substring(at);
        }

        /** Up to one of the characters, which a backslash may precede. */
        String name(String ends) {
            StringBuilder name = new StringBuilder();
            for (; ends.indexOf(line.charAt(at)) < 0; at++) {
                if (line.charAt(at) == '\\' && at + 1 < line.length() && ",= ".indexOf(line.charAt(at + 1)) >= 0) {
                    at++;
                }
                name.append(line.charAt(at));
            }
            return name.toString();
        }

        Object value() {
            if (skip('"')) {
                StringBuilder text = new StringBuilder();
                for (; line.charAt(at) != '"'; at++) {
                    if (line.charAt(at) == '\\' && "\"\\".indexOf(line.charAt(at + 1)) >= 0) {
                        at++;
                    }
                    text.append(line.charAt(at));
                }
                at++;
                return text.toString();
            }
            String text = name(", ");
            if (text.equals("true") || text.equals("false")) {
                return Boolean.valueOf(text);
            }
            return text.endsWith("i")
                    ? (Object) Long.valueOf(text.substring(0, text.length() - 1))
                    : (Object) Double.valueOf(text);
        }
    }
}
