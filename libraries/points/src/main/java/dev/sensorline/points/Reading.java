package dev.sensorline.points;

/**
 * A message of a sensor as it arrived: not yet decoded, and independent of the protocol that carried it.
 *
 * @param topic        the topic it was published to, with levels separated by {@code /}
 * @param payload      the bytes of the message; only the first bytes if it is oversized
 * @param size         length of the message as it was sent, in bytes; greater than {@code payload.length} if oversized
 * @param arrivalNanos time of arrival in nanoseconds since 1970-01-01T00:00Z, from an {@link ArrivalClock}: unique
 *                     within a process
 * @param isRetained   whether the broker had kept the message as the topic's last one, so that it arrives at each subscription
 */
public record Reading(String topic, byte[] payload, int size, long arrivalNanos, boolean isRetained) {

    /** A reading that the broker has not kept. */
    public Reading(String topic, byte[] payload, int size, long arrivalNanos) {
        this(topic, payload, size, arrivalNanos, false);
    }

    /** Whether the message was longer than the receiver accepts, so that the payload was truncated. */
    public boolean isOversized() {
        return size > payload.length;
    }
}
