package dev.sensorline.fleet.ledger;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Cuts a ledger into numbered parts, one at each {@link #flush}, so that it can go over a way that repeats parts, as MQTT does at QoS 1.
 * {@link PartedInput} joins them. For one thread.
 */
public final class PartedOutput extends OutputStream {

    /** Takes the parts, in their order. */
    public interface Sink extends AutoCloseable {

        /**
         * Takes a part, which does not change any more. May block until there is room.
         *
         * @throws IOException if it cannot be taken, so that the ledger is not complete
         */
        void accept(byte[] part) throws IOException;

        /** Waits for the parts that are on their way. */
        @Override
        void close() throws IOException;
    }

    static final byte[] MAGIC = "SLPART\1".getBytes(StandardCharsets.US_ASCII);
    /** Run, number of the part, and how many bytes of the ledger it has. */
    static final int NUMBERS = 2 * Long.BYTES + Integer.BYTES;

    private final Sink sink;
    private final long run;
    private final ByteArrayOutputStream gathered = new ByteArrayOutputStream();
    private long number;

    /** @param run tells parts of this ledger from those of others: any number */
    public PartedOutput(Sink sink, long run) {
        this.sink = sink;
        this.run = run;
    }

    @Override
    public void write(int octet) {
        gathered.write(octet);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        gathered.write(bytes, offset, length);
    }

    /** Passes on what has been written since the last part. */
    @Override
    public void flush() throws IOException {
        if (gathered.size() == 0) {
            return;
        }
        byte[] part = ByteBuffer.allocate(MAGIC.length + NUMBERS + gathered.size())
                .put(MAGIC)
                .putLong(run)
                .putLong(number++)
                .putInt(gathered.size())
                .put(gathered.toByteArray())
                .array();
        gathered.reset();
        sink.accept(part);
    }

    @Override
    public void close() throws IOException {
        try (sink) {
            flush();
        }
    }
}
