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
 * A sensor that publishes a reading every 2 ms, at QoS 1, until it is stopped. A reading carries its number and its own
 * time, so that what arrives twice is one point.
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

    /** How many readings it has published so far. */
    int count() {
        return count.get();
    }

    /** Waits until so many more readings are in the store than now. */
    void awaitStored(long more) {
        long count = ingestion.points(NAME) + more;
        await(more + " more points").atMost(LIMIT).ignoreExceptions().until(() -> ingestion.points(NAME) >= count);
    }

    /**
     * Stops, and waits until each reading it has published is in the store.
     *
     * @param fault what has been survived, for the line that tells what was counted
     * @param ended when that was over, by {@link System#nanoTime}
     * @return how many readings there are
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
        Ingestion.tell(
                fault,
                "%d published, %d in the store".formatted(all, ingestion.points(NAME)),
                System.nanoTime() - recovered + ended);
        return all;
    }

    /** Ends, and returns how many readings the broker has accepted: all there were. */
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
