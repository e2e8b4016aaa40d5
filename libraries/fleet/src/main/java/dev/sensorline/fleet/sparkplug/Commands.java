package dev.sensorline.fleet.sparkplug;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;

/** Reads commands to edge nodes (6.4.23). */
final class Commands {

    /** Asks an edge node for its birth and those of its devices. */
    static final byte[] REBIRTH = "Node Control/Rebirth".getBytes(UTF_8);

    private static final int WIRE_TYPE = 7;
    private static final int MOST_VARINT_BITS = 70;

    private Commands() {}

    /** Whether a payload has the metric for a rebirth, and it is true. False also for a payload that is malformed. */
    static boolean isRebirth(byte[] payload) {
        ByteBuffer rest = ByteBuffer.wrap(payload);
        boolean isRebirth = false;
        try {
            while (rest.hasRemaining()) {
                long key = varint(rest);
                if (key == Fields.METRIC) {
                    isRebirth |= isTrueRebirth(message(rest));
                } else {
                    skip(rest, key);
                }
            }
            return isRebirth;
        } catch (MalformedException e) {
            return false;
        }
    }

    private static boolean isTrueRebirth(ByteBuffer metric) throws MalformedException {
        boolean isNamed = false;
        boolean isTrue = false;
        while (metric.hasRemaining()) {
            long key = varint(metric);
            if (key == Fields.NAME) {
                isNamed = message(metric).equals(ByteBuffer.wrap(REBIRTH));
            } else if (key == Fields.BOOLEAN_VALUE) {
                isTrue = varint(metric) != 0;
            } else {
                skip(metric, key);
            }
        }
        return isNamed && isTrue;
    }

    private static void skip(ByteBuffer rest, long key) throws MalformedException {
        switch ((int) key & WIRE_TYPE) {
            case Fields.VARINT -> varint(rest);
            case Fields.FIXED_64 -> take(rest, Long.BYTES);
            case Fields.BYTES -> message(rest);
            case Fields.FIXED_32 -> take(rest, Integer.BYTES);
            default -> throw new MalformedException();
        }
    }

    private static ByteBuffer message(ByteBuffer rest) throws MalformedException {
        return take(rest, varint(rest));
    }

    private static ByteBuffer take(ByteBuffer rest, long length) throws MalformedException {
        if (length < 0 || length > rest.remaining()) {
            throw new MalformedException();
        }
        ByteBuffer taken = rest.slice(rest.position(), (int) length);
        rest.position(rest.position() + (int) length);
        return taken;
    }

    private static long varint(ByteBuffer rest) throws MalformedException {
        long value = 0;
        for (int shift = 0; shift < MOST_VARINT_BITS && rest.hasRemaining(); shift += 7) {
            byte read = rest.get();
            value |= (read & 0x7fL) << shift;
            if (read >= 0) {
                return value;
            }
        }
        throw new MalformedException();
    }

    private static final class MalformedException extends Exception {

        private static final long serialVersionUID = 1L;
    }
}
