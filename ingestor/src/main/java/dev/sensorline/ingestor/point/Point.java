package dev.sensorline.ingestor.point;

import dev.sensorline.reading.Reading;

/**
 * A reading that has been understood, with its place in the store.
 *
 * @param origin    the reading as it arrived, to be set aside should the store refuse the point
 * @param series    measurement and tags
 * @param value     field {@code value}, finite
 * @param timeNanos nanoseconds since 1970-01-01T00:00Z
 */
public record Point(Reading origin, Series series, double value, long timeNanos) implements Decoded {
}
