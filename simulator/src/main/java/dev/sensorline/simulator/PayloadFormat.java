package dev.sensorline.simulator;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

import dev.sensorline.simulator.waveform.SensorType;

/** The form in which readings are sent, UTF-8. */
enum PayloadFormat {

    /** The bare number. */
    VALUE {
        @Override
        String text(SensorType type, String name, String value, long timeMillis) {
            return value;
        }
    },
    /** The sensor's text form, with the time in milliseconds since 1970-01-01T00:00Z. */
    JSON {
        @Override
        String text(SensorType type, String name, String value, long timeMillis) {
            // Not %d: see Readings.
            return "{\"type\": \"%s\", \"name\": \"%s\", \"value\": %s, \"time\": %s}"
                    .formatted(type.typeName(), escaped(name), value, timeMillis);
        }
    };

    static PayloadFormat of(String configured) {
        for (PayloadFormat format : values()) {
            if (format.name().toLowerCase(Locale.ROOT).equals(configured)) {
                return format;
            }
        }
        throw new IllegalArgumentException("must be value or json");
    }

    abstract String text(SensorType type, String name, String value, long timeMillis);

    byte[] payload(SensorType type, String name, String value, long timeMillis) {
        return text(type, name, value, timeMillis).getBytes(StandardCharsets.UTF_8);
    }

    /** As a JSON string may hold it (RFC 8259, 7). */
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
