package dev.sensorline.mqtt.connector;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.sensorline.mqtt.client.MqttSession;
import dev.sensorline.mqtt.client.ProtocolVersion;
import dev.sensorline.mqtt.client.PublishProperties;
import dev.sensorline.mqtt.client.QoS;
import dev.sensorline.mqtt.client.SessionOptions;
import dev.sensorline.mqtt.client.vertx.MqttSessions;
import dev.sensorline.points.ArrivalClock;
import dev.sensorline.servers.Feature;
import dev.sensorline.servers.MqttBroker;
import dev.sensorline.servers.MqttPeer;
import dev.sensorline.servers.junit.Needs;
import io.vertx.core.Vertx;

/** Client and connector against a real broker: what only that can prove. */
class RealBrokerTest {

    private static final Duration NEVER = Duration.ofHours(1);
    private static final InboundOptions OPTIONS = new InboundOptions(
            List.of("sensor/+"),
            List.of(),
            1,
            100,
            NEVER,
            1,
            10,
            1_000_000,
            1_000,
            256,
            AcknowledgementOrder.RELAXED,
            Optional.empty(),
            Optional.empty());
    private static final int WINDOW = 10;

    private final Vertx vertx = Vertx.vertx();
    private final InboundMeter meter = new InboundMeter();
    private final AtomicLong demand = new AtomicLong();
    private final List<MqttSession> sessions = new ArrayList<>();
    private MqttBroker broker;
    private MqttPeer peer;

    @BeforeEach
    void start() {
        broker = MqttBroker.start();
        peer = MqttPeer.of(broker, "peer");
    }

    @AfterEach
    void stop() {
        peer.close();
        sessions.forEach(RealBrokerTest::stop);
        vertx.close().toCompletionStage().toCompletableFuture().join();
        broker.close();
    }

    private static void stop(MqttSession session) {
        session.stop().toCompletableFuture().join();
    }

    @Test
    void when_it_is_full_it_leaves_the_rest_with_the_broker_and_loses_nothing() {
        Batches batches = subscribe(
                new InboundOptions(
                        List.of("sensor/+"),
                        List.of(),
                        0,
                        100,
                        NEVER,
                        1,
                        10,
                        1_000_000,
                        1_000,
                        256,
                        AcknowledgementOrder.RELAXED,
                        Optional.empty(),
                        Optional.empty()),
                60);
        List<String> sent =
                IntStream.range(0, 3_000).mapToObj(i -> i + "x".repeat(196)).toList();
        sent.forEach(payload -> peer.publish("sensor/a", payload, 0));
        await().until(meter::isFull);
        // One read of 64 KiB after the bound was reached.
        int most = 10 + 1 + 65_536 / 200;
        await().during(Duration.ofMillis(200)).until(() -> meter.receivedCount() <= most);
        batches.acknowledgeAll();
        await().until(() -> batches.count() == sent.size());
        assertEquals(sent, batches.payloads().stream().flatMap(List::stream).toList());
        await().until(() -> !meter.isFull());
    }

    @Test
    void a_small_window_of_the_broker_does_not_hold_readings_back() {
        Batches batches = subscribe(OPTIONS, 60);
        batches.acknowledgeAll();
        for (int i = 0; i < 500; i++) {
            peer.publish("sensor/a", "" + i, 1);
        }
        await().until(() -> batches.count() == 500);
        assertEquals(
                IntStream.range(0, 500).mapToObj(Integer::toString).toList(),
                batches.payloads().stream().flatMap(List::stream).toList());
    }

    @Test
    void what_is_not_acknowledged_is_delivered_to_the_next_process() {
        Batches batches = subscribe(OPTIONS, 60);
        peer.publish("sensor/a", "acknowledged", 1);
        await().until(() -> batches.received.size() == 1);
        acknowledge(batches, 0);
        peer.publish("sensor/a", "refused", 1);
        await().until(() -> batches.received.size() == 2);
        batches.received
                .get(1)
                .nack(new IllegalStateException("not now"))
                .toCompletableFuture()
                .join();
        stop(sessions.get(0));

        Batches next = subscribe(OPTIONS, 60);
        await().until(() -> next.count() == 1);
        assertEquals(List.of(List.of("refused")), next.payloads());
    }

    @Test
    void a_reading_that_is_held_over_a_reconnection_is_emitted_once_and_then_acknowledged() {
        Batches batches = subscribe(OPTIONS, 60);
        peer.publish("sensor/a", "held", 1);
        await().until(() -> batches.received.size() == 1);
        broker.stop();
        broker.restart();
        await().until(() -> meter.redeliveredCount() == 1);
        acknowledge(batches, 0);
        peer.publish("sensor/a", "next", 1);
        await().until(() -> batches.received.size() == 2);
        assertEquals(List.of(List.of("held"), List.of("next")), batches.payloads());
        acknowledge(batches, 1);
        stop(sessions.get(0));

        Batches after = subscribe(OPTIONS, 60);
        peer.publish("sensor/a", "last", 1);
        await().until(() -> after.count() == 1);
        assertEquals(List.of(List.of("last")), after.payloads());
    }

    @Test
    void another_broker_takes_over_and_what_the_first_one_queues_comes_when_it_is_connected_to_again() {
        try (MqttBroker second = MqttBroker.start();
                MqttPeer other = MqttPeer.of(second, "other")) {
            MqttSession session = session(List.of(broker, second), false, 60, ProtocolVersion.V5);
            Batches batches = subscribe(OPTIONS, session);
            batches.acknowledgeAll();
            await().until(() -> session.isSubscribed(OPTIONS.topics()));
            peer.publish("sensor/a", "1", 1);
            await().until(() -> batches.count() == 1);

            broker.stop();
            await().until(() -> session.isSubscribed(OPTIONS.topics()));
            assertEquals(List.of(broker.host() + ":" + broker.port()), session.brokersDown());
            other.publish("sensor/a", "2", 1);
            await().until(() -> batches.count() == 2);

            broker.restart();
            peer.publish("sensor/a", "3", 1);
            other.publish("sensor/a", "4", 1);
            await().until(() -> batches.count() == 3);
            second.stop();
            await().until(() -> batches.count() == 4);
        }
        assertEquals(0, meter.redeliveredCount());
    }

    @Test
    void a_broker_that_does_not_answer_is_left_for_a_new_connection() {
        Batches batches = subscribe(OPTIONS, 1);
        batches.acknowledgeAll();
        MqttSession session = sessions.get(0);
        broker.pause();
        await().until(() -> !session.isConnected());
        broker.resume();
        await().until(() -> session.isConnected() && session.isSubscribed(OPTIONS.topics()));
        peer.publish("sensor/a", "1", 1);
        await().until(() -> batches.count() == 1);
    }

    @Test
    void an_oversized_message_is_cut_off_and_the_connection_stays() {
        Batches batches = subscribe(OPTIONS, 60);
        batches.acknowledgeAll();
        peer.publish("sensor/a", "x".repeat(1_000_000), 1);
        peer.publish("sensor/a", "1", 1);
        await().until(() -> batches.count() == 2);
        assertEquals(1_000_000, batches.readings().get(0).size());
        assertEquals(0, meter.redeliveredCount());
    }

    @ParameterizedTest
    @EnumSource(names = {"V3_1_1", "V5"})
    void filters_that_are_no_longer_configured_are_unsubscribed_from_by_the_next_process(ProtocolVersion version) {
        peer.subscribe("own/session/connector", 1);
        MqttSession earlier = session(false, 60, version);
        subscribe(recorded("sensor/+", "old/#"), earlier);
        await().until(() -> peer.received().equals(List.of("own/session/connector sensor/+\nold/#")));
        stop(earlier);
        Batches batches = subscribe(recorded("sensor/+"), session(false, 60, version));
        await().until(() ->
                peer.received().subList(1, peer.received().size()).equals(List.of("own/session/connector sensor/+")));
        peer.publish("old/a", "1", 1);
        peer.publish("sensor/a", "2", 1);
        await().until(() -> batches.count() > 0);
        assertEquals(List.of(List.of("2")), batches.payloads());
    }

    private static InboundOptions recorded(String... filters) {
        return new InboundOptions(
                List.of(filters),
                List.of(),
                1,
                100,
                NEVER,
                1,
                10,
                1_000_000,
                1_000,
                256,
                AcknowledgementOrder.RELAXED,
                Optional.of("own"),
                Optional.of("own/session/connector"));
    }

    @Test
    void with_mqtt_5_a_reading_has_the_user_properties_that_were_published_in_their_order() {
        MqttSession session = session(true, 60, ProtocolVersion.V5);
        Batches batches = subscribe(OPTIONS, session);
        PublishProperties properties = new PublishProperties(
                List.of(Map.entry("site", "süd"), Map.entry("room", "1"), Map.entry("site", "")),
                Optional.of(Duration.ofHours(1)));
        byte[] payload = "21.5".getBytes(StandardCharsets.UTF_8);
        session.execute(() -> session.publish("sensor/a", payload, QoS.AT_LEAST_ONCE, false, properties));
        await().until(() -> batches.count() == 1);
        assertEquals(properties.userProperties(), batches.readings().get(0).properties());
    }

    @Test
    @Needs(Feature.FULL_WINDOW)
    void with_mqtt_5_the_broker_sends_as_many_messages_as_can_be_held_without_an_acknowledgement() {
        InboundOptions options = new InboundOptions(
                List.of("sensor/+"),
                List.of(),
                1,
                500,
                NEVER,
                500,
                500,
                1_000_000,
                1_000,
                256,
                AcknowledgementOrder.RELAXED,
                Optional.empty(),
                Optional.empty());
        Batches batches = subscribe(options, session(false, 60, ProtocolVersion.AUTO));
        IntStream.range(0, 500).forEach(i -> peer.publish("sensor/a", "" + i, 1));
        // By default, Mosquitto sends 20 at MQTT 3.1.1.
        await().until(() -> batches.count() == 500);
    }

    @Test
    void messages_arrive_and_are_acknowledged_at_each_quality_of_service() {
        peer.subscribe("sensor/#", 2);
        for (QoS qos : QoS.values()) {
            PublishSink sink = sink(qos);
            await().until(() -> demand.get() == WINDOW);
            assertTrue(publish(sink, "qos " + qos.level()).join());
            await().until(() -> peer.received().contains("sensor/T1 qos " + qos.level()));
            await().until(() -> demand.get() == WINDOW + 1);
            stop(sessions.get(sessions.size() - 1));
            demand.set(0);
        }
    }

    @Test
    void a_message_is_acknowledged_only_when_the_broker_has_taken_it_over() {
        PublishSink sink = sink(QoS.AT_LEAST_ONCE);
        await().until(() -> demand.get() == WINDOW);
        assertTrue(publish(sink, "before").join());
        broker.pause();
        CompletableFuture<Boolean> during = publish(sink, "during");
        await().during(Duration.ofMillis(300)).until(() -> !during.isDone());
        broker.resume();
        assertTrue(during.join());
    }

    @Test
    void what_the_broker_had_not_taken_over_when_it_died_is_published_again() {
        peer.subscribe("sensor/#", 2);
        broker.stop(); // Saves the peer's subscription.
        broker.restart();
        PublishSink sink = sink(QoS.AT_LEAST_ONCE);
        await().until(() -> demand.get() == WINDOW);
        broker.pause();
        List<CompletableFuture<Boolean>> published =
                IntStream.range(0, WINDOW).mapToObj(i -> publish(sink, "" + i)).toList();
        broker.kill();
        broker.restart();
        published.forEach(acknowledged -> assertTrue(acknowledged.join()));
        Set<String> expected =
                IntStream.range(0, WINDOW).mapToObj(i -> "sensor/T1 " + i).collect(Collectors.toSet());
        // The peer takes its time to connect again.
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertEquals(
                        expected,
                        new HashSet<>(peer.received()),
                        () -> broker.log().toString()));
    }

    private Batches subscribe(InboundOptions options, int keepAliveSeconds) {
        return subscribe(options, session(false, keepAliveSeconds));
    }

    private Batches subscribe(InboundOptions options, MqttSession session) {
        Batches batches = new Batches();
        new BatchSource(session, options, meter, new ArrivalClock(Clock.systemUTC()), System::nanoTime)
                .subscribe(batches);
        await().until(() -> session.isConnected() && session.isSubscribed(options.topics()));
        return batches;
    }

    private static void acknowledge(Batches batches, int index) {
        batches.received.get(index).ack().toCompletableFuture().join();
    }

    private PublishSink sink(QoS qos) {
        PublishSink sink = new PublishSink(
                session(true, 60),
                new OutboundOptions("sensor/T1", qos, false, WINDOW, Optional.empty(), Optional.empty()));
        sink.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long n) {
                demand.addAndGet(n);
            }

            @Override
            public void cancel() {
                throw new AssertionError("never cancelled");
            }
        });
        return sink;
    }

    private MqttSession session(boolean cleanSession, int keepAliveSeconds) {
        return session(cleanSession, keepAliveSeconds, ProtocolVersion.V3_1_1);
    }

    private MqttSession session(boolean cleanSession, int keepAliveSeconds, ProtocolVersion version) {
        return session(List.of(broker), cleanSession, keepAliveSeconds, version);
    }

    private MqttSession session(
            List<MqttBroker> brokers, boolean cleanSession, int keepAliveSeconds, ProtocolVersion version) {
        MqttSession session = new MqttSessions(vertx)
                .create(SessionOptions.builder(
                                brokers.stream()
                                        .map(each -> new SessionOptions.Broker(each.host(), each.port(), each.host()))
                                        .toList(),
                                "connector")
                        .version(version)
                        .cleanSession(cleanSession)
                        .keepAlive(Duration.ofSeconds(keepAliveSeconds))
                        .longestPause(Duration.ofMillis(500))
                        .build());
        sessions.add(session);
        return session;
    }

    /** Whether the message was acknowledged, once that is known. */
    private static CompletableFuture<Boolean> publish(PublishSink sink, String payload) {
        CompletableFuture<Boolean> acknowledged = new CompletableFuture<>();
        sink.onNext(Message.of(
                payload.getBytes(StandardCharsets.UTF_8),
                () -> {
                    acknowledged.complete(true);
                    return CompletableFuture.completedFuture(null);
                },
                failure -> {
                    acknowledged.complete(false);
                    return CompletableFuture.completedFuture(null);
                }));
        return acknowledged.orTimeout(20, TimeUnit.SECONDS);
    }
}
