package dev.sensorline.mqtt.connector;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.sensorline.mqtt.client.MqttLink;
import dev.sensorline.mqtt.client.MqttLink.Address;
import dev.sensorline.servers.MqttBroker;
import dev.sensorline.servers.MqttPeer;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Vertx;
import io.vertx.mqtt.MqttClientOptions;

class PublishSinkTest {

    private static final int WINDOW = 10;

    private final Vertx vertx = Vertx.vertx();
    private MqttBroker broker;
    private MqttPeer peer;
    private MqttLink link;
    private final AtomicLong demand = new AtomicLong();

    @BeforeEach
    void start() {
        broker = MqttBroker.start();
        peer = MqttPeer.of(broker, "peer");
        peer.subscribe("sensor/#", 2);
    }

    @AfterEach
    void stop() {
        peer.close();
        if (link != null) {
            link.stop().toCompletionStage().toCompletableFuture().join();
        }
        vertx.close().toCompletionStage().toCompletableFuture().join();
        broker.close();
    }

    @Test
    void asks_for_a_window_of_messages_when_it_is_connected() {
        broker.stop();
        sink(MqttQoS.AT_MOST_ONCE);
        assertEquals(0, demand.get());
        broker.restart();
        await().until(() -> demand.get() == WINDOW);
    }

    @Test
    void messages_arrive_and_are_acknowledged_at_each_quality_of_service() {
        for (MqttQoS qos : List.of(MqttQoS.AT_MOST_ONCE, MqttQoS.AT_LEAST_ONCE, MqttQoS.EXACTLY_ONCE)) {
            PublishSink sink = sink(qos);
            await().until(() -> demand.get() == WINDOW);
            assertTrue(publish(sink, "qos " + qos.value()).join());
            await().until(() -> peer.received().contains("sensor/T1 qos " + qos.value()));
            assertEquals(WINDOW + 1, demand.get());
            link.stop().toCompletionStage().toCompletableFuture().join();
            demand.set(0);
        }
    }

    @Test
    void a_message_is_acknowledged_only_when_the_broker_has_taken_it_over() {
        PublishSink sink = sink(MqttQoS.AT_LEAST_ONCE);
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
        broker.stop(); // Saves the peer's subscription.
        broker.restart();
        PublishSink sink = sink(MqttQoS.AT_LEAST_ONCE);
        await().until(() -> demand.get() == WINDOW);
        broker.pause();
        List<CompletableFuture<Boolean>> published = IntStream.range(0, WINDOW)
                .mapToObj(i -> publish(sink, "" + i)).toList();
        broker.kill();
        broker.restart();
        published.forEach(acknowledged -> assertTrue(acknowledged.join()));
        Set<String> expected = IntStream.range(0, WINDOW).mapToObj(i -> "sensor/T1 " + i).collect(Collectors.toSet());
        // The peer takes its time to connect again.
        await().atMost(Duration.ofSeconds(30)).until(() -> new HashSet<>(peer.received()).equals(expected));
    }

    @Test
    void a_qos_0_message_that_cannot_be_written_is_refused() {
        PublishSink sink = sink(MqttQoS.AT_MOST_ONCE);
        await().until(() -> demand.get() == WINDOW);
        broker.stop();
        await().until(() -> !link.isConnected());
        assertTrue(!publish(sink, "nowhere").join());
    }

    private PublishSink sink(MqttQoS qos) {
        MqttClientOptions options = new MqttClientOptions().setClientId("connector");
        options.setMaxMessageSize(MqttConnector.LARGEST_PACKET);
        link = new MqttLink(vertx, new Address(broker.host(), broker.port(), broker.host()), options,
                Duration.ofMillis(500));
        PublishSink sink = new PublishSink(link, new OutboundOptions("sensor/T1", qos, false, WINDOW));
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

    /** Whether the message was acknowledged, once that is known. */
    private static CompletableFuture<Boolean> publish(PublishSink sink, String payload) {
        CompletableFuture<Boolean> acknowledged = new CompletableFuture<>();
        sink.onNext(Message.of(payload.getBytes(StandardCharsets.UTF_8), () -> {
            acknowledged.complete(true);
            return CompletableFuture.completedFuture(null);
        }, failure -> {
            acknowledged.complete(false);
            return CompletableFuture.completedFuture(null);
        }));
        return acknowledged.orTimeout(20, java.util.concurrent.TimeUnit.SECONDS);
    }
}
