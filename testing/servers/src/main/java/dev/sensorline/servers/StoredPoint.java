package dev.sensorline.servers;

/**
 * A point as the store returns it.
 *
 * @param timeNanos time in nanoseconds since 1970-01-01T00:00Z
 * @param name      tag {@code name}
 * @param type      tag {@code type}; null without the tag
 * @param value     field {@code value}
 */
public record StoredPoint(long timeNanos, String name, String type, double value) {}
