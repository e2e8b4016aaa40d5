package dev.sensorline.simulator.fleet;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import dev.sensorline.fleet.ledger.PartedOutput;
import dev.sensorline.mqtt.client.MqttSession;
import dev.sensorline.mqtt.client.QoS;

/**
 * Publishes the parts of a ledger at QoS 1, by a session that has nothing else to do. Up to 16 MiB of them may wait for the broker; then the
 * ledger waits, and fails when that takes a minute. Thread-safe, but for parts, which one thread passes on.
 */
@SuppressWarnings("FutureReturnValueIgnored") // What is published is handed on by a callback.
public final class LedgerTopic implements PartedOutput.Sink {

    private static final int KIB = 1 << 10;
    private static final int MOST_KIB = 16 << 10;
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);
    /** For the last parts, at the end of a run. */
    private static final Duration LONGEST_FAREWELL = Duration.ofSeconds(2);

    private final Function<byte[], CompletionStage<Void>> publishing;
    private final Runnable stopping;
    private final Duration longestWait;
    private final Semaphore room = new Semaphore(MOST_KIB);
    private volatile @Nullable IOException failure;

    /** @param session starts to connect, and is stopped at the end */
    public LedgerTopic(MqttSession session, String topic) {
        this(part -> publish(session, topic, part), session::stop, LONGEST_WAIT);
        session.start();
    }

    /**
     * A topic.
     *
     * @param publishing  returns at once what completes when the broker has taken over a part
     * @param longestWait for the broker to make room
     */
    LedgerTopic(Function<byte[], CompletionStage<Void>> publishing, Runnable stopping, Duration longestWait) {
        this.publishing = publishing;
        this.stopping = stopping;
        this.longestWait = longestWait;
    }

    /** A session publishes on its event loop only. */
    private static CompletionStage<Void> publish(MqttSession session, String topic, byte[] part) {
        CompletableFuture<Void> taken = new CompletableFuture<>();
        session.execute(() -> session.publish(topic, part, QoS.AT_LEAST_ONCE, false)
                .whenComplete((nothing, problem) -> {
                    if (problem == null) {
                        taken.complete(null);
                    } else {
                        taken.completeExceptionally(problem);
                    }
                }));
        return taken;
    }

    @Override
    public void accept(byte[] part) throws IOException {
        int size = (part.length + KIB - 1) / KIB;
        await(size, longestWait);
        publishing.apply(part).whenComplete((nothing, problem) -> {
            if (problem != null && failure == null) {
                failure = new IOException(problem.getMessage(), problem);
            }
            room.release(size);
        });
    }

    private void await(int size, Duration limit) throws IOException {
        try {
            if (!room.tryAcquire(size, limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("the broker has not taken over %d KiB of it for %d s"
                        .formatted(MOST_KIB - room.availablePermits(), limit.toSeconds()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the broker takes over the ledger");
        }
        IOException known = failure;
        if (known != null) {
            throw known;
        }
    }

    /** Whoever waits for the broker, waits no longer: the ledger is not complete. */
    public void giveUp() {
        failure = new IOException("the run has ended before the broker has taken it over");
        room.release(MOST_KIB);
    }

    @Override
    public void close() throws IOException {
        try {
            await(MOST_KIB, LONGEST_FAREWELL);
        } finally {
            stopping.run();
        }
    }
}
