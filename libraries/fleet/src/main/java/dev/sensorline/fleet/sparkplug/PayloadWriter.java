package dev.sensorline.fleet.sparkplug;

import dev.sensorline.fleet.payload.Bytes;

/**
 * Writes payloads (6.4.5), metric by metric, in the wire format of Protocol Buffers. Its bytes are used again, so that a payload makes no
 * object. For one thread.
 *
 * @see <a href="https://protobuf.dev/programming-guides/encoding/">Encoding</a>
 */
final class PayloadWriter {

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Bytes payload = new Bytes();
    private final Bytes metric = new Bytes();

    /** Begins a payload that is sent at a time, in nanoseconds since 1970. */
    void begin(long sent) {
        payload.clear();
        varint(payload, Fields.PAYLOAD_TIMESTAMP, millis(sent));
        metric.clear();
    }

    /** The name of the next metric, in UTF-8. */
    PayloadWriter name(byte[] name) {
        key(metric, Fields.NAME);
        raw(metric, name.length);
        metric.append(name);
        return this;
    }

    PayloadWriter alias(long alias) {
        varint(metric, Fields.ALIAS, alias);
        return this;
    }

    /** When the next metric was measured, in nanoseconds since 1970. */
    PayloadWriter time(long time) {
        varint(metric, Fields.TIMESTAMP, millis(time));
        return this;
    }

    PayloadWriter type(DataType type) {
        varint(metric, Fields.DATATYPE, type.code());
        return this;
    }

    /** Says that the metric is older than one that has been sent. */
    PayloadWriter historical() {
        varint(metric, Fields.IS_HISTORICAL, 1);
        return this;
    }

    /** Ends a metric that has no value yet. */
    void nothing() {
        varint(metric, Fields.IS_NULL, 1);
        endMetric();
    }

    /** Ends a metric of the type {@link DataType#INT64}. */
    void whole(long value) {
        varint(metric, Fields.LONG_VALUE, value);
        endMetric();
    }

    /** Ends a metric of the type {@link DataType#DOUBLE}. */
    void fraction(double value) {
        key(metric, Fields.DOUBLE_VALUE);
        long bits = Double.doubleToRawLongBits(value);
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            metric.append((int) (bits >>> shift));
        }
        endMetric();
    }

    /** Ends a metric of the type {@link DataType#BOOLEAN}. */
    void flag(boolean value) {
        varint(metric, Fields.BOOLEAN_VALUE, value ? 1 : 0);
        endMetric();
    }

    private void endMetric() {
        key(payload, Fields.METRIC);
        raw(payload, metric.size());
        payload.append(metric);
        metric.clear();
    }

    /** Ends the payload of a message with a number, from 0 to 255. */
    Bytes end(int sequence) {
        varint(payload, Fields.SEQUENCE, sequence);
        return payload;
    }

    /** Ends the payload of a message without a number. */
    Bytes end() {
        return payload;
    }

    private static long millis(long nanos) {
        return Math.floorDiv(nanos, NANOS_PER_MILLI);
    }

    private static void varint(Bytes out, int field, long value) {
        key(out, field);
        raw(out, value);
    }

    /** Keys of fields up to 15 have one byte. */
    private static void key(Bytes out, int field) {
        out.append(field);
    }

    private static void raw(Bytes out, long value) {
        long rest = value;
        while (rest >>> 7 != 0) {
            out.append((int) rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        out.append((int) rest);
    }
}
