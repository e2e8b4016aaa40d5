package dev.sensorline.fleet.ledger;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

import org.jspecify.annotations.Nullable;

import dev.sensorline.fleet.Measurement;

/**
 * Writes a ledger. Entries gather in blocks of 64 KiB, which a thread of its own writes; what the caller does is no input or output. A
 * block is passed on when it is full, when it spans a second, and on {@link #flush}: a process that is killed loses no more than that. At
 * most eight blocks wait. When all of them do, because the disk is slower than the fleet, the caller waits too and {@link #waits} counts
 * it: no entry is lost. Thread-safe. An entry makes no object.
 *
 * <p>After a failure of the output, each method throws an {@link UncheckedIOException}: the ledger is not complete.
 */
public final class LedgerWriter implements AutoCloseable {

    /** In bytes: room for several entries of 1,000 metrics, the most that a group has. */
    private static final int BLOCK_SIZE = 64 * 1024;

    private static final int BLOCKS = 8;
    private static final long LONGEST_NANOS = 1_000_000_000;

    private final DataOutputStream out;
    private final Encoding encoding;
    private final BlockingQueue<Block> free = new ArrayBlockingQueue<>(BLOCKS);
    private final BlockingQueue<Block> full = new ArrayBlockingQueue<>(BLOCKS + 1);
    private final Block end = new Block(0);
    private final Thread thread;

    private @Nullable Block block;
    private long base;
    /** Of all entries. One of a reading that was due long ago does not end a block. */
    private long latest = Long.MIN_VALUE;

    private long entries;
    private long waits;
    private volatile @Nullable IOException failure;

    /**
     * Writes the header, and starts the thread.
     *
     * @param out flushed behind the header and behind each block, so that what is written survives a kill of the process; closed by
     *            {@link #close}
     */
    public LedgerWriter(OutputStream out, LedgerHeader header) throws IOException {
        this.out = new DataOutputStream(out);
        this.encoding = new Encoding(header.groups());
        header.write(this.out);
        this.out.flush();
        for (int i = 0; i < BLOCKS; i++) {
            free.add(new Block(BLOCK_SIZE));
        }
        this.thread = new Thread(this::write, "ledger");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * A reading was sent, at {@link Measurement#sent}, of which microseconds are kept.
     *
     * @param faults those that happened to it: bits of {@link dev.sensorline.fleet.fault.FaultKind}
     * @return the number of the entry, for {@link #acknowledged}
     */
    public synchronized long sent(int group, Measurement reading, int faults) {
        return entry(group, reading, faults, Outcome.SENT, reading.sent);
    }

    /** A reading was not sent. */
    public synchronized void unsent(int group, Measurement reading, int faults, Outcome why) {
        entry(group, reading, faults, why, reading.due);
    }

    /**
     * The broker has acknowledged a reading.
     *
     * @param entry what {@link #sent} returned
     * @param nanos when, in nanoseconds since 1970-01-01T00:00Z, of which microseconds are kept
     */
    public synchronized void acknowledged(long entry, long nanos) {
        encoding.acknowledgement(room(0, nanos), entry, nanos);
    }

    /** Passes on what has gathered. */
    public synchronized void flush() {
        if (block != null) {
            full.add(block);
            block = null;
        }
        rethrow();
    }

    /** How often a caller had to wait for the disk. */
    public synchronized long waits() {
        return waits;
    }

    private long entry(int group, Measurement reading, int faults, Outcome outcome, long nanos) {
        encoding.entry(room(group, nanos), group, reading, faults, outcome);
        return entries++;
    }

    private Block room(int group, long nanos) {
        latest = Math.max(latest, nanos);
        if (block != null && (!block.hasRoom(encoding.most(group)) || latest - base >= LONGEST_NANOS)) {
            flush();
        }
        if (block == null) {
            block = next();
            base = latest;
            encoding.begin(block, entries, base);
        }
        return block;
    }

    private Block next() {
        rethrow();
        Block next = free.poll();
        if (next != null) {
            return next;
        }
        waits++;
        try {
            return free.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new InterruptedIOException("interrupted while the ledger is written"));
        }
    }

    private void rethrow() {
        if (failure != null) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The thread. After a failure it takes the blocks all the same, so that no caller waits for ever. */
    private void write() {
        try {
            for (Block next = full.take(); next != end; next = full.take()) {
                if (failure == null) {
                    write(next);
                }
                free.add(next);
            }
        } catch (InterruptedException e) {
            failure = new InterruptedIOException("the thread of the ledger was interrupted");
        }
    }

    private void write(Block next) {
        try {
            next.writeTo(out);
            out.flush();
        } catch (IOException e) {
            failure = e;
        }
    }

    /** Writes what has gathered and the end, waits until that is done, and closes the output. */
    @Override
    public void close() throws IOException {
        synchronized (this) {
            if (block != null) {
                full.add(block);
                block = null;
            }
            full.add(end);
        }
        try (out) {
            thread.join();
            if (failure != null) {
                throw failure;
            }
            // A block without a content is the end.
            out.writeInt(0);
            out.writeLong(entries);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the ledger is closed");
        }
    }
}
