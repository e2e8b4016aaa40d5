package dev.sensorline.ingestor.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.sensorline.ingestor.pipeline.Latency;
import dev.sensorline.ingestor.pipeline.Pipeline;
import dev.sensorline.ingestor.pipeline.ProcessEnd;
import dev.sensorline.ingestor.settings.Configured;
import dev.sensorline.points.Point;
import dev.sensorline.points.Reading;
import dev.sensorline.points.Rejection;
import dev.sensorline.points.Rejection.Reason;
import dev.sensorline.points.Storable;
import dev.sensorline.points.decoding.Decoder;
import dev.sensorline.points.rules.Retained;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.operators.multi.processors.UnicastProcessor;

/** Concurrent batches, with a destination whose answers the test controls. */
class MqttSourceTest {

    private final List<CompletableFuture<Void>> writes = new ArrayList<>();
    private final List<Rejection> rejections = new ArrayList<>();
    private final List<Reading> written = new ArrayList<>();
    private final List<String> acknowledged = new ArrayList<>();
    private final List<String> ends = new ArrayList<>();
    private final ProcessEnd end = new ProcessEnd(() -> ends.add("exit"));
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private Retained retained = Retained.TIMED;
    private final Decoder decoder =
            new Decoder(Configured.rules(new PropertiesConfigSource(Map.of(), "none", 300)), 10_000);
    private final Pipeline<Point> pipeline = new Pipeline<>(
            new ReadingDecoding(
                    decoder, topic -> retained, "plant/a"::equals, new UnsetClocks(registry, () -> 0), registry),
            (points, parting) -> {
                written.addAll(points.stream().map(Storable::origin).toList());
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
    private final UnicastProcessor<Message<List<Reading>>> channel = UnicastProcessor.create();

    private void emit(String name, String... payloads) {
        emitOn("sensor/S", name, payloads);
    }

    private void emitOn(String topic, String name, String... payloads) {
        List<Reading> readings = Stream.of(payloads)
                .map(payload -> payload.getBytes(UTF_8))
                .map(bytes -> new Reading(topic, bytes, bytes.length, 1))
                .toList();
        channel.onNext(Message.of(readings, () -> {
            acknowledged.add(name);
            return CompletableFuture.completedFuture(null);
        }));
    }

    @Test
    void batches_are_written_concurrently_up_to_the_limit_and_acknowledged_independently() {
        channel.subscribe(new MqttSource(pipeline, 2, end).process());
        emit("first", "1");
        emit("second", "2");
        emit("third", "3");
        assertEquals(2, writes.size());
        writes.get(1).complete(null);
        assertEquals(List.of("second"), acknowledged);
        assertEquals(3, writes.size());
        writes.get(0).complete(null);
        writes.get(2).complete(null);
        assertEquals(List.of("second", "first", "third"), acknowledged);
    }

    @Test
    void an_invalid_reading_is_set_aside_with_its_reason() {
        channel.subscribe(new MqttSource(pipeline, 2, end).process());
        emit("first", "1", "abc");
        assertEquals(
                List.of(Reason.NOT_A_NUMBER),
                rejections.stream().map(Rejection::reason).toList());
        writes.get(0).complete(null);
        assertEquals(List.of("first"), acknowledged);
    }

    @Test
    void a_reading_of_several_points_is_acknowledged_when_all_are_written_and_each_is_counted() {
        channel.subscribe(new MqttSource(pipeline, 2, end).process());
        emit("first", "[{\"value\":1},{\"value\":\"x\"},{},{\"value\":3}]", "[]");
        assertEquals(2, written.size());
        assertEquals(
                List.of(Reason.NO_VALUE),
                rejections.stream().map(Rejection::reason).toList());
        assertEquals(List.of(), acknowledged);
        writes.get(0).complete(null);
        assertEquals(List.of("first"), acknowledged);
        assertEquals(
                2, registry.get("sensorline.points.decoded").functionCounter().count());
        for (String reason : List.of("empty", "no_fields")) {
            assertEquals(
                    1,
                    registry.get("sensorline.messages.ignored")
                            .tag("reason", reason)
                            .functionCounter()
                            .count(),
                    reason);
        }
    }

    @Test
    void the_end_of_the_channel_ends_the_process() {
        channel.subscribe(new MqttSource(pipeline, 2, end).process());
        assertEquals(List.of(), ends);
        channel.onComplete();
        assertEquals(List.of("exit"), ends);
    }

    @Test
    void an_error_in_the_pipeline_ends_the_process() {
        channel.subscribe(new MqttSource(pipeline, 2, end).process());
        emit("first", "1");
        writes.get(0).completeExceptionally(new NullPointerException("bug"));
        assertEquals(List.of("exit"), ends);
        assertEquals(List.of(), acknowledged);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "TIMED|21.5|ignored",
                "TIMED|abc|ignored",
                "TIMED|{\"value\":21.5}|ignored",
                "TIMED|{\"value\":21.5,\"time\":1700000000000}|written",
                "TIMED|[{\"value\":21.5,\"time\":1700000000000},{\"value\":2}]|ignored",
                "TAKE|21.5|written",
                "TAKE|abc|set aside",
                "IGNORE|{\"value\":21.5,\"time\":1700000000000}|ignored"
            })
    void a_retained_message_is_taken_as_the_setting_says(Retained setting, String payload, String expected) {
        retained = setting;
        channel.subscribe(new MqttSource(pipeline, 2, end).process());
        byte[] bytes = payload.getBytes(UTF_8);
        channel.onNext(Message.of(List.of(new Reading("sensor/S", bytes, bytes.length, 1, true))));
        assertEquals(expected.equals("written") ? 1 : 0, written.size());
        assertEquals(expected.equals("set aside") ? 1 : 0, rejections.size());
        assertEquals(
                expected.equals("ignored") ? 1 : 0,
                registry.get("sensorline.messages.ignored")
                        .tag("reason", "retained")
                        .functionCounter()
                        .count());
    }

    @Test
    void a_retained_message_without_a_reading_is_counted_once() {
        channel.subscribe(new MqttSource(pipeline, 2, end).process());
        byte[] bytes = "null".getBytes(UTF_8);
        channel.onNext(Message.of(List.of(new Reading("sensor/S", bytes, bytes.length, 1, true))));
        assertEquals(
                1,
                registry.get("sensorline.messages.ignored").functionCounters().stream()
                        .mapToDouble(counter -> counter.count())
                        .sum());
    }

    @Test
    void what_only_a_wider_subscription_brings_is_counted_and_not_set_aside() {
        channel.subscribe(new MqttSource(pipeline, 2, end).process());
        emitOn("plant/a", "first", "21.5", "");
        emitOn("plant/b", "second", "21.5");
        writes.forEach(write -> write.complete(null));
        assertEquals(List.of("first", "second"), acknowledged);
        assertEquals(
                List.of(Reason.NO_RULE),
                rejections.stream().map(Rejection::reason).toList());
        assertEquals(
                2,
                registry.get("sensorline.messages.ignored")
                        .tag("reason", "unwanted")
                        .functionCounter()
                        .count());
    }

    @Test
    void null_is_counted_and_acknowledged() {
        channel.subscribe(new MqttSource(pipeline, 2, end).process());
        emit("first", "null");
        writes.forEach(write -> write.complete(null));
        assertEquals(List.of("first"), acknowledged);
        assertEquals(List.of(), rejections);
        assertEquals(
                1,
                registry.get("sensorline.messages.ignored")
                        .tag("reason", "empty")
                        .functionCounter()
                        .count());
    }

    @Test
    void points_of_a_clock_that_is_not_set_are_counted() {
        channel.subscribe(new MqttSource(pipeline, 2, end).process());
        emit(
                "first",
                "{\"value\":1,\"time\":0}",
                "{\"value\":1,\"time\":1700000000000}",
                "{\"value\":1}",
                "[{\"value\":1,\"time\":\"\"},{\"value\":2,\"time\":1},{\"value\":3}]");
        assertEquals(6, written.size());
        assertEquals(
                3,
                registry.get("sensorline.readings.clock.unset")
                        .functionCounter()
                        .count());
    }

    @Test
    void a_live_message_is_taken_whatever_becomes_of_retained_ones() {
        retained = Retained.IGNORE;
        channel.subscribe(new MqttSource(pipeline, 2, end).process());
        emit("first", "21.5");
        assertEquals(1, written.size());
    }
}
