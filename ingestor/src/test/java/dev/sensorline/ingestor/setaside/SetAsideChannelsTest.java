package dev.sensorline.ingestor.setaside;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import dev.sensorline.ingestor.FakeEmitter;
import dev.sensorline.ingestor.eventloop.VirtualEventLoop;
import dev.sensorline.mqtt.connector.OutgoingPublish;
import dev.sensorline.points.Reading;
import dev.sensorline.points.Rejection;
import dev.sensorline.points.Rejection.Reason;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/** The destination and form of rejections, and when they are complete. */
class SetAsideChannelsTest {

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final FakeEmitter emitter = new FakeEmitter();
    private final MqttSetAside mqtt = new MqttSetAside(emitter, "own", new RejectionJson(256), registry);
    private final KafkaSetAside kafka = new KafkaSetAside(emitter, new RejectionJson(256), registry);

    private static Rejection rejection(String topic, byte[] payload, int size, String detail) {
        return new Rejection(new Reading(topic, payload, size, 0), Reason.NOT_A_NUMBER, detail);
    }

    private static Rejection rejection(String topic) {
        return rejection(topic, "abc".getBytes(UTF_8), 3, null);
    }

    private String topicOf(String topic) {
        mqtt.setAside(List.of(rejection(topic)));
        return emitter.messages
                .get(0)
                .getMetadata(OutgoingPublish.class)
                .orElseThrow()
                .topic();
    }

    private String jsonOf(Rejection rejection) {
        kafka.setAside(List.of(rejection));
        return new String(emitter.messages.get(0).getPayload(), UTF_8);
    }

    @Test
    void over_mqtt_they_go_under_a_prefix_to_the_topic_they_arrived_on() {
        assertEquals("own/rejected/sensor/S", topicOf("sensor/S"));
    }

    @Test
    void a_topic_that_would_be_too_long_for_mqtt_is_the_prefix_alone() {
        assertEquals("own/rejected", topicOf("x".repeat(65_530)));
    }

    @Test
    void a_topic_that_would_have_too_many_levels_for_a_broker_is_the_prefix_alone() {
        assertEquals("own/rejected" + "/x".repeat(198), topicOf("x" + "/x".repeat(197)));
        emitter.messages.clear();
        assertEquals("own/rejected", topicOf("x" + "/x".repeat(198)));
    }

    @Test
    void over_mqtt_they_have_the_user_properties_of_the_reading_and_the_reason() {
        Reading reading = new Reading(
                "sensor/S", new byte[0], 0, 0, false, List.of(Map.entry("site", "a"), Map.entry("site", "b")));
        mqtt.setAside(List.of(new Rejection(reading, Reason.NOT_A_NUMBER, null)));
        assertEquals(
                List.of(Map.entry("site", "a"), Map.entry("site", "b"), Map.entry("sensorline-reason", "not_a_number")),
                emitter.messages
                        .get(0)
                        .getMetadata(OutgoingPublish.class)
                        .orElseThrow()
                        .properties()
                        .userProperties());
    }

    @Test
    void to_kafka_they_go_without_metadata_of_mqtt() {
        kafka.setAside(List.of(rejection("sensor/S")));
        assertFalse(emitter.messages.get(0).getMetadata().iterator().hasNext());
    }

    @Test
    void the_json_has_topic_reason_detail_size_and_payload() {
        assertEquals(
                "{\"topic\":\"sensor/S\",\"reason\":\"not_a_number\",\"detail\":\"a \\\"b\\\"\",\"size\":3,\"payload\":\"abc\"}",
                jsonOf(rejection("sensor/S", "abc".getBytes(UTF_8), 3, "a \"b\"")));
    }

    @Test
    void a_payload_that_is_no_utf8_is_there_in_base64_too() {
        assertTrue(jsonOf(rejection("sensor/S", new byte[] {(byte) 0xff, 'a'}, 2, null))
                .endsWith("\"size\":2,\"payload\":\"\uFFFDa\",\"payloadBase64\":\"/2E=\"}"));
    }

    @Test
    void of_a_long_payload_only_the_start_is_there_and_its_size() {
        byte[] payload = "x".repeat(1_000).getBytes(UTF_8);
        assertTrue(jsonOf(rejection("sensor/S", payload, 5_000, null))
                .endsWith("\"size\":5000,\"payload\":\"" + "x".repeat(256) + "\"}"));
    }

    @Test
    void they_are_taken_over_when_each_has_been_acknowledged() {
        CompletableFuture<Void> takenOver =
                mqtt.setAside(List.of(rejection("a"), rejection("b"))).toCompletableFuture();
        emitter.messages.get(1).ack();
        assertFalse(takenOver.isDone());
        emitter.messages.get(0).ack();
        assertTrue(takenOver.isDone());
    }

    @Test
    void one_that_cannot_be_published_holds_nothing_up() {
        CompletableFuture<Void> takenOver =
                mqtt.setAside(List.of(rejection("a"))).toCompletableFuture();
        emitter.messages.get(0).nack(new IOException("too large"));
        assertTrue(takenOver.isDone() && !takenOver.isCompletedExceptionally());
    }

    @Test
    void a_copy_that_cannot_be_published_is_counted() {
        mqtt.setAside(List.of(rejection("a")));
        fail(0);
        assertEquals(1, unpublished());
    }

    @Test
    void from_the_first_copy_that_cannot_be_published_nobody_waits_for_one() {
        CompletableFuture<Void> first = setAside("a", "b", "c");
        fail(1);
        assertTrue(first.isDone());
        emitter.messages.get(0).nack(new IOException("closed"));
        emitter.messages.get(2).nack(new IOException("closed"));
        // One copy is tried.
        assertTrue(setAside("d").isDone());
        assertTrue(setAside("e").isDone());
        assertEquals(4, emitter.messages.size());
        assertEquals(4, unpublished());
        // Now it works again.
        emitter.messages.get(3).ack();
        assertFalse(setAside("f").isDone());
        assertFalse(setAside("g").isDone());
        assertEquals(6, emitter.messages.size());
    }

    @Test
    void a_few_copies_are_made_at_a_time() {
        String[] topics = new String[RejectedChannel.WINDOW + 2];
        Arrays.fill(topics, "a");
        CompletableFuture<Void> takenOver = setAside(topics);
        assertEquals(RejectedChannel.WINDOW, emitter.messages.size());
        emitter.messages.get(7).ack();
        assertEquals(RejectedChannel.WINDOW + 1, emitter.messages.size());
        for (int i = 0; i < RejectedChannel.WINDOW + 2; i++) {
            assertFalse(takenOver.isDone());
            emitter.messages.get(i).ack();
        }
        assertTrue(takenOver.isDone());
    }

    @Test
    void few_copies_that_nobody_waits_for_are_kept() {
        String[] topics = new String[RejectedChannel.WINDOW + RejectedChannel.MOST_UNAWAITED + 7];
        Arrays.fill(topics, "a");
        CompletableFuture<Void> takenOver = setAside(topics);
        fail(0);
        assertTrue(takenOver.isDone());
        assertEquals(1 + 7, unpublished());
    }

    @Test
    void nobody_waits_for_copies_while_the_broker_accepts_only_the_connection_for_readings() {
        VirtualEventLoop loop = new VirtualEventLoop();
        boolean[] isUnreachable = {true};
        mqtt.watch(loop, () -> isUnreachable[0]);
        CompletableFuture<Void> first = setAside("a", "b");
        loop.advance(Duration.ofSeconds(29));
        isUnreachable[0] = false; // The broker was away, and the other connection came first.
        loop.advance(Duration.ofSeconds(1));
        isUnreachable[0] = true;
        loop.advance(Duration.ofSeconds(29));
        assertFalse(first.isDone());
        loop.advance(Duration.ofSeconds(1));
        assertTrue(first.isDone());
        assertTrue(setAside("c").isDone());
        assertEquals(1, unpublished());
        emitter.messages.get(0).ack();
        loop.advance(Duration.ofSeconds(60));
        assertTrue(setAside("d").isDone(), "after as long again");
        isUnreachable[0] = false;
        loop.advance(Duration.ofSeconds(1));
        emitter.messages.get(1).ack();
        assertFalse(setAside("e").isDone());
    }

    private CompletableFuture<Void> setAside(String... topics) {
        return mqtt.setAside(
                        Stream.of(topics).map(SetAsideChannelsTest::rejection).toList())
                .toCompletableFuture();
    }

    private void fail(int message) {
        emitter.messages.get(message).nack(new IOException("closed"));
    }

    private double unpublished() {
        return registry.get("sensorline.rejected.unpublished").counter().count();
    }

    @Test
    void none_are_taken_over_at_once() {
        assertTrue(mqtt.setAside(List.of()).toCompletableFuture().isDone());
    }

    @Test
    void a_channel_that_has_ended_holds_up_no_reading() {
        emitter.failure = new IllegalStateException("no subscriber");
        List<Rejection> rejections =
                Stream.generate(() -> rejection("sensor/A")).limit(10_000).toList();
        assertTrue(kafka.setAside(rejections).toCompletableFuture().isDone());
        assertEquals(
                10_000,
                registry.get("sensorline.rejected.unpublished").counters().stream()
                        .mapToDouble(io.micrometer.core.instrument.Counter::count)
                        .sum());
    }
}
