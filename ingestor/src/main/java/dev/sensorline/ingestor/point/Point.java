package dev.sensorline.ingestor.point;

import java.util.OptionalLong;

import dev.sensorline.reading.Reading;

/**
 * A reading that has been understood, with its place in the store: one point of the measurement {@code sensor}.
 *
 * @param origin    the reading as it arrived, to be set aside should the store refuse the point
 * @param name      tag {@code name}: the sensor, never empty
 * @param type      tag {@code type}, or null when it is not known
 * @param value     field {@code value}, finite
 * @param timeNanos nanoseconds since 1970-01-01T00:00Z
 */
public record Point(Reading origin, String name, String type, double value, long timeNanos) implements Decoded {
}
