package dev.sensorline.ingestor.setaside;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * Notices that the broker takes the connection of the readings and that of the rejected readings for one client, so that each new
 * one ends the other, for ever. Mosquitto does with {@code use_username_as_clientid}. Then one connection ends exactly when the
 * other one begins, in turns, and they are hardly ever there together. Thread-safe.
 */
@NullMarked
public final class RivalConnections {

    /** So soon after each other one ends and the other one begins. Shorter than the shortest pause before an attempt to connect. */
    static final Duration AT_ONCE = Duration.ofMillis(40);
    /** If both have been there for longer, they are no rivals. */
    static final Duration LONGEST_TOGETHER = Duration.ofSeconds(1);
    /** How many takeovers in turns are no chance. */
    static final int ENOUGH = 4;

    private final LongSupplier nanoTime;
    private final Runnable report;

    // Guarded by this.
    private final Connection readings;
    private final Connection rejected;
    private long togetherSinceNanos;
    private @Nullable Connection lastWinner;
    private int takeovers;
    private boolean isReported;

    private static final class Connection {

        private boolean isUp;
        private long changedNanos;

        Connection(long changedNanos) {
            this.changedNanos = changedNanos;
        }
    }

    /**
     * @param nanoTime the time in nanoseconds, such as {@link System#nanoTime}
     * @param report   called once
     */
    public RivalConnections(LongSupplier nanoTime, Runnable report) {
        this.nanoTime = nanoTime;
        this.report = report;
        long longAgo = nanoTime.getAsLong() - AT_ONCE.toNanos();
        this.readings = new Connection(longAgo);
        this.rejected = new Connection(longAgo);
    }

    /** Is told whether there is a connection for readings, at each change. */
    public Consumer<Boolean> readings() {
        return isUp -> changed(readings, rejected, isUp);
    }

    /** Is told whether there is a connection for rejected readings, at each change. */
    public Consumer<Boolean> rejected() {
        return isUp -> changed(rejected, readings, isUp);
    }

    private synchronized void changed(Connection connection, Connection other, boolean isUp) {
        if (connection.isUp == isUp) {
            return; // An attempt to connect has failed.
        }
        long now = nanoTime.getAsLong();
        if (connection.isUp && other.isUp && now - togetherSinceNanos > LONGEST_TOGETHER.toNanos()) {
            takeovers = 0;
        }
        connection.isUp = isUp;
        connection.changedNanos = now;
        if (isUp && other.isUp) {
            togetherSinceNanos = now;
        } else if (isUp != other.isUp && now - other.changedNanos < AT_ONCE.toNanos()) {
            // Which of the two is seen first is chance.
            count(isUp ? connection : other);
        }
    }

    private void count(Connection winner) {
        takeovers = winner == lastWinner ? 1 : takeovers + 1;
        lastWinner = winner;
        if (takeovers == ENOUGH && !isReported) {
            isReported = true;
            report.run();
        }
    }
}
