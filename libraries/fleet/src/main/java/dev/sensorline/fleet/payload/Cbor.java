package dev.sensorline.fleet.payload;

/** Concise Binary Object Representation (RFC 8949). */
final class Cbor implements BinaryForm.Notation {

    // Major types (RFC 8949, 3.1) in the upper three bits.
    private static final int UNSIGNED = 0x00;
    private static final int NEGATIVE = 0x20;
    private static final int TEXT = 0x60;
    private static final int MAP = 0xa0;
    private static final int DOUBLE = 0xfb;

    private static final int MOST_SHORT = 23;

    @Override
    public void beginMap(int members, Bytes out) {
        appendHead(MAP, members, out);
    }

    @Override
    public void beginText(int octets, Bytes out) {
        appendHead(TEXT, octets, out);
    }

    @Override
    public void appendInteger(long number, Bytes out) {
        if (number >= 0) {
            appendHead(UNSIGNED, number, out);
        } else {
            appendHead(NEGATIVE, -1 - number, out);
        }
    }

    @Override
    public void appendDouble(double number, Bytes out) {
        out.append(DOUBLE);
        out.appendBigEndian(Double.doubleToRawLongBits(number), Double.BYTES);
    }

    /** The shortest head (RFC 8949, 4.2.1): 24 to 27 say that 1, 2, 4 or 8 bytes follow. */
    private static void appendHead(int major, long argument, Bytes out) {
        if (argument <= MOST_SHORT) {
            out.append(major | (int) argument);
            return;
        }
        int size = 0;
        while (size < 3 && argument >>> (8 << size) != 0) {
            size++;
        }
        out.append(major | MOST_SHORT + 1 + size);
        out.appendBigEndian(argument, 1 << size);
    }
}
