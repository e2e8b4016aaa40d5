package dev.sensorline.points;

import java.nio.charset.StandardCharsets;

/**
 * A point that another ingestor decoded and forwarded over a Kafka topic.
 *
 * @param origin    the Kafka record
 * @param line      the record's value: the point in line protocol, without the line feed
 * @param timeNanos nanoseconds since 1970-01-01T00:00Z
 */
public record ForwardedPoint(Reading origin, String line, long timeNanos) implements Storable {

    /** The point in a record whose payload is a line of line protocol in UTF-8. */
    public static ForwardedPoint of(Reading record) {
        String line = new String(record.payload(), StandardCharsets.UTF_8);
        return new ForwardedPoint(record, line, timeNanos(line, record.arrivalNanos()));
    }

    @Override
    public int size() {
        return line.length();
    }

    /** The number at the end of the line. A line without one keeps the fallback; InfluxDB decides whether it is valid. */
    private static long timeNanos(String line, long fallback) {
        try {
            return Long.parseLong(line, line.lastIndexOf(' ') + 1, line.length(), 10);
        } catch (NumberFormatException e) {
            return fallback;
        }
    }
}
