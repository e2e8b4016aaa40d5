package dev.sensorline.points;

/**
 * A point with a single float field. Most points are of this kind, and they need no {@link Field} object.
 *
 * @param origin    the reading it was made from
 * @param field     name of the field
 * @param value     finite
 * @param timeNanos nanoseconds since 1970-01-01T00:00Z
 */
public record FloatPoint(Reading origin, Series series, String field, double value, long timeNanos) implements Point {

    @Override
    public int size() {
        return series.size() + field.length() + Field.NUMBER_SIZE + TIME_SIZE;
    }
}
