package dev.sensorline.ingestor;

import static dev.sensorline.ingestor.Ingestion.LIMIT;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.sensorline.servers.StoredPoint;

/**
 * A sensor that publishes a reading every 2 ms, at QoS 1, until it is stopped. The value of a reading is its number, and
 * each has its own time, so that a reading that is written twice is one point.
 */
final class Load implements AutoCloseable {

    static final String NAME = "L";

    private static final int PERIOD_MILLIS = 2;

    private final Ingestion ingestion;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final AtomicInteger count = new AtomicInteger();
    private final Queue<CompletableFuture<?>> published = new ConcurrentLinkedQueue<>();

    Load(Ingestion ingestion) {
        this.ingestion = ingestion;
        clock.scheduleAtFixedRate(
                () -> published.add(ingestion.publishAsync(NAME, count.getAndIncrement(), 1)),
                0,
                PERIOD_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    /** The number of readings that it has published so far. */
    int count() {
        return count.get();
    }

    /** Waits until the store has the given number of readings more than now. */
    void awaitStored(long more) {
        long count = ingestion.points(NAME) + more;
        await(more + " more points").atMost(LIMIT).ignoreExceptions().until(() -> ingestion.points(NAME) >= count);
    }

    /**
     * Stops, and waits until each reading it has published is in the store.
     *
     * @param fault the fault that has ended, for the line with the counts
     * @param ended when it ended, by {@link System#nanoTime}
     * @return the number of readings
     */
    int assertNothingIsLost(String fault, long ended) throws InterruptedException {
        int before = count();
        await("what was published during: " + fault)
                .atMost(LIMIT.multipliedBy(2))
                .pollInterval(Duration.ofMillis(20))
                .ignoreExceptions()
                .until(() -> ingestion.points(NAME) >= before);
        long recovered = System.nanoTime();
        int all = stop();
        assertHolds(all);
        Ingestion.reportRecovery(
                fault,
                "%d published, %d in the store".formatted(all, ingestion.points(NAME)),
                System.nanoTime() - recovered + ended);
        return all;
    }

    /** Stops, waits until the broker has accepted all readings, and returns their number. */
    int stop() throws InterruptedException {
        clock.shutdown();
        assertTrue(clock.awaitTermination(5, TimeUnit.SECONDS));
        CompletableFuture.allOf(published.toArray(CompletableFuture<?>[]::new))
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
        return count.get();
    }

    void assertHolds(int count) {
        ingestion.awaitPoints(NAME, count);
        await().atMost(LIMIT.multipliedBy(2))
                .ignoreExceptions()
                .until(() -> ingestion.store.points("sensor", NAME).stream()
                                .map(StoredPoint::value)
                                .distinct()
                                .count()
                        == count);
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
