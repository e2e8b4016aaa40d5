package dev.sensorline.points;

import java.nio.charset.StandardCharsets;

/**
 * A point that another ingestor has made, as it comes from a topic of Kafka.
 *
 * @param origin the record
 * @param line   its value: the point in line protocol, without the line feed
 */
public record ForwardedPoint(Reading origin, String line, long timeNanos) implements Storable {

    public static ForwardedPoint of(Reading record) {
        String line = new String(record.payload(), StandardCharsets.UTF_8);
        return new ForwardedPoint(record, line, time(line, record.arrivalNanos()));
    }

    /** The last word of the line. Of a line that has no such end InfluxDB will say what it thinks. */
    private static long time(String line, long otherwise) {
        try {
            return Long.parseLong(line, line.lastIndexOf(' ') + 1, line.length(), 10);
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }
}
