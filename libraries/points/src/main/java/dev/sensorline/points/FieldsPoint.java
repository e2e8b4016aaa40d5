package dev.sensorline.points;

import java.util.List;

/**
 * A point with any fields.
 *
 * @param origin    the reading it was made from
 * @param fields    at least one
 * @param timeNanos nanoseconds since 1970-01-01T00:00Z
 */
public record FieldsPoint(Reading origin, Series series, List<Field> fields, long timeNanos) implements Point {

    @Override
    public int size() {
        int size = series.size() + TIME_SIZE;
        for (Field field : fields) {
            size += field.size();
        }
        return size;
    }
}
