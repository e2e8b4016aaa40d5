package dev.sensorline.ingestor.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.sensorline.ingestor.LogLines;
import dev.sensorline.ingestor.pipeline.Latency;
import dev.sensorline.ingestor.pipeline.Pipeline;
import dev.sensorline.points.ForwardedPoint;
import dev.sensorline.points.Rejection;
import dev.sensorline.points.Rejection.Reason;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.operators.multi.processors.UnicastProcessor;

/** Order, commits, drain and end of the source of records, with a destination whose answers the test controls. */
class KafkaSourceTest {

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
            new Latency(new SimpleMeterRegistry(), Clock.systemUTC()));
    private final KafkaSource source = new KafkaSource(pipeline, "points", Clock.systemUTC(), exits::incrementAndGet);
    private final UnicastProcessor<Message<List<byte[]>>> channel = UnicastProcessor.create();

    @AfterEach
    void stopListening() {
        log.close();
    }

    private void poll(String name, String... values) {
        List<byte[]> payload =
                Arrays.stream(values).map(value -> value.getBytes(UTF_8)).toList();
        channel.onNext(Message.of(payload, () -> {
            committed.add(name);
            return CompletableFuture.completedFuture(null);
        }));
    }

    @Test
    void one_batch_is_written_and_committed_before_the_next_one_is_begun() {
        channel.subscribe(source.process());
        poll("first", "a value=1 1", "b value=1 1");
        poll("second", "c value=1 1");
        assertEquals(List.of("a value=1 1", "b value=1 1"), written);
        assertEquals(List.of(), committed);
        writes.get(0).complete(null);
        assertEquals(List.of("first"), committed);
        assertEquals(3, written.size());
        writes.get(1).complete(null);
        assertEquals(List.of("first", "second"), committed);
    }

    @Test
    void a_record_without_a_value_is_set_aside_and_the_others_are_written() {
        channel.subscribe(source.process());
        channel.onNext(Message.of(Arrays.asList("a value=1 1".getBytes(UTF_8), null, new byte[0])));
        assertEquals(List.of("a value=1 1"), written);
        assertEquals(
                List.of(Reason.EMPTY, Reason.EMPTY),
                rejections.stream().map(Rejection::reason).toList());
    }

    @Test
    void a_shutdown_waits_for_the_batch_in_flight_and_begins_no_other() throws Exception {
        channel.subscribe(source.process());
        poll("first", "a value=1 1");
        poll("second", "b value=1 1");
        Thread stopping = new Thread(() -> source.stop(new ShutdownEvent()));
        stopping.start();
        await().until(() -> stopping.getState() == Thread.State.TIMED_WAITING);
        writes.get(0).complete(null);
        stopping.join();
        assertEquals(List.of("first"), committed);
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
    void a_missing_library_is_said_to_be_one_of_compression() {
        channel.subscribe(source.process());
        channel.onError(new IllegalStateException(new NoClassDefFoundError("com/github/luben/zstd")));
        assertTrue(log.all().get(0).contains("compression.type must be none, gzip or lz4"), log.all()::toString);
    }
}
