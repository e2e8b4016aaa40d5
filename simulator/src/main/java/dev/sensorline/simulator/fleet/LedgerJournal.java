package dev.sensorline.simulator.fleet;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import dev.sensorline.fleet.Measurement;
import dev.sensorline.fleet.ledger.LedgerHeader;
import dev.sensorline.fleet.ledger.LedgerWriter;
import dev.sensorline.fleet.ledger.Outcome;

/** A journal that is a ledger. Thread-safe. */
public final class LedgerJournal implements Journal, AutoCloseable {

    private final LedgerWriter writer;
    private final Consumer<String> onFailure;
    private final AtomicBoolean hasFailed = new AtomicBoolean();

    /**
     * Begins a ledger.
     *
     * @param out       where it is written to; not buffered
     * @param onFailure gets the reason when it cannot be written any more, once; then the ledger is not complete
     * @throws IOException if it cannot be written
     */
    public LedgerJournal(OutputStream out, LedgerHeader header, Consumer<String> onFailure) throws IOException {
        this.writer = new LedgerWriter(out, header);
        this.onFailure = onFailure;
    }

    @Override
    public long sent(int group, Measurement reading, int faults) {
        try {
            return writer.sent(group, reading, faults);
        } catch (UncheckedIOException e) {
            fail(Objects.requireNonNull(e.getCause()));
            return NO_ENTRY;
        }
    }

    @Override
    public void unsent(int group, Measurement reading, int faults, Outcome why) {
        orFail(() -> writer.unsent(group, reading, faults, why));
    }

    @Override
    public void acknowledged(long entry, long nanos) {
        if (entry != NO_ENTRY) {
            orFail(() -> writer.acknowledged(entry, nanos));
        }
    }

    @Override
    public void flush() {
        orFail(writer::flush);
    }

    /** Writes the end of the ledger. Blocks until it is written. */
    @Override
    public void close() {
        try {
            writer.close();
        } catch (IOException e) {
            fail(e);
        }
    }

    private void orFail(Runnable action) {
        try {
            action.run();
        } catch (UncheckedIOException e) {
            fail(Objects.requireNonNull(e.getCause()));
        }
    }

    private void fail(IOException failure) {
        if (hasFailed.compareAndSet(false, true)) {
            onFailure.accept(String.valueOf(failure.getMessage()));
        }
    }
}
