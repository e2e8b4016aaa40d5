package dev.sensorline.fleet.payload;

/** MessagePack (github.com/msgpack/msgpack, spec.md). */
final class MessagePack implements BinaryForm.Notation {

    private static final int FIX_MAP = 0x80;
    private static final int FIX_TEXT = 0xa0;
    private static final int DOUBLE = 0xcb;
    /** Of 8 bits; of 16, 32 and 64 bits are the next ones. */
    private static final int UNSIGNED = 0xcc;
    /** Of 8 bits; of 16, 32 and 64 bits are the next ones. */
    private static final int SIGNED = 0xd0;

    private static final int TEXT_8 = 0xd9;
    private static final int TEXT_16 = 0xda;
    private static final int MAP_16 = 0xde;

    private static final int MOST_FIX_NUMBER = 127;
    private static final int LEAST_FIX_NUMBER = -32;
    private static final int MOST_FIX_MAP = 15;
    private static final int MOST_FIX_TEXT = 31;

    @Override
    public void beginMap(int members, Bytes out) {
        if (members <= MOST_FIX_MAP) {
            out.append(FIX_MAP | members);
        } else {
            out.append(MAP_16);
            out.appendBigEndian(members, 2);
        }
    }

    @Override
    public void beginText(int octets, Bytes out) {
        if (octets <= MOST_FIX_TEXT) {
            out.append(FIX_TEXT | octets);
        } else if (octets < 1 << 8) {
            out.append(TEXT_8);
            out.append(octets);
        } else {
            out.append(TEXT_16);
            out.appendBigEndian(octets, 2);
        }
    }

    @Override
    public void appendInteger(long number, Bytes out) {
        if (number >= LEAST_FIX_NUMBER && number <= MOST_FIX_NUMBER) {
            out.append((int) number);
            return;
        }
        // Whether a number fits is whether all bits above are those of its sign.
        int signBit = number < 0 ? 1 : 0;
        int size = 0;
        while (size < 3 && number >> (8 << size) - signBit != -signBit) {
            size++;
        }
        out.append((number < 0 ? SIGNED : UNSIGNED) + size);
        out.appendBigEndian(number, 1 << size);
    }

    @Override
    public void appendDouble(double number, Bytes out) {
        out.append(DOUBLE);
        out.appendBigEndian(Double.doubleToRawLongBits(number), Double.BYTES);
    }
}
