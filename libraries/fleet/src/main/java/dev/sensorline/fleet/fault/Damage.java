package dev.sensorline.fleet.fault;

import dev.sensorline.fleet.Format;
import dev.sensorline.fleet.payload.Bytes;

/**
 * Makes payloads malformed. What is left is never a payload of another value, however it is cut: no parser of its format accepts it.
 */
public final class Damage {

    /**
     * No text in UTF-8 has this byte (RFC 3629, 1), MessagePack never uses it, and in CBOR it is a tag that lacks its content (RFC 8949,
     * 3.4).
     */
    private static final int WRONG_AT_THE_END = 0xc1;
    /** In the wire format of Protocol Buffers, a key of wire type 7, which there is not, whatever follows. */
    private static final int WRONG_AT_THE_START = 0xff;

    private Damage() {}

    /**
     * Damages a payload: one of Sparkplug gets a wrong first byte; all others are cut, by at least two bytes if they have as many, and get
     * a wrong last byte. Without the second missing byte, the wrong one could be the last of a binary number.
     *
     * @param random decides where it is cut
     */
    public static void apply(Bytes payload, Format format, long random) {
        if (format instanceof Format.Sparkplug) {
            payload.replace(0, WRONG_AT_THE_START);
            return;
        }
        payload.cut((int) Long.remainderUnsigned(random, Math.max(1, payload.size() - 1)));
        payload.append(WRONG_AT_THE_END);
    }
}
