package dev.sensorline.mqtt.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.sensorline.mqtt.client.PublishProperties;
import dev.sensorline.mqtt.client.QoS;

/** The outgoing side against a session in memory. */
class PublishSinkTest {

    private static final int WINDOW = 3;
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final FakeSession session = new FakeSession();
    private final List<String> settled = new ArrayList<>();
    private long demand;
    private PublishSink sink;

    @BeforeEach
    void start() {
        start(QoS.AT_LEAST_ONCE);
    }

    private void start(QoS qos) {
        demand = 0;
        sink = new PublishSink(session, options(qos, false));
        sink.onSubscribe(new Flow.Subscription() {

            @Override
            public void request(long n) {
                demand += n;
            }

            @Override
            public void cancel() {
                throw new AssertionError("never cancelled");
            }
        });
        session.run();
    }

    private static OutboundOptions options(QoS qos, boolean retain) {
        return new OutboundOptions("sensor/T1", qos, retain, WINDOW, Optional.of(2), Optional.of(LIMIT));
    }

    @Test
    void requests_a_window_of_messages_when_it_is_connected() {
        assertTrue(session.isStarted());
        assertEquals(0, demand);
        session.connect(false);
        assertEquals(WINDOW, demand);
    }

    @Test
    void requests_one_more_message_for_each_that_is_taken_over() {
        session.connect(false);
        publish("1");
        publish("2");
        assertEquals(WINDOW, demand);
        session.takeOver(1);
        assertEquals(WINDOW + 1, demand);
    }

    @Test
    void requests_nothing_more_while_there_is_no_connection() {
        start(QoS.AT_MOST_ONCE);
        session.connect(false);
        session.disconnect();
        publish("1");
        assertEquals(WINDOW, demand);
        session.connect(false);
        assertEquals(WINDOW + 1, demand);
    }

    @Test
    void a_message_of_qos_0_is_acknowledged_when_it_is_written() {
        start(QoS.AT_MOST_ONCE);
        session.connect(false);
        publish("1");
        assertEquals(List.of("PUBLISH 0 sensor/T1 1 qos 0"), session.sent());
        assertEquals(List.of("acknowledged 1"), settled);
    }

    @Test
    void a_message_of_qos_0_that_cannot_be_written_is_negatively_acknowledged() {
        start(QoS.AT_MOST_ONCE);
        publish("nowhere");
        assertEquals(List.of("refused nowhere: no connection"), settled);
    }

    @Test
    void a_message_is_acknowledged_only_when_the_broker_has_taken_it_over() {
        for (QoS qos : List.of(QoS.AT_LEAST_ONCE, QoS.EXACTLY_ONCE)) {
            FakeSession fresh = new FakeSession();
            PublishSink other = new PublishSink(fresh, options(qos, true));
            fresh.connect(false);
            settled.clear();
            other.onNext(message("1", Metadata.empty()));
            fresh.run();
            assertEquals(List.of("PUBLISH 1 sensor/T1 1 qos " + qos.level() + " retained"), fresh.sent());
            assertEquals(List.of(), settled);
            fresh.takeOver(1);
            assertEquals(List.of("acknowledged 1"), settled);
        }
    }

    @Test
    void metadata_says_where_and_how_to_publish_and_the_options_say_the_rest() {
        session.connect(false);
        sink.onNext(message("1", Metadata.of(OutgoingPublish.to("other", QoS.EXACTLY_ONCE, true))));
        sink.onNext(message("2", Metadata.of(OutgoingPublish.to("other"))));
        sink.onNext(message(
                "3",
                Metadata.of(new OutgoingPublish(
                        "other",
                        Optional.of(QoS.AT_MOST_ONCE),
                        Optional.empty(),
                        PublishProperties.NONE.withUserProperty("site", "north")))));
        session.run();
        assertEquals(
                List.of(
                        "PUBLISH 1 other 1 qos 2 retained",
                        "PUBLISH 2 other 2 qos 1",
                        "PUBLISH 0 other 3 qos 0 [site=north]"),
                session.sent());
    }

    @Test
    void a_message_that_can_never_be_published_is_negatively_acknowledged() {
        session.connect(false);
        sink.onNext(message("1", Metadata.of(OutgoingPublish.to("sensor/+"))));
        session.run();
        assertEquals(List.of("refused 1: sensor/+"), settled);
        session.disconnect();
        session.connect(false);
        assertEquals(List.of(), session.sent());
    }

    @Test
    void the_oldest_message_is_given_up_when_so_many_connections_have_ended_for_it() {
        session.connect(false);
        publish("1");
        publish("2");
        session.disconnect();
        session.disconnect(); // An attempt to connect has failed.
        session.connect(false);
        assertEquals(List.of(), settled);
        session.disconnect();
        assertEquals(List.of("refused 1: the connection ended 2 times without its acknowledgement"), settled);
        session.connect(false);
        session.disconnect();
        session.connect(false);
        session.takeOver(2);
        assertEquals("acknowledged 2", settled.get(1));
    }

    @Test
    void a_message_is_given_up_that_is_not_acknowledged_in_time_on_one_connection() {
        session.connect(false);
        publish("1");
        session.advance(LIMIT.minusMillis(1));
        session.disconnect();
        session.advance(LIMIT);
        session.connect(false);
        session.advance(LIMIT.minusMillis(1));
        assertEquals(List.of(), settled);
        session.advance(Duration.ofMillis(1));
        assertEquals(List.of("refused 1: the broker has not acknowledged it within 5000 ms"), settled);
        assertEquals(WINDOW + 1, demand);
    }

    @Test
    void however_many_messages_are_published_one_timer_waits_for_their_acknowledgements() {
        session.connect(false);
        for (int packetId = 1; packetId <= 1_000; packetId++) {
            publish("1");
            session.takeOver(packetId);
        }
        assertEquals(1, session.timers());
    }

    @Test
    void a_message_published_after_others_has_its_time_too() {
        session.connect(false);
        publish("1");
        session.advance(LIMIT.dividedBy(2));
        publish("2");
        session.advance(LIMIT);
        assertEquals(List.of("refused 1: the broker has not acknowledged it within 5000 ms"), settled);
        session.advance(LIMIT.dividedBy(2));
        assertEquals(2, settled.size());
        assertEquals(0, session.timers());
    }

    @Test
    void a_message_that_is_published_while_there_is_no_connection_has_not_been_tried() {
        session.connect(false);
        session.disconnect();
        publish("1");
        session.disconnect();
        session.connect(false);
        session.disconnect();
        assertEquals(List.of(), settled);
        session.connect(false);
        session.disconnect();
        assertEquals(1, settled.size());
    }

    @Test
    void draining_requests_nothing_more_and_ends_when_everything_is_taken_over() {
        session.connect(false);
        publish("1");
        publish("2");
        CompletableFuture<Void> drained = sink.drain().toCompletableFuture();
        session.run();
        session.takeOver(1);
        assertFalse(drained.isDone());
        session.takeOver(2);
        assertTrue(drained.isDone());
        assertEquals(WINDOW, demand);
    }

    @Test
    void draining_does_not_wait_for_a_connection() {
        session.connect(false);
        publish("1");
        session.disconnect();
        CompletableFuture<Void> drained = sink.drain().toCompletableFuture();
        session.run();
        assertTrue(drained.isDone());
    }

    @Test
    void draining_ends_when_the_connection_ends() {
        session.connect(false);
        publish("1");
        CompletableFuture<Void> drained = sink.drain().toCompletableFuture();
        session.run();
        assertFalse(drained.isDone());
        session.disconnect();
        assertTrue(drained.isDone());
    }

    private void publish(String payload) {
        sink.onNext(message(payload, Metadata.empty()));
        session.run();
    }

    private Message<byte[]> message(String payload, Metadata metadata) {
        return Message.of(
                payload.getBytes(StandardCharsets.UTF_8),
                metadata,
                () -> {
                    settled.add("acknowledged " + payload);
                    return CompletableFuture.completedFuture(null);
                },
                failure -> {
                    settled.add("refused " + payload + ": " + failure.getMessage());
                    return CompletableFuture.completedFuture(null);
                });
    }
}
