package dev.sensorline.ingestor.point;

import java.util.List;

import dev.sensorline.reading.Reading;

/**
 * A point of other fields than one float.
 *
 * @param fields at least one
 */
public record FieldsPoint(Reading origin, Series series, List<Field> fields, long timeNanos) implements Point {
}
