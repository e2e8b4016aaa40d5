package dev.sensorline.fleet.payload;

import java.util.Arrays;
import java.util.Objects;

import dev.sensorline.fleet.Metric;
import dev.sensorline.fleet.waveform.Digits;

/** Bytes that grow, and are used again. For one thread. */
public final class Bytes {

    private static final int FIRST_SIZE = 256;

    private byte[] array = new byte[FIRST_SIZE];
    private int size;

    /** The bytes so far begin at 0 of this array, which another append may replace. */
    public byte[] array() {
        return array;
    }

    /** How many bytes there are. */
    public int size() {
        return size;
    }

    /** Begins anew. */
    public void clear() {
        size = 0;
    }

    /** Appends the lowest eight bits. */
    public void append(int octet) {
        room(1);
        array[size++] = (byte) octet;
    }

    /** Appends all of them. */
    public void append(byte[] octets) {
        room(octets.length);
        System.arraycopy(octets, 0, array, size, octets.length);
        size += octets.length;
    }

    /** Appends the digits of a number, with a minus if it is negative. */
    public void appendDigits(long number) {
        if (number < 0) {
            append('-');
        }
        room(Digits.MOST_BYTES);
        size = Digits.write(Math.abs(number), array, size);
    }

    /** Appends a value of a metric as a text, with its decimals. */
    public void appendText(Metric metric, double value) {
        room(Decimals.MOST_BYTES);
        size = Decimals.write(metric, value, array, size);
    }

    /** Appends the lowest bits of a number, the most significant byte first. */
    public void appendBigEndian(long number, int octets) {
        room(octets);
        for (int shift = 8 * (octets - 1); shift >= 0; shift -= 8) {
            array[size++] = (byte) (number >>> shift);
        }
    }

    /** Replaces one of the bytes by the lowest eight bits. */
    public void replace(int index, int octet) {
        array[Objects.checkIndex(index, size)] = (byte) octet;
    }

    /** Forgets all bytes from a size on, which is not greater than the size so far. */
    public void cut(int to) {
        size = Objects.checkIndex(to, size + 1);
    }

    /** Appends all of the other bytes. */
    public void append(Bytes other) {
        room(other.size);
        System.arraycopy(other.array, 0, array, size, other.size);
        size += other.size;
    }

    /** A copy of the bytes. */
    public byte[] copy() {
        return Arrays.copyOf(array, size);
    }

    private void room(int more) {
        if (array.length - size < more) {
            array = Arrays.copyOf(array, Math.max(2 * array.length, size + more));
        }
    }
}
