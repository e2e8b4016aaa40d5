package dev.sensorline.points.decoding.sparkplug;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.sensorline.points.Rejection.Reason;
import dev.sensorline.points.decoding.extraction.InvalidReadingException;

/**
 * A payload (6.4.4).
 *
 * @param timestamp milliseconds since 1970, unsigned; null if there is none
 * @param sequence  the number of the message at its edge node, from 0 to 255; null if there is none
 */
record Payload(@Nullable Long timestamp, @Nullable Integer sequence, List<Metric> metrics) {

    /** The metric that ties a death to a birth (6.4.8). */
    static final String BIRTH_DEATH_SEQUENCE = "bdSeq";

    static final int TIMESTAMP = 1 << 3 | ProtobufReader.VARINT;
    static final int METRIC = 2 << 3 | ProtobufReader.BYTES;
    private static final int SEQUENCE = 3 << 3 | ProtobufReader.VARINT;
    private static final int UUID = 4 << 3 | ProtobufReader.BYTES;
    /** The UUID of payloads that Eclipse Tahu has compressed, which is not part of the specification. */
    private static final String COMPRESSED = "SPBV1.0_COMPRESSED";

    /**
     * Reads a payload.
     *
     * @param mostMetrics so many at most
     * @param wanted      the properties of metrics that are read
     * @throws InvalidReadingException if it is malformed or has more metrics
     */
    static Payload read(byte[] bytes, int mostMetrics, WantedProperties wanted) throws InvalidReadingException {
        ProtobufReader reader = new ProtobufReader(bytes);
        Long timestamp = null;
        Integer sequence = null;
        List<Metric> metrics = new ArrayList<>();
        while (reader.next()) {
            switch (reader.key()) {
                case TIMESTAMP -> timestamp = reader.varint();
                case METRIC -> {
                    if (metrics.size() == mostMetrics) {
                        throw new InvalidReadingException(
                                Reason.TOO_MANY_POINTS, "more than " + mostMetrics + " metrics");
                    }
                    metrics.add(Metric.read(reader.message(), wanted));
                }
                case SEQUENCE -> sequence = (int) (reader.varint() & EdgeNode.LAST_SEQUENCE);
                case UUID -> requireNotCompressed(reader.text());
                default -> reader.skip();
            }
        }
        return new Payload(timestamp, sequence, metrics);
    }

    private static void requireNotCompressed(String uuid) throws InvalidReadingException {
        if (uuid.equals(COMPRESSED)) {
            throw new InvalidReadingException(Reason.MALFORMED, "the payload is compressed");
        }
    }

    /** The number of the connection that a birth or a death belongs to; null if there is none. */
    @Nullable
    Long birthDeathSequence() {
        for (Metric metric : metrics) {
            if (metric.name().equals(BIRTH_DEATH_SEQUENCE) && metric.kind() == Metric.Kind.WHOLE) {
                return metric.whole();
            }
        }
        return null;
    }
}
