package dev.sensorline.ingestor.telegraf;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * A payload.
 *
 * @param odd        what is odd about it; empty if nothing is
 * @param difference how the points of the two may differ
 */
record Sample(byte[] payload, String odd, Difference difference) {

    /** One that both read the same. */
    static Sample usual(String payload) {
        return new Sample(payload.getBytes(UTF_8), "", Difference.NONE);
    }

    static Sample odd(String payload, String odd, Difference difference) {
        return new Sample(payload.getBytes(UTF_8), odd, difference);
    }

    @Override
    public String toString() {
        return new String(payload, UTF_8);
    }
}
