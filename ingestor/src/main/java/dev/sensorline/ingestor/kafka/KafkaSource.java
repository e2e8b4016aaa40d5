package dev.sensorline.ingestor.kafka;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.stream.Stream;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Reception;
import jakarta.inject.Inject;

import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

import dev.sensorline.application.ShutdownLimits;
import dev.sensorline.connections.Drain;
import dev.sensorline.connections.RootCause;
import dev.sensorline.ingestor.pipeline.Acknowledgement;
import dev.sensorline.ingestor.pipeline.DecodedBatch;
import dev.sensorline.ingestor.pipeline.Pipeline;
import dev.sensorline.ingestor.settings.IngestorConfig;
import dev.sensorline.points.ForwardedPoint;
import dev.sensorline.points.Reading;
import dev.sensorline.points.Rejection;
import dev.sensorline.points.Rejection.Reason;
import dev.sensorline.points.WallClock;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordBatchMetadata;
import io.smallrye.reactive.messaging.providers.helpers.MultiUtils;

/**
 * The source of the role writer: the records that Kafka returned for one poll are a batch. One batch at a time, in order: the
 * offset that is committed is that of the last record of a batch, and says that all records before it have been written.
 */
@ApplicationScoped
public class KafkaSource {

    /** The channel of records, as application.properties configures it. */
    public static final String CHANNEL = "records";

    private static final Logger LOG = Logger.getLogger(KafkaSource.class);
    private static final byte[] NO_VALUE = {};

    private final Pipeline<ForwardedPoint> pipeline;
    private final String topic;
    private final OffsetCommits commits;
    private final Clock clock;
    private final Runnable exit;

    private volatile boolean isStopping;
    private volatile CompletableFuture<Void> inFlight = CompletableFuture.completedFuture(null);

    @Inject
    KafkaSource(Pipeline<ForwardedPoint> pipeline, IngestorConfig config, OffsetCommits commits) {
        this(pipeline, config.kafka().topic(), commits, Clock.systemUTC(), () -> Quarkus.asyncExit(1));
    }

    /** @param exit ends the process, which then is started again */
    KafkaSource(Pipeline<ForwardedPoint> pipeline, String topic, OffsetCommits commits, Clock clock, Runnable exit) {
        this.pipeline = pipeline;
        this.topic = topic;
        this.commits = commits;
        this.clock = clock;
        this.exit = exit;
    }

    /** How records become points: each is one already. */
    public static void decode(Reading record, DecodedBatch<ForwardedPoint> batch) {
        if (record.size() > 0) {
            batch.add(ForwardedPoint.of(record));
        } else {
            batch.add(new Rejection(record, Reason.EMPTY, null));
        }
    }

    @Incoming(CHANNEL)
    Flow.Subscriber<Message<List<byte[]>>> process() {
        return MultiUtils.via(batches -> batches.onItem()
                .transformToUniAndConcatenate(this::process)
                .onFailure()
                .invoke(this::failed)
                // Otherwise the process would live on and read no records.
                .onCompletion()
                .invoke(this::channelEnded)
                .onFailure()
                .recoverWithCompletion());
    }

    private Uni<Message<List<byte[]>>> process(Message<List<byte[]>> batch) {
        if (isStopping) {
            return Uni.createFrom().nullItem(); // Not committed: the next writer reads it again.
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        inFlight = done;
        return pipeline.process(
                        readings(batch.getPayload()), Acknowledgement.ofWhole(() -> commit(batch)), Runnable::run)
                .onTermination()
                .invoke(() -> done.complete(null))
                .replaceWith(batch);
    }

    /** Not by the message's own acknowledgement, which does not wait for Kafka's answer. */
    private CompletionStage<Void> commit(Message<?> batch) {
        Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>();
        batch.getMetadata(IncomingKafkaRecordBatchMetadata.class)
                .orElseThrow()
                .getOffsets()
                .forEach((partition, last) -> next.put(
                        (TopicPartition) partition, new OffsetAndMetadata(((OffsetAndMetadata) last).offset() + 1)));
        return commits.commit(next).subscribeAsCompletionStage();
    }

    private List<Reading> readings(List<byte[]> values) {
        List<Reading> readings = new ArrayList<>(values.size());
        for (byte[] value : values) {
            byte[] payload = value == null ? NO_VALUE : value;
            readings.add(new Reading(topic, payload, payload.length, WallClock.nanos(clock)));
        }
        return readings;
    }

    /** Kafka's client has given up, and no record would come any more. */
    private void failed(Throwable failure) {
        Throwable root = RootCause.of(failure);
        end(
                root instanceof LinkageError
                        ? "the records are compressed by an algorithm that has no library here; the topic's compression.type"
                                + " must be none, gzip or lz4 (%s)".formatted(root.getMessage())
                        : root.getMessage() == null ? root.toString() : root.getMessage());
    }

    private void channelEnded() {
        if (!isStopping) {
            end("the channel of records has ended");
        }
    }

    private void end(String reason) {
        LOG.errorf("Cannot go on reading from Kafka, and ends: %s", reason);
        exit.run();
    }

    /** Before connections are closed: the batch in flight is committed, and no other is begun. */
    void stop(@Observes(notifyObserver = Reception.IF_EXISTS) @Priority(1) ShutdownEvent event) {
        isStopping = true;
        if (!Drain.within(ShutdownLimits.DRAIN).await(Stream.of(inFlight))) {
            LOG.warn(
                    "Not all that was read could be written: it was not committed, and Kafka has it for the next writer");
        }
    }
}
