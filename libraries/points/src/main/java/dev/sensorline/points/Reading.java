package dev.sensorline.points;

import java.util.List;
import java.util.Map;

/**
 * A message of a sensor as it arrived: not yet decoded, and independent of the protocol that carried it.
 *
 * @param topic        the topic it was published to, with levels separated by {@code /}
 * @param payload      the bytes of the message; only the first bytes if it is oversized
 * @param size         length of the message as it was sent, in bytes; greater than {@code payload.length} if oversized
 * @param arrivalNanos time of arrival in nanoseconds since 1970-01-01T00:00Z, from an {@link ArrivalClock}: unique
 *                     within a process
 * @param isRetained   whether the broker had kept the message as the topic's last one, so that it arrives at each subscription
 * @param properties   names and values that the sender added besides the payload, in its order; a name may be there more than once
 */
public record Reading(
        String topic,
        byte[] payload,
        int size,
        long arrivalNanos,
        boolean isRetained,
        List<Map.Entry<String, String>> properties) {

    /** A reading without properties. */
    public Reading(String topic, byte[] payload, int size, long arrivalNanos, boolean isRetained) {
        this(topic, payload, size, arrivalNanos, isRetained, List.of());
    }

    /** A reading that the broker has not kept, without properties. */
    public Reading(String topic, byte[] payload, int size, long arrivalNanos) {
        this(topic, payload, size, arrivalNanos, false);
    }

    /** Whether the message was longer than the receiver accepts, so that the payload was truncated. */
    public boolean isOversized() {
        return size > payload.length;
    }
}
