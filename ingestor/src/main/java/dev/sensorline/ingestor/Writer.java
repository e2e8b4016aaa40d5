package dev.sensorline.ingestor;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

import dev.sensorline.ingestor.health.Latency;
import dev.sensorline.ingestor.influxdb.InfluxStore;
import dev.sensorline.ingestor.rejection.Rejections;
import dev.sensorline.ingestor.settings.Channels;
import dev.sensorline.ingestor.settings.IngestorConfig;
import dev.sensorline.points.ForwardedPoint;
import dev.sensorline.points.Reading;
import dev.sensorline.points.Rejection;
import dev.sensorline.points.Rejection.Reason;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.providers.helpers.MultiUtils;

/**
 * The way of a point in the role writer: {@code records} (what Kafka had for one poll) → write → commit. One batch at a time:
 * the offset that is committed is that of the last record of a batch, and says that all before it have been written.
 */
@ApplicationScoped
public class Writer {

    private static final Logger LOG = Logger.getLogger(Writer.class);
    private static final Duration SHUTDOWN_LIMIT = Duration.ofSeconds(8);

    private final InfluxStore store;
    private final Rejections rejections;
    private final Latency latency;
    private final String topic;
    private final Clock clock = Clock.systemUTC();

    private volatile boolean stopping;
    private volatile CompletableFuture<Void> written = CompletableFuture.completedFuture(null);

    Writer(InfluxStore store, Rejections rejections, Latency latency, IngestorConfig config) {
        this.store = store;
        this.rejections = rejections;
        this.latency = latency;
        this.topic = config.kafka().topic();
    }

    @Incoming(Channels.RECORDS)
    Flow.Subscriber<Message<List<byte[]>>> write() {
        return MultiUtils.via(records -> records.onItem().transformToUniAndConcatenate(this::write)
                .onFailure().invoke(Writer::end)
                .onFailure().recoverWithCompletion());
    }

    private Uni<Message<List<byte[]>>> write(Message<List<byte[]>> records) {
        if (stopping) {
            return Uni.createFrom().nullItem(); // Not committed: it is there for the next one.
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        written = done;
        List<ForwardedPoint> points = new ArrayList<>();
        List<Rejection> rejected = new ArrayList<>();
        for (byte[] value : records.getPayload()) {
            Reading record = record(value == null ? new byte[0] : value);
            if (record.size() > 0) {
                points.add(ForwardedPoint.of(record));
            } else {
                rejected.add(new Rejection(record, Reason.EMPTY, null));
            }
        }
        CompletionStage<Void> setAside = rejections.setAside(rejected);
        return store.write(points)
                .invoke(() -> latency.written(points))
                .chain(() -> Uni.createFrom().completionStage(setAside.thenCompose(ignored -> records.ack())))
                .onTermination().invoke(() -> done.complete(null))
                .replaceWith(records);
    }

    private Reading record(byte[] value) {
        Instant now = clock.instant();
        return new Reading(topic, value, value.length, TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano());
    }

    /** Nothing would come any more. */
    private static void end(Throwable failure) {
        Throwable first = failure;
        while (first.getCause() != null) {
            first = first.getCause();
        }
        LOG.errorf("Cannot go on reading from Kafka, and ends: %s", first instanceof LinkageError
                ? "the records are compressed by an algorithm that has no library here; the topic's compression.type"
                        + " must be none, gzip or lz4 (%s)".formatted(first.getMessage())
                : first.getMessage() == null ? first : first.getMessage());
        Quarkus.asyncExit(1);
    }

    /** Before the connections are taken down: what is being written is committed, and nothing more is begun. */
    void stop(@Observes @Priority(1) ShutdownEvent event) throws InterruptedException {
        stopping = true;
        try {
            written.get(SHUTDOWN_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("Not all that was read could be written: it was not committed, and Kafka has it for the next one");
        }
    }
}
