package dev.sensorline.fleet.sparkplug;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Reads commands of host applications to edge nodes and devices (6.4.23, 6.4.24). */
final class HostCommands {

    /** Asks an edge node for its birth and those of its devices. */
    static final String REBIRTH = "Node Control/Rebirth";
    /** Asks an edge node to end its connection and to begin again. */
    static final String REBOOT = "Node Control/Reboot";

    private static final int WIRE_TYPE = 7;
    private static final int MOST_VARINT_BITS = 70;

    // Of the types of metrics with 32 bits (6.4.16).
    private static final int UINT8 = 5;
    private static final int UINT32 = 7;

    private HostCommands() {}

    /** What a payload asks for, metric by metric; empty if it is malformed. */
    static List<MetricWrite> read(byte[] payload) {
        ByteBuffer rest = ByteBuffer.wrap(payload);
        List<MetricWrite> writes = new ArrayList<>();
        try {
            while (rest.hasRemaining()) {
                long key = varint(rest);
                if (key == Fields.METRIC) {
                    writes.add(metric(message(rest)));
                } else {
                    skip(rest, key);
                }
            }
            return writes;
        } catch (MalformedException e) {
            return List.of();
        }
    }

    private static MetricWrite metric(ByteBuffer rest) throws MalformedException {
        String name = "";
        long alias = MetricWrite.NO_ALIAS;
        double value = Double.NaN;
        long type = 0;
        long whole = 0;
        boolean isOf32Bits = false;
        while (rest.hasRemaining()) {
            long key = varint(rest);
            switch ((int) key) {
                case Fields.NAME -> name = UTF_8.decode(message(rest)).toString();
                case Fields.ALIAS -> alias = varint(rest);
                case Fields.DATATYPE -> type = varint(rest);
                case Fields.INT_VALUE -> {
                    whole = varint(rest);
                    isOf32Bits = true;
                }
                case Fields.LONG_VALUE -> value = varint(rest);
                case Fields.FLOAT_VALUE ->
                    value = Float.intBitsToFloat(
                            Integer.reverseBytes(take(rest, Integer.BYTES).getInt()));
                case Fields.DOUBLE_VALUE ->
                    value = Double.longBitsToDouble(
                            Long.reverseBytes(take(rest, Long.BYTES).getLong()));
                case Fields.BOOLEAN_VALUE -> value = varint(rest) == 0 ? 0 : 1;
                default -> skip(rest, key);
            }
        }
        if (isOf32Bits) {
            value = type >= UINT8 && type <= UINT32 ? whole & 0xffff_ffffL : (int) whole;
        }
        return new MetricWrite(name, alias, value);
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
