package dev.sensorline.fleet.ledger;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;

/**
 * Reads a ledger, one entry after the other. The end of a ledger whose writer was killed may be missing or cut: {@link #isComplete}. For
 * one thread.
 */
public final class LedgerReader implements AutoCloseable {

    /** In bytes: a block of the most metrics is smaller. */
    private static final int LARGEST_BLOCK = 1 << 20;

    private static final int BUFFER = 1 << 16;

    private final DataInputStream in;
    private final LedgerHeader header;
    private final Decoding decoding;
    private final LedgerEntry entry;
    private long at;
    private boolean isComplete;
    private boolean isAtEnd;

    /**
     * Reads the header.
     *
     * @param in a ledger as {@link LedgerWriter} writes it, whole or in the parts of {@link PartedOutput}
     * @throws InvalidLedgerException if it is no ledger, or of a version that cannot be read
     */
    public LedgerReader(InputStream in) throws IOException {
        this.in = new DataInputStream(PartedInput.joined(new BufferedInputStream(in, BUFFER)));
        this.header = LedgerHeader.read(this.in);
        this.decoding = new Decoding(header.groups());
        this.entry = new LedgerEntry(header.groups().stream()
                .mapToInt(group -> group.metrics().size())
                .max()
                .orElse(0));
    }

    public LedgerHeader header() {
        return header;
    }

    /** What {@link #next} has read: always the same object. */
    public LedgerEntry entry() {
        return entry;
    }

    /**
     * Goes on to the next entry or acknowledgement. Returns false at the end.
     *
     * @throws InvalidLedgerException if it is damaged elsewhere than at its end
     */
    public boolean next() throws IOException {
        try {
            while (!isAtEnd) {
                if (decoding.next(entry)) {
                    return true;
                }
                isAtEnd = !nextBlock();
            }
            return false;
        } catch (IndexOutOfBoundsException e) {
            throw new InvalidLedgerException("is damaged in block " + at);
        }
    }

    /** Whether the end was written: otherwise entries may be missing there. Known when {@link #next} has returned false. */
    public boolean isComplete() {
        return isComplete;
    }

    private boolean nextBlock() throws IOException {
        at++;
        byte[] block;
        int checksum;
        try {
            int size = in.readInt();
            if (size == 0) {
                in.readLong();
                isComplete = true;
                return false;
            }
            if (size < 0 || size > LARGEST_BLOCK) {
                throw new InvalidLedgerException("is damaged in block " + at);
            }
            checksum = in.readInt();
            block = in.readNBytes(size);
            if (block.length < size) {
                return false;
            }
        } catch (EOFException e) {
            return false;
        }
        CRC32 actual = new CRC32();
        actual.update(block);
        if ((int) actual.getValue() != checksum) {
            if (in.read() < 0) {
                return false;
            }
            throw new InvalidLedgerException("is damaged in block " + at);
        }
        decoding.begin(block);
        return true;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
