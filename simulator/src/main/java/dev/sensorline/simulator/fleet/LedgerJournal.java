package dev.sensorline.simulator.fleet;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import dev.sensorline.fleet.Measurement;
import dev.sensorline.fleet.ledger.LedgerHeader;
import dev.sensorline.fleet.ledger.LedgerWriter;
import dev.sensorline.fleet.ledger.Outcome;

/** A journal that is a ledger in a file. Thread-safe. */
public final class LedgerFile implements Journal, AutoCloseable {

    private final LedgerWriter writer;
    private final Consumer<String> onFailure;
    private final AtomicBoolean hasFailed = new AtomicBoolean();

    /**
     * Begins a ledger. A file that is there is overwritten.
     *
     * @param onFailure gets the reason when the file cannot be written any more, once; then the ledger is not complete
     * @throws IOException if the file cannot be written
     */
    public LedgerFile(Path file, LedgerHeader header, Consumer<String> onFailure) throws IOException {
        this.writer = new LedgerWriter(new FileOutputStream(file.toFile()), header);
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
