package dev.sensorline.servers;

/**
 * What a store holds of a sensor.
 *
 * @param count         of its points
 * @param lastValue     field {@code value} of the last one
 * @param lastTimeNanos time of the last one, nanoseconds since 1970-01-01T00:00Z
 */
public record SensorSummary(String name, long count, double lastValue, long lastTimeNanos) {
}
