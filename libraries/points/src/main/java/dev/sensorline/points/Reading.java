package dev.sensorline.points;

/**
 * What a sensor sent, as it arrived: not yet decoded, and free of the protocol that carried it.
 *
 * @param topic        the levels it was published under, separated by {@code /}
 * @param payload      its bytes; of an oversized one only the first {@link #EXCERPT_BYTES}
 * @param size         the length of what was sent, in bytes; more than {@code payload.length} when oversized
 * @param arrivalNanos when it arrived, in nanoseconds since 1970-01-01T00:00Z, from an {@link ArrivalClock}: no two
 *                     readings of a process have the same
 */
public record Reading(String topic, byte[] payload, int size, long arrivalNanos) {

    /** How much of an oversized payload is kept, in bytes. */
    public static final int EXCERPT_BYTES = 256;

    /** Whether the payload was longer than the receiver accepts and was cut off. */
    public boolean oversized() {
        return size > payload.length;
    }
}
