package dev.sensorline.points;

/**
 * A message of a sensor as it arrived: not yet decoded, and independent of the protocol that carried it.
 *
 * @param topic        the topic it was published to, with levels separated by {@code /}
 * @param payload      the bytes of the message; only the first bytes if it is oversized
 * @param size         length of the message as it was sent, in bytes; greater than {@code payload.length} if oversized
 * @param arrivalNanos time of arrival in nanoseconds since 1970-01-01T00:00Z, from an {@link ArrivalClock}: unique
 *                     within a process
 */
public record Reading(String topic, byte[] payload, int size, long arrivalNanos) {

    /** Whether the message was longer than the receiver accepts, so that the payload was truncated. */
    public boolean isOversized() {
        return size > payload.length;
    }
}
