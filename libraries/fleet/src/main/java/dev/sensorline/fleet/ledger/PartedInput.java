package dev.sensorline.fleet.ledger;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A ledger that was recorded part by part: {@link PartedOutput}. Parts that are repeated are left out. A line feed may follow each part, as
 * tools write it that record a message as a line. For one thread.
 */
final class PartedInput extends InputStream {

    private static final int END = -1;

    private final DataInputStream in;
    private long run;
    private long next;
    /** Bytes of the current part that have not been read. */
    private int left;

    private PartedInput(InputStream in) {
        this.in = new DataInputStream(in);
    }

    /** The ledger itself, whether it comes in parts or not. */
    static InputStream joined(BufferedInputStream in) throws IOException {
        in.mark(PartedOutput.MAGIC.length);
        boolean isParted = Arrays.equals(in.readNBytes(PartedOutput.MAGIC.length), PartedOutput.MAGIC);
        in.reset();
        return isParted ? new PartedInput(in) : in;
    }

    @Override
    public int read() throws IOException {
        if (!hasMore()) {
            return END;
        }
        left--;
        return in.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!hasMore()) {
            return END;
        }
        int read = in.read(bytes, offset, Math.min(length, left));
        left -= Math.max(read, 0);
        return read;
    }

    /** Goes on to the next part if the current one has been read. Returns false at the end, which may be within a part. */
    private boolean hasMore() throws IOException {
        while (left == 0) {
            if (!nextPart()) {
                return false;
            }
        }
        return true;
    }

    private boolean nextPart() throws IOException {
        int first = in.read();
        if (first == '\n') {
            first = in.read();
        }
        byte[] head = in.readNBytes(PartedOutput.MAGIC.length - 1 + PartedOutput.NUMBERS);
        if (first == END || head.length < PartedOutput.MAGIC.length - 1 + PartedOutput.NUMBERS) {
            return false;
        }
        if (first != PartedOutput.MAGIC[0] || !startsWithRestOfMagic(head)) {
            throw new InvalidLedgerException("is damaged behind part " + (next - 1));
        }
        ByteBuffer numbers = ByteBuffer.wrap(head, PartedOutput.MAGIC.length - 1, PartedOutput.NUMBERS);
        begin(numbers.getLong(), numbers.getLong(), numbers.getInt());
        return true;
    }

    private static boolean startsWithRestOfMagic(byte[] head) {
        byte[] magic = PartedOutput.MAGIC;
        return Arrays.equals(head, 0, magic.length - 1, magic, 1, magic.length);
    }

    private void begin(long ofRun, long number, int size) throws IOException {
        if (next == 0) {
            run = ofRun;
        }
        if (ofRun != run) {
            throw new InvalidLedgerException("has parts of several runs: record each run into a file of its own");
        }
        if (size < 0) {
            throw new InvalidLedgerException("is damaged in part " + number);
        }
        if (number > next) {
            throw new InvalidLedgerException(
                    next == 0
                            ? "begins with part %d: the recording must begin before the run".formatted(number)
                            : "has no part %d: it was not recorded".formatted(next));
        }
        if (number < next) {
            in.skipNBytes(size);
            return;
        }
        next++;
        left = size;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
