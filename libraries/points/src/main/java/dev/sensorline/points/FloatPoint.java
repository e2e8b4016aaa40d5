package dev.sensorline.points;

/**
 * A point of one float, as most are: without an object for its field.
 *
 * @param field the name of the field
 * @param value finite
 */
public record FloatPoint(Reading origin, Series series, String field, double value, long timeNanos) implements Point {
}
