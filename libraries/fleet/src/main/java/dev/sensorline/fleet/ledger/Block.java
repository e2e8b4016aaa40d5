package dev.sensorline.fleet.ledger;

import java.io.DataOutputStream;
import java.io.IOException;
import java.util.zip.CRC32;

/** Some kilobytes of a ledger, written into a buffer that is used again. */
final class Block {

    /** The most bytes that a number takes. */
    static final int VARINT = 10;

    private final byte[] bytes;
    private int size;

    Block(int capacity) {
        this.bytes = new byte[capacity];
    }

    void clear() {
        size = 0;
    }

    boolean hasRoom(int more) {
        return bytes.length - size >= more;
    }

    void octet(int octet) {
        bytes[size++] = (byte) octet;
    }

    /** A number in groups of seven bits, the lowest first. */
    void varint(long number) {
        long left = number;
        while ((left & ~0x7fL) != 0) {
            bytes[size++] = (byte) (left | 0x80);
            left >>>= 7;
        }
        bytes[size++] = (byte) left;
    }

    /** A number whose sign is its lowest bit, so that one near to 0 is short. */
    void signed(long number) {
        varint((number << 1) ^ (number >> 63));
    }

    void float64(double value) {
        long bits = Double.doubleToRawLongBits(value);
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            bytes[size++] = (byte) (bits >>> shift);
        }
    }

    /** Writes length, checksum and content. */
    void writeTo(DataOutputStream out) throws IOException {
        CRC32 checksum = new CRC32();
        checksum.update(bytes, 0, size);
        out.writeInt(size);
        out.writeInt((int) checksum.getValue());
        out.write(bytes, 0, size);
    }
}
