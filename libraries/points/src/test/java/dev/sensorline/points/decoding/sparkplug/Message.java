package dev.sensorline.points.decoding.sparkplug;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;

/** A message of Protocol Buffers, built field by field. */
public final class Message {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** A payload with a time. */
    public static Message payload(long timestamp) {
        return new Message().varint(1, timestamp);
    }

    /** Adds the number of a payload. */
    public Message sequence(long number) {
        return varint(3, number);
    }

    /** Adds a metric to a payload. */
    public Message metric(Consumer<Message> fields) {
        Message metric = new Message();
        fields.accept(metric);
        return bytes(2, metric.bytes());
    }

    public Message name(String name) {
        return bytes(1, name.getBytes(UTF_8));
    }

    public Message alias(long alias) {
        return varint(2, alias);
    }

    public Message timestamp(long timestamp) {
        return varint(3, timestamp);
    }

    /** Adds the code of the type of a metric. */
    public Message type(int code) {
        return varint(4, code);
    }

    public Message isHistorical() {
        return varint(5, 1);
    }

    public Message isTransient() {
        return varint(6, 1);
    }

    public Message isNull() {
        return varint(7, 1);
    }

    public Message intValue(long value) {
        return varint(10, value);
    }

    public Message longValue(long value) {
        return varint(11, value);
    }

    public Message floatValue(float value) {
        return key(12, 5).littleEndian(Float.floatToIntBits(value), 4);
    }

    public Message doubleValue(double value) {
        return key(13, 1).littleEndian(Double.doubleToLongBits(value), 8);
    }

    public Message booleanValue(boolean value) {
        return varint(14, value ? 1 : 0);
    }

    public Message stringValue(String value) {
        return bytes(15, value.getBytes(UTF_8));
    }

    /** Adds a set of properties to a metric. */
    public Message properties(Consumer<Message> properties) {
        Message set = new Message();
        properties.accept(set);
        return bytes(9, set.bytes());
    }

    /** Adds a property to a set of them. */
    public Message property(String name, Consumer<Message> fields) {
        Message value = new Message();
        fields.accept(value);
        return bytes(1, name.getBytes(UTF_8)).bytes(2, value.bytes());
    }

    public Message varint(int field, long value) {
        return key(field, 0).raw(value);
    }

    public Message bytes(int field, byte[] value) {
        key(field, 2).raw(value.length);
        bytes.writeBytes(value);
        return this;
    }

    public Message key(int field, int wireType) {
        return raw((long) field << 3 | wireType);
    }

    public Message littleEndian(long value, int count) {
        for (int i = 0; i < count; i++) {
            bytes.write((int) (value >> 8 * i));
        }
        return this;
    }

    /** Adds a number of variable length. */
    public Message raw(long value) {
        long rest = value;
        while (rest >>> 7 != 0) {
            bytes.write((int) rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        bytes.write((int) rest);
        return this;
    }

    public byte[] bytes() {
        return bytes.toByteArray();
    }
}
