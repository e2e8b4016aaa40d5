package dev.sensorline.simulator;

import java.nio.charset.StandardCharsets;

import dev.sensorline.fleet.Format;
import dev.sensorline.fleet.NamePattern;
import dev.sensorline.fleet.waveform.SensorType;

/** The format of published readings, in UTF-8. */
enum PayloadFormat {

    /** The number alone. */
    VALUE {
        @Override
        String text(SensorType type, String name, String value, long timeMillis) {
            return value;
        }

        @Override
        Format ofFleet(SensorType type, NamePattern names) {
            return Format.Known.VALUE;
        }
    },
    /** A JSON object with type, name, value and time. The time is in milliseconds since 1970-01-01T00:00Z. */
    JSON {
        @Override
        String text(SensorType type, String name, String value, long timeMillis) {
            // %s instead of %d: see Readings.
            return "{\"type\": \"%s\", \"name\": \"%s\", \"value\": %s, \"time\": %s}"
                    .formatted(type.typeName(), escaped(name), value, timeMillis);
        }

        @Override
        Format ofFleet(SensorType type, NamePattern names) {
            String name =
                    literal(names.before()) + (names.isNumbered() ? NamePattern.NUMBER : "") + literal(names.after());
            return new Format.Template("{{\"type\": \"%s\", \"name\": \"%s\", \"value\": {value}, \"time\": {time}}}"
                    .formatted(type.typeName(), name));
        }

        /** Braces are doubled in templates. */
        private static String literal(String text) {
            return escaped(text).replace("{", "{{").replace("}", "}}");
        }
    };

    /**
     * A reading in this format.
     *
     * @param value      the number as text
     * @param timeMillis when the reading was due, in milliseconds since 1970-01-01T00:00Z
     */
    abstract String text(SensorType type, String name, String value, long timeMillis);

    /** The format of a fleet of such sensors, whose payloads are the same. */
    abstract Format ofFleet(SensorType type, NamePattern names);

    byte[] payload(SensorType type, String name, String value, long timeMillis) {
        return text(type, name, value, timeMillis).getBytes(StandardCharsets.UTF_8);
    }

    /** Escapes a text for a JSON string (RFC 8259, 7). */
    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                escaped.append('\\').append(c);
            } else if (c < ' ') {
                escaped.append("\\u%04x".formatted((int) c));
            } else {
                escaped.append(c);
            }
        }
        return escaped.toString();
    }
}
