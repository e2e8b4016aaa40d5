package dev.sensorline.points.decoding.sparkplug;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

import dev.sensorline.points.Rejection.Reason;
import dev.sensorline.points.decoding.extraction.InvalidReadingException;
import dev.sensorline.points.decoding.extraction.Utf8;

/**
 * Reads the fields of a message in the wire format of Protocol Buffers, one after the other. A field that is not asked for must be
 * {@linkplain #skip skipped}. Groups, which are deprecated and Sparkplug does not have, are malformed.
 *
 * @see <a href="https://protobuf.dev/programming-guides/encoding/">Encoding</a>
 */
final class ProtobufReader {

    /** Wire types. A key is the number of a field, shifted left by three bits, and its wire type. */
    static final int VARINT = 0;

    static final int FIXED_64 = 1;
    static final int BYTES = 2;
    static final int FIXED_32 = 5;

    private static final int WIRE_TYPE = 7;
    private static final int MOST_VARINT_BITS = 70;
    private static final long LARGEST_KEY = 0xffff_ffffL;

    private final byte[] bytes;
    private final int end;
    private int at;
    private int key;

    ProtobufReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    private ProtobufReader(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
    }

    /** Goes to the next field; returns false if there is none. The value of the one before must have been read. */
    boolean next() throws InvalidReadingException {
        if (at == end) {
            return false;
        }
        long read = varint();
        if (read < 1 << 3 || read > LARGEST_KEY) {
            throw malformed("a field without a number");
        }
        key = (int) read;
        return true;
    }

    /** The key of the current field. */
    int key() {
        return key;
    }

    void skip() throws InvalidReadingException {
        switch (key & WIRE_TYPE) {
            case VARINT -> varint();
            case FIXED_64 -> take(Long.BYTES);
            case BYTES -> take(length());
            case FIXED_32 -> take(Integer.BYTES);
            default -> throw malformed("a field of wire type " + (key & WIRE_TYPE));
        }
    }

    long varint() throws InvalidReadingException {
        long value = 0;
        for (int shift = 0; shift < MOST_VARINT_BITS; shift += 7) {
            byte read = bytes[take(1)];
            value |= (read & 0x7fL) << shift;
            if (read >= 0) {
                return value;
            }
        }
        throw malformed("a number of more than ten bytes");
    }

    boolean bool() throws InvalidReadingException {
        return varint() != 0;
    }

    float fixedFloat() throws InvalidReadingException {
        return Float.intBitsToFloat((int) littleEndian(Integer.BYTES));
    }

    double fixedDouble() throws InvalidReadingException {
        return Double.longBitsToDouble(littleEndian(Long.BYTES));
    }

    private long littleEndian(int count) throws InvalidReadingException {
        int from = take(count);
        long value = 0;
        for (int i = count - 1; i >= 0; i--) {
            value = value << Byte.SIZE | bytes[from + i] & 0xff;
        }
        return value;
    }

    /** @throws InvalidReadingException also if the text is not UTF-8 */
    String text() throws InvalidReadingException {
        int length = length();
        int from = take(length);
        String text = new String(bytes, from, length, UTF_8);
        // Which stands for what is not UTF-8.
        if (text.indexOf('\ufffd') >= 0 && !Utf8.isValid(Arrays.copyOfRange(bytes, from, from + length))) {
            throw new InvalidReadingException(Reason.NOT_UTF8, null);
        }
        return text;
    }

    /** A reader of the message that the field contains. */
    ProtobufReader message() throws InvalidReadingException {
        int length = length();
        int from = take(length);
        return new ProtobufReader(bytes, from, from + length);
    }

    private int length() throws InvalidReadingException {
        long length = varint();
        if (length < 0 || length > end - at) {
            throw malformed("a field that is longer than its message");
        }
        return (int) length;
    }

    /** Goes past some bytes, and returns where they begin. */
    private int take(int count) throws InvalidReadingException {
        if (count > end - at) {
            throw malformed("the payload ends within a field");
        }
        int from = at;
        at += count;
        return from;
    }

    private static InvalidReadingException malformed(String detail) {
        return new InvalidReadingException(Reason.MALFORMED, detail);
    }
}
