package dev.sensorline.servers;

/**
 * A summary of the points of a sensor in a store.
 *
 * @param count         number of points
 * @param lastValue     field {@code value} of the last point
 * @param lastTimeNanos time of the last point in nanoseconds since 1970-01-01T00:00Z
 */
public record SensorSummary(String name, long count, double lastValue, long lastTimeNanos) {}
