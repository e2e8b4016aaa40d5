package dev.sensorline.ingestor.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.sensorline.ingestor.LogLines;
import dev.sensorline.ingestor.eventloop.VirtualEventLoop;
import dev.sensorline.ingestor.pipeline.Latency;
import dev.sensorline.ingestor.pipeline.Pipeline;
import dev.sensorline.ingestor.pipeline.SetAside;
import dev.sensorline.ingestor.setaside.ReportingSetAside;
import dev.sensorline.points.ForwardedPoint;
import dev.sensorline.points.Rejection;
import dev.sensorline.points.Rejection.Reason;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.operators.multi.processors.UnicastProcessor;
import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordBatchMetadata;

/** Order, commits, drain and end of the source of records, with a destination whose answers the test controls. */
class KafkaSourceTest {

    private static final TopicPartition FIRST = new TopicPartition("points", 0);
    private static final TopicPartition SECOND = new TopicPartition("points", 1);

    private final List<String> written = new ArrayList<>();
    private final List<CompletableFuture<Void>> writes = new ArrayList<>();
    private final List<Rejection> rejections = new ArrayList<>();
    private final List<String> committed = new ArrayList<>();
    private final AtomicInteger exits = new AtomicInteger();
    private final LogLines log = LogLines.of(KafkaSource.class);
    private final Pipeline<ForwardedPoint> pipeline = new Pipeline<>(
            KafkaSource::decode,
            (points, parting) -> {
                points.forEach(point -> written.add(point.line()));
                CompletableFuture<Void> accepted = new CompletableFuture<>();
                writes.add(accepted);
                return Uni.createFrom().completionStage(accepted);
            },
            rejected -> {
                rejections.addAll(rejected);
                return CompletableFuture.completedFuture(null);
            },
            new Latency(new SimpleMeterRegistry(), Clock.systemUTC()),
            5_000);
    private final VirtualEventLoop loop = new VirtualEventLoop();
    private RuntimeException refusal;
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest") {

        @Override
        public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
            if (refusal != null) {
                throw refusal;
            }
            offsets.forEach((partition, offset) -> committed.add(partition + " " + offset.offset()));
        }
    };
    private final OffsetCommits commits = new OffsetCommits(
            "writers", action -> Uni.createFrom().voidItem().invoke(() -> action.accept(consumer)), loop);
    private final KafkaSource source =
            new KafkaSource(pipeline, "points", commits, Clock.systemUTC(), exits::incrementAndGet);
    private final UnicastProcessor<Message<List<byte[]>>> channel = UnicastProcessor.create();

    @AfterEach
    void stopListening() {
        log.close();
    }

    @BeforeEach
    void assign() {
        consumer.assign(List.of(FIRST, SECOND));
    }

    /** A batch whose last record has an offset in its partition. */
    private void poll(TopicPartition partition, long offset, String... values) {
        poll(Map.of(partition, offset), Arrays.stream(values).map(value -> value.getBytes(UTF_8)));
    }

    private void poll(Map<TopicPartition, Long> last, Stream<byte[]> values) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        last.forEach((partition, offset) -> offsets.put(partition, new OffsetAndMetadata(offset)));
        channel.onNext(Message.of(
                values.toList(),
                Metadata.of(new IncomingKafkaRecordBatchMetadata<>(
                        ConsumerRecords.empty(), KafkaSource.CHANNEL, offsets))));
    }

    @Test
    void one_batch_is_written_and_committed_before_the_next_one_is_begun() {
        channel.subscribe(source.process());
        poll(FIRST, 1, "a value=1 1", "b value=1 1");
        poll(FIRST, 2, "c value=1 1");
        assertEquals(List.of("a value=1 1", "b value=1 1"), written);
        assertEquals(List.of(), committed);
        writes.get(0).complete(null);
        assertEquals(List.of("points-0 2"), committed, "the offset of the next record");
        assertEquals(3, written.size());
        writes.get(1).complete(null);
        assertEquals(List.of("points-0 2", "points-0 3"), committed);
    }

    @Test
    void a_commit_that_fails_is_tried_again_and_the_next_batch_waits_for_it() {
        channel.subscribe(source.process());
        refusal = new TimeoutException("no coordinator");
        poll(FIRST, 0, "a value=1 1");
        poll(FIRST, 1, "b value=1 1");
        writes.get(0).complete(null);
        loop.advance(Duration.ofMinutes(1));
        assertEquals("offsets of KAFKA_GROUP=writers cannot be committed: no coordinator", commits.lastFailure());
        assertEquals(List.of("a value=1 1"), written);
        refusal = null;
        loop.advance(Duration.ofSeconds(3));
        assertEquals(List.of("points-0 1"), committed);
        assertEquals(List.of("a value=1 1", "b value=1 1"), written);
        assertEquals("", commits.lastFailure());
        assertEquals(0, exits.get());
    }

    @Test
    void what_kafka_has_given_to_another_writer_is_not_committed_and_said_so_once() {
        channel.subscribe(source.process());
        try (LogLines lines = LogLines.of(OffsetCommits.class)) {
            poll(Map.of(FIRST, 0L, SECOND, 7L), Stream.of("a value=1 1".getBytes(UTF_8)));
            consumer.assign(List.of(SECOND));
            writes.get(0).complete(null);
            assertEquals(List.of("points-1 8"), committed);
            refusal = new CommitFailedException();
            poll(SECOND, 8, "b value=1 1");
            writes.get(1).complete(null);
            poll(SECOND, 9, "c value=1 1");
            assertEquals(3, written.size(), "the batch after the one that has been given away");
            assertEquals(List.of("points-1 8"), committed);
            assertEquals(
                    List.of(
                            "INFO Kafka has given [points-0] away before what was written of it was committed: it is written again",
                            "INFO Kafka has given [points-1] away before what was written of it was committed: it is written again"),
                    lines.all());
        }
    }

    @Test
    void a_destination_that_fails_ends_the_process_instead_of_leaving_a_batch_unanswered() {
        channel.subscribe(source.process());
        poll(FIRST, 0, "a value=1 1");
        writes.get(0).completeExceptionally(new IllegalStateException("an error of the program"));
        assertEquals(List.of("ERROR Cannot go on reading from Kafka, and ends: an error of the program"), log.all());
        assertEquals(1, exits.get());
        assertEquals(List.of(), committed);
    }

    @Test
    void any_bytes_are_a_point_for_the_store_to_judge_and_do_not_end_the_writer() {
        channel.subscribe(source.process());
        Random random = new Random(7);
        poll(
                Map.of(FIRST, 999L),
                Stream.generate(() -> {
                            byte[] value = new byte[1 + random.nextInt(40)];
                            random.nextBytes(value);
                            return value;
                        })
                        .limit(1_000));
        assertEquals(1_000, written.size());
        assertEquals(0, exits.get());
        assertEquals(List.of(), log.all());
    }

    @Test
    void many_records_that_are_set_aside_are_one_line() {
        try (LogLines lines = LogLines.of("dev.sensorline.ingestor")) {
            SetAside reporting = new ReportingSetAside(
                    rejected -> CompletableFuture.completedFuture(null), new SimpleMeterRegistry(), () -> 0);
            KafkaSource poisoned = new KafkaSource(
                    new Pipeline<>(
                            KafkaSource::decode,
                            (points, parting) -> Uni.createFrom().voidItem(),
                            reporting,
                            new Latency(new SimpleMeterRegistry(), Clock.systemUTC()),
                            5_000),
                    "points",
                    commits,
                    Clock.systemUTC(),
                    exits::incrementAndGet);
            channel.subscribe(poisoned.process());
            poll(Map.of(FIRST, 9_999L), Stream.generate(() -> new byte[0]).limit(10_000));
            assertEquals(List.of("points-0 10000"), committed);
            assertEquals(List.of("WARN Set aside as empty: 1 since the last such line, now from points"), lines.all());
        }
    }

    @Test
    void a_record_without_a_value_is_set_aside_and_the_others_are_written() {
        channel.subscribe(source.process());
        poll(Map.of(FIRST, 2L), Stream.of("a value=1 1".getBytes(UTF_8), null, new byte[0]));
        assertEquals(List.of("a value=1 1"), written);
        assertEquals(
                List.of(Reason.EMPTY, Reason.EMPTY),
                rejections.stream().map(Rejection::reason).toList());
    }

    @Test
    void a_shutdown_waits_for_the_batch_in_flight_and_begins_no_other() throws Exception {
        channel.subscribe(source.process());
        poll(FIRST, 0, "a value=1 1");
        poll(FIRST, 1, "b value=1 1");
        Thread stopping = new Thread(() -> source.stop(new ShutdownEvent()));
        stopping.start();
        await().until(() -> stopping.getState() == Thread.State.TIMED_WAITING);
        writes.get(0).complete(null);
        stopping.join();
        assertEquals(List.of("points-0 1"), committed);
        assertEquals(List.of("a value=1 1"), written);
        assertEquals(List.of(), log.all());
    }

    @Test
    void a_client_that_gives_up_ends_the_process_with_one_line() {
        channel.subscribe(source.process());
        channel.onError(new IllegalStateException("wrapper", new IllegalStateException("Authentication failed")));
        assertEquals(List.of("ERROR Cannot go on reading from Kafka, and ends: Authentication failed"), log.all());
        assertEquals(1, exits.get());
    }

    @Test
    void a_channel_that_ends_ends_the_process_with_one_line() {
        channel.subscribe(source.process());
        channel.onComplete();
        assertEquals(
                List.of("ERROR Cannot go on reading from Kafka, and ends: the channel of records has ended"),
                log.all());
        assertEquals(1, exits.get());
    }

    @Test
    void a_missing_library_is_said_to_be_one_of_compression() {
        channel.subscribe(source.process());
        channel.onError(new IllegalStateException(new NoClassDefFoundError("com/github/luben/zstd")));
        assertTrue(log.all().get(0).contains("compression.type must be none, gzip or lz4"), log.all()::toString);
    }
}
