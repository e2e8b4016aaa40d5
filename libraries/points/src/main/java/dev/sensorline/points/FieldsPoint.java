package dev.sensorline.points;

import java.util.List;

/**
 * A point of other fields than one float.
 *
 * @param fields at least one
 */
public record FieldsPoint(Reading origin, Series series, List<Field> fields, long timeNanos) implements Point {
}
