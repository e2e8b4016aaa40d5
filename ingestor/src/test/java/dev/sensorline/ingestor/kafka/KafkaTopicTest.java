package dev.sensorline.ingestor.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

import dev.sensorline.ingestor.eventloop.VirtualEventLoop;
import dev.sensorline.ingestor.pipeline.Parting;
import dev.sensorline.points.FloatPoint;
import dev.sensorline.points.Point;
import dev.sensorline.points.Reading;
import dev.sensorline.points.Rejection;
import dev.sensorline.points.Series;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;

/** Sending, answers and retries, with Kafka's own producer for tests and a virtual clock. */
class KafkaTopicTest {

    private static final Duration LONG = Duration.ofSeconds(3);

    private final MockProducer<String, String> producer =
            new MockProducer<>(false, null, new StringSerializer(), new StringSerializer());
    private final VirtualEventLoop loop = new VirtualEventLoop();
    private final List<Rejection> rejections = new ArrayList<>();
    private final CompletableFuture<Void> takenOver = new CompletableFuture<>();
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private RuntimeException clientFailure;
    private RuntimeException setAsideFailure;
    private final KafkaTopic topic = new KafkaTopic(
            "points",
            this::run,
            loop,
            rejected -> {
                if (setAsideFailure != null) {
                    throw setAsideFailure;
                }
                rejections.addAll(rejected);
                return takenOver;
            },
            registry);

    private Uni<Void> run(Consumer<Producer<String, String>> action) {
        if (clientFailure != null) {
            return Uni.createFrom().failure(clientFailure);
        }
        return Uni.createFrom().voidItem().invoke(() -> action.accept(producer));
    }

    private CompletableFuture<Void> write(int count) {
        return topic.write(
                        IntStream.range(0, count)
                                .mapToObj(KafkaTopicTest::point)
                                .toList(),
                        Parting.NONE)
                .subscribeAsCompletionStage();
    }

    private static Point point(int n) {
        Series series = Series.of("sensor", new TreeMap<>(Map.of("name", "S" + n)));
        return new FloatPoint(new Reading("sensor/S" + n, new byte[0], 0, 0), series, "value", n, 1_000);
    }

    private List<String> sent() {
        return producer.history().stream().map(ProducerRecord::value).toList();
    }

    private double forwarded() {
        return registry.get("sensorline.points.forwarded").functionCounter().count();
    }

    private double inFlight() {
        return registry.get("sensorline.records.in.flight").gauge().value();
    }

    @Test
    void a_point_is_a_record_whose_key_is_its_series_and_whose_value_is_its_line() {
        write(2);
        assertEquals(List.of("sensor,name=S0 value=0.0 1000", "sensor,name=S1 value=1.0 1000"), sent());
        assertEquals(
                List.of("sensor,name=S0", "sensor,name=S1"),
                producer.history().stream().map(ProducerRecord::key).toList());
        assertEquals("points", producer.history().get(0).topic());
    }

    @Test
    void a_batch_is_written_when_kafka_has_acknowledged_each_of_its_records() {
        CompletableFuture<Void> done = write(2);
        assertEquals(2, inFlight());
        producer.completeNext();
        assertFalse(done.isDone());
        producer.completeNext();
        assertTrue(done.isDone());
        assertEquals(0, inFlight());
        assertEquals(2, forwarded());
    }

    @Test
    void only_the_records_that_failed_are_sent_again() {
        CompletableFuture<Void> done = write(3);
        producer.completeNext();
        producer.errorNext(new AuthorizationException("not allowed"));
        assertEquals("not allowed", topic.lastFailure());
        producer.completeNext();
        assertFalse(done.isDone());
        assertEquals(3, sent().size(), "before a pause");
        loop.advance(LONG);
        assertEquals("sensor,name=S1 value=1.0 1000", sent().get(3));
        producer.completeNext();
        assertTrue(done.isDone());
        assertEquals("", topic.lastFailure());
        assertEquals(3, forwarded());
    }

    @Test
    void a_record_that_is_too_large_is_set_aside_and_holds_up_no_other() {
        CompletableFuture<Void> done = write(2);
        producer.errorNext(new RecordTooLargeException("too large"));
        producer.completeNext();
        assertEquals(
                List.of("sensor/S0"),
                rejections.stream().map(each -> each.reading().topic()).toList());
        assertFalse(done.isDone(), "before the rejection has been taken over");
        takenOver.complete(null);
        assertTrue(done.isDone());
        assertEquals(2, sent().size());
        assertEquals(1, forwarded());
    }

    @Test
    void a_client_that_fails_as_a_whole_is_tried_again_until_it_does_not() {
        clientFailure = new IllegalStateException("closed");
        CompletableFuture<Void> done = write(1);
        loop.advance(Duration.ofMinutes(1));
        assertFalse(done.isDone());
        assertTrue(topic.lastFailure().contains("closed"), topic.lastFailure());
        clientFailure = null;
        loop.advance(LONG);
        producer.completeNext();
        assertTrue(done.isDone());
    }

    @Test
    void an_empty_batch_sends_nothing() {
        assertTrue(write(0).isDone());
        assertEquals(List.of(), sent());
    }

    @Test
    void a_callback_that_fails_leaves_no_batch_unanswered() {
        setAsideFailure = new IllegalStateException("no channel");
        CompletableFuture<Void> done = write(2);
        producer.errorNext(new RecordTooLargeException("too large"));
        assertTrue(topic.lastFailure().contains("no channel"), topic.lastFailure());
        producer.completeNext();
        assertFalse(done.isDone(), "before it has been tried again");
        setAsideFailure = null;
        loop.advance(LONG);
        producer.errorNext(new RecordTooLargeException("too large"));
        takenOver.complete(null);
        assertTrue(done.isDone());
        assertEquals(1, rejections.size());
    }

    @Test
    void setting_aside_that_ends_with_a_failure_leaves_no_batch_unanswered_either() {
        CompletableFuture<Void> done = write(1);
        producer.errorNext(new RecordTooLargeException("too large"));
        takenOver.completeExceptionally(new IllegalStateException("ended"));
        assertTrue(done.isDone());
    }

    @Test
    void a_missing_topic_is_named_and_waited_for_without_blocking_for_each_record() {
        producer.partitionsForException = new TimeoutException("Topic points not present in metadata after 5000 ms.");
        CompletableFuture<Void> done = write(2);
        loop.advance(Duration.ofMinutes(1));
        assertEquals("it describes no topic KAFKA_TOPIC=points: does it exist?", topic.lastFailure());
        assertEquals(List.of(), sent());
        producer.partitionsForException = null;
        loop.advance(LONG);
        producer.completeNext();
        producer.completeNext();
        assertTrue(done.isDone());
        assertEquals("", topic.lastFailure());
    }

    @Test
    void a_missing_right_is_named() {
        write(1);
        producer.errorNext(new ClusterAuthorizationException("Cluster authorization failed."));
        assertEquals(
                "Cluster authorization failed. KAFKA_USERNAME needs the right WRITE on KAFKA_TOPIC=points",
                topic.lastFailure());
        assertFalse(topic.hasGivenUp(), "the producer tries again");
        producer.partitionsForException = new TopicAuthorizationException(Set.of("points"));
        write(1);
        assertEquals("Not authorized to access topics: [points]", topic.lastFailure());
        assertFalse(topic.hasGivenUp());
    }

    @Test
    void a_topic_that_is_gone_while_its_records_are_sent_is_named_too() {
        write(1);
        producer.partitionsForException = new TimeoutException("Topic points not present in metadata after 5000 ms.");
        topic.look();
        assertEquals("it describes no topic KAFKA_TOPIC=points: does it exist?", topic.lastFailure());
        producer.completeNext();
        assertEquals("", topic.lastFailure());
    }

    @Test
    void a_producer_that_refuses_every_record_has_given_up() {
        producer.partitionsForException = new KafkaException("in an error state", new IllegalStateException("fenced"));
        write(1);
        assertTrue(topic.hasGivenUp());
        assertTrue(topic.lastFailure().contains("fenced"), topic.lastFailure());
    }
}
