package dev.sensorline.mqtt.client.vertx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import javax.net.ssl.SSLHandshakeException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.sensorline.mqtt.client.InboundPublish;
import dev.sensorline.mqtt.client.MqttSession;
import dev.sensorline.mqtt.client.QoS;
import dev.sensorline.mqtt.client.SessionListener;
import dev.sensorline.mqtt.client.SessionOptions;
import dev.sensorline.mqtt.client.SessionOptions.Broker;
import dev.sensorline.mqtt.client.SessionOptions.Credentials;
import dev.sensorline.mqtt.client.SessionOptions.Tls;
import dev.sensorline.mqtt.client.Will;

/** A session against a broker that speaks by script, in virtual time. */
class SessionTest {

    private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);
    private static final List<String> FILTERS = List.of("sensor/+", "$share/group/plant/#");

    private final VirtualNetwork network = new VirtualNetwork();
    private final LogLines log = new LogLines(MqttSession.class);
    private final List<String> events = new ArrayList<>();
    private Session session = session(options());

    @AfterEach
    void stop() {
        log.close();
    }

    // Connecting

    @Test
    void connect_carries_the_options() {
        session = session(SessionOptions.builder(new Broker("broker", 1883, "broker"), "sensor")
                .cleanSession(false)
                .keepAlive(KEEP_ALIVE)
                .credentials(new Credentials(Optional.of("alice"), Optional.of("secret")))
                .will(Optional.of(new Will("gone", "sensor".getBytes(StandardCharsets.UTF_8), QoS.AT_LEAST_ONCE, true)))
                .build());
        session.start();
        network.run();
        assertEquals(
                List.of("CONNECT MQTT4 persistent keep-alive 15 id sensor will gone sensor qos 1 retained"
                        + " user alice password secret"),
                network.broker().packets());
    }

    @Test
    void listeners_learn_of_the_connection_and_whether_the_broker_knows_the_session() {
        session.start();
        network.run();
        assertFalse(session.isConnected());
        network.broker().send(Packets.connack(true, 0));
        assertTrue(session.isConnected());
        assertEquals(1, session.connectionNumber());
        assertEquals(List.of("connected, session present"), events);
        assertEquals(List.of("Connected to broker:1883 as sensor"), log.take());
    }

    @Test
    void a_session_that_is_started_twice_connects_once() {
        session.start();
        session.start();
        network.run();
        assertEquals(1, network.connectionCount());
    }

    @Test
    void pauses_between_attempts_double_up_to_the_longest_with_a_spread_of_a_half() {
        network.failWith(new ConnectException("Connection refused"));
        session.start();
        network.advance(Duration.ofSeconds(4));
        List<Duration> attempts = network.attempts();
        long[] limits = {100, 200, 400, 500, 500, 500};
        assertTrue(attempts.size() > limits.length);
        for (int i = 0; i < limits.length; i++) {
            long pause = attempts.get(i + 1).minus(attempts.get(i)).toMillis();
            // The virtual clock advances by whole milliseconds.
            assertTrue(limits[i] / 2 <= pause && pause <= limits[i] + 1, i + ": " + pause);
        }
    }

    @Test
    void an_outage_is_one_line_however_many_attempts_fail() {
        network.failWith(new ConnectException("Connection refused"));
        session.start();
        network.advance(Duration.ofSeconds(4));
        assertEquals(
                List.of("Is not connected to broker:1883 as sensor: Connection refused; trying again"), log.take());

        network.recover();
        network.advance(LONGEST_PAUSE);
        network.broker().send(Packets.connack(false, 0));
        assertEquals(List.of("Connected to broker:1883 as sensor"), log.take());
    }

    @Test
    void the_root_of_a_failure_is_logged() {
        network.failWith(new IllegalStateException("wrapped", new ConnectException("No route to host")));
        session.start();
        network.run();
        assertEquals(List.of("Is not connected to broker:1883 as sensor: No route to host; trying again"), log.take());
    }

    @Test
    void a_broker_that_refuses_is_another_line_than_one_that_is_away() {
        network.failWith(new ConnectException("Connection refused"));
        session.start();
        network.run();
        log.take();
        network.recover();
        for (int i = 0; i < 2; i++) {
            network.advance(LONGEST_PAUSE);
            network.broker().send(Packets.connack(false, Packets.REFUSED_NOT_AUTHORIZED));
            assertFalse(network.broker().isOpen());
        }
        assertEquals(
                List.of("Is not connected to broker:1883 as sensor: the broker refuses: not authorized; trying again"),
                log.take());
        assertFalse(session.isConnected());
    }

    @Test
    void a_certificate_that_is_not_trusted_is_another_line_than_a_broker_that_is_away() {
        network.failWith(new ConnectException("Connection refused"));
        session.start();
        network.run();
        network.failWith(
                new IllegalStateException(new SSLHandshakeException("unable to find valid certification path")));
        network.advance(Duration.ofSeconds(2));
        assertEquals(
                List.of(
                        "Is not connected to broker:1883 as sensor: Connection refused; trying again",
                        "Is not connected to broker:1883 as sensor: unable to find valid certification path; trying again"),
                log.take());
    }

    @Test
    void a_broker_that_does_not_answer_to_connect_is_left() {
        session.start();
        network.run();
        network.advance(CONNECT_TIMEOUT);
        assertFalse(network.broker().isOpen());
        assertEquals(
                List.of(
                        "Is not connected to broker:1883 as sensor: the broker did not answer to CONNECT; trying again"),
                log.take());
    }

    @Test
    void a_connection_that_is_closed_at_once_hints_at_a_second_client_with_the_same_id() {
        connect();
        log.take();
        network.broker().close();
        assertEquals(
                List.of("Is not connected to broker:1883 as sensor: closed by the broker soon after it was accepted"
                        + " (has another client the same id?); trying again"),
                log.take());
        assertEquals(List.of("connected", "disconnected"), events);
    }

    @Test
    void a_connection_that_tls_closes_before_it_is_accepted_hints_at_the_certificate() {
        session = session(SessionOptions.builder(new Broker("broker", 8883, "broker"), "sensor")
                .tls(Optional.of(new Tls(Optional.empty(), Optional.empty(), Optional.empty())))
                .build());
        session.start();
        network.run();
        network.broker().close();
        assertEquals(
                List.of("Is not connected to broker:8883 as sensor: closed by the broker before it was accepted"
                        + " (does it want another certificate?); trying again"),
                log.take());
    }

    @Test
    void pauses_grow_while_connections_do_not_last_and_are_short_again_after_one_that_did() {
        for (int i = 0; i < 5; i++) {
            connect();
            network.broker().close();
        }
        assertTrue(pauseAfterClosing().compareTo(LONGEST_PAUSE.dividedBy(2)) >= 0);

        connect();
        network.advance(LONGEST_PAUSE.multipliedBy(3));
        log.take();
        network.broker().close();
        assertEquals(
                List.of("Is not connected to broker:1883 as sensor: closed by the broker; trying again"), log.take());
        assertTrue(pauseAfterClosing().compareTo(Duration.ofMillis(101)) <= 0);
    }

    private Duration pauseAfterClosing() {
        int attempts = network.attempts().size();
        Duration pause = Duration.ZERO;
        while (network.attempts().size() == attempts) {
            network.advance(Duration.ofMillis(1));
            pause = pause.plusMillis(1);
        }
        return pause;
    }

    @ParameterizedTest
    @ValueSource(strings = {"e0 00", "82 06 00 01 00 01 61 00", "30 ff ff ff ff"})
    void a_packet_that_a_broker_must_not_send_ends_the_connection(String hex) {
        connect();
        String[] bytes = hex.split(" ");
        byte[] packet = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            packet[i] = (byte) Integer.parseInt(bytes[i], 16);
        }
        network.broker().send(packet);
        assertFalse(network.broker().isOpen());
        assertFalse(session.isConnected());
    }

    @Test
    void a_packet_beyond_the_limit_ends_the_connection() {
        session = session(SessionOptions.builder(new Broker("broker", 1883, "broker"), "sensor")
                .maxPacketSize(100)
                .build());
        connect();
        network.broker().send(Packets.publish("sensor/a", "x".repeat(200), 0, 0));
        assertFalse(network.broker().isOpen());
        assertEquals(List.of("connected", "disconnected"), events);
    }

    // Keep-alive

    @Test
    void the_connection_is_kept_alive_as_long_as_the_broker_answers() {
        connect();
        for (int i = 0; i < 3; i++) {
            network.advance(KEEP_ALIVE);
            assertEquals(List.of("PINGREQ"), network.broker().packets());
            network.broker().send(Packets.pingresp());
        }
        assertTrue(session.isConnected());
    }

    @Test
    void a_message_proves_as_well_as_an_answer_that_the_broker_is_there() {
        connect();
        network.advance(KEEP_ALIVE);
        network.broker().send(Packets.publish("sensor/a", "1", 0, 0));
        network.advance(KEEP_ALIVE);
        assertTrue(session.isConnected());
    }

    @Test
    void a_broker_that_does_not_answer_is_left_for_a_new_connection() {
        connect();
        log.take();
        network.advance(KEEP_ALIVE);
        assertTrue(session.isConnected());
        network.advance(KEEP_ALIVE);
        assertFalse(session.isConnected());
        assertEquals(
                List.of("Is not connected to broker:1883 as sensor: the broker does not answer; trying again"),
                log.take());
        network.advance(LONGEST_PAUSE);
        assertEquals(2, network.connectionCount());
    }

    @Test
    void without_a_keep_alive_nothing_is_sent() {
        session = session(SessionOptions.builder(new Broker("broker", 1883, "broker"), "sensor")
                .keepAlive(Duration.ZERO)
                .build());
        connect();
        network.advance(Duration.ofSeconds(60));
        assertEquals(List.of(), network.broker().packets());
        assertTrue(session.isConnected());
    }

    @Test
    void a_session_that_is_full_keeps_the_connection_alive_without_reading() {
        boolean[] hasRoom = {true};
        session.readOnlyWhile(() -> hasRoom[0]);
        connect();
        hasRoom[0] = false;
        network.broker().send(Packets.publish("sensor/a", "x".repeat(1_000), 0, 0));
        for (int i = 0; i < 4; i++) {
            network.advance(KEEP_ALIVE);
            assertEquals(List.of("PINGREQ"), network.broker().packets());
        }
        assertTrue(session.isConnected());

        hasRoom[0] = true;
        session.resumeReading();
        network.advance(KEEP_ALIVE.multipliedBy(2));
        assertFalse(session.isConnected());
    }

    // Subscribing and receiving

    @Test
    void a_subscription_counts_when_the_broker_has_granted_it() {
        connect();
        session.subscribe(FILTERS, QoS.AT_LEAST_ONCE);
        network.run();
        assertEquals(
                List.of("SUBSCRIBE 1 sensor/+ qos 1 $share/group/plant/# qos 1"),
                network.broker().packets());
        assertFalse(session.isSubscribed(FILTERS));
        network.broker().send(Packets.suback(1, 1, 1));
        assertTrue(session.isSubscribed(FILTERS));
    }

    @Test
    void a_subscription_that_the_broker_refuses_is_an_error_and_does_not_count() {
        connect();
        log.take();
        session.subscribe(FILTERS, QoS.AT_LEAST_ONCE);
        network.broker().send(Packets.suback(1, 1, Packets.SUBSCRIPTION_REFUSED));
        assertEquals(
                List.of("broker:1883 as sensor: the broker refuses the subscription to $share/group/plant/#"),
                log.take());
        assertTrue(session.isSubscribed(List.of("sensor/+")));
        assertFalse(session.isSubscribed(FILTERS));
    }

    @Test
    void a_broker_that_remembers_the_session_remembers_its_subscriptions() {
        connect();
        session.subscribe(FILTERS, QoS.AT_LEAST_ONCE);
        network.broker().send(Packets.suback(1, 1, 1));
        network.broker().close();
        reconnect(true);
        assertTrue(session.isSubscribed(FILTERS));
        network.broker().close();
        reconnect(false);
        assertFalse(session.isSubscribed(FILTERS));
    }

    @Test
    void a_message_is_received_as_it_was_sent() {
        connect();
        events.clear();
        network.broker()
                .send(
                        Packets.publish("sensor/a", "one", 1, 7),
                        Packets.republish("sensor/b", "two", 1, 8),
                        Packets.retained("sensor/c", "three"));
        assertEquals(
                List.of(
                        "sensor/a one 3 bytes AT_LEAST_ONCE 7",
                        "sensor/b two 3 bytes AT_LEAST_ONCE 8 duplicate",
                        "sensor/c thr 5 bytes AT_MOST_ONCE 0 retained"),
                events);
    }

    @Test
    void acknowledgements_are_sent_with_one_write() {
        connect();
        session.acknowledge(new int[] {7, 300, 65_535, 9}, 3);
        network.run();
        assertEquals(
                List.of(List.of("PUBACK 7", "PUBACK 300", "PUBACK 65535")),
                network.broker().writes());
    }

    @Test
    void without_a_connection_nothing_is_acknowledged() {
        connect();
        network.broker().close();
        session.acknowledge(new int[] {7}, 1);
        reconnect(true);
        assertEquals(List.of(), network.broker().packets());
    }

    // Publishing

    @Test
    void a_message_at_qos_0_is_complete_when_it_is_written() {
        connect();
        CompletableFuture<Integer> written = publish("sensor/a", QoS.AT_MOST_ONCE);
        network.run();
        assertTrue(written.isDone());
        assertEquals(0, written.join());
        assertEquals(List.of("PUBLISH sensor/a 21.5 qos 0"), network.broker().packets());
    }

    @Test
    void a_message_at_qos_1_is_taken_over_with_puback() {
        connect();
        events.clear();
        assertEquals(1, publish("sensor/a", QoS.AT_LEAST_ONCE).join());
        assertEquals(2, publish("sensor/b", QoS.AT_LEAST_ONCE).join());
        network.run();
        assertEquals(
                List.of("PUBLISH 1 sensor/a 21.5 qos 1", "PUBLISH 2 sensor/b 21.5 qos 1"),
                network.broker().packets());
        network.broker().send(Packets.puback(2), Packets.puback(1));
        assertEquals(List.of("published 2", "published 1"), events);
    }

    @Test
    void a_message_at_qos_2_is_taken_over_with_pubcomp() {
        connect();
        events.clear();
        publish("sensor/a", QoS.EXACTLY_ONCE);
        network.run();
        assertEquals(List.of("PUBLISH 1 sensor/a 21.5 qos 2"), network.broker().packets());
        network.broker().send(Packets.pubrec(1));
        assertEquals(List.of("PUBREL 1"), network.broker().packets());
        assertEquals(List.of(), events);
        network.broker().send(Packets.pubcomp(1));
        assertEquals(List.of("published 1"), events);
    }

    @Test
    void packet_ids_of_a_lost_connection_are_free_on_the_next_one() {
        connect();
        for (int i = 1; i <= 65_535; i++) {
            publish("sensor/a", QoS.AT_LEAST_ONCE);
        }
        network.broker().close();
        reconnect(true);
        assertEquals(1, publish("sensor/a", QoS.AT_LEAST_ONCE).join());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sensor/+", "sensor/#", "sensor/\n#", "sensor\0"})
    void a_topic_that_cannot_be_published_to_is_refused(String topic) {
        connect();
        assertInstanceOf(IllegalArgumentException.class, failure(publish(topic, QoS.AT_LEAST_ONCE)));
        network.run();
        assertEquals(List.of(), network.broker().packets());
    }

    @Test
    void without_a_connection_publishing_fails() {
        assertInstanceOf(IllegalStateException.class, failure(publish("sensor/a", QoS.AT_MOST_ONCE)));
        session.start();
        network.run();
        assertInstanceOf(IllegalStateException.class, failure(publish("sensor/a", QoS.AT_LEAST_ONCE)));
    }

    // Stopping

    @Test
    void stopping_sends_disconnect_after_everything_else_and_ends_the_session() {
        connect();
        log.take();
        publish("sensor/a", QoS.AT_LEAST_ONCE);
        CompletableFuture<Void> stopped = session.stop().toCompletableFuture();
        network.run();
        assertEquals(
                List.of("PUBLISH 1 sensor/a 21.5 qos 1", "DISCONNECT"),
                network.broker().packets());
        network.broker().close();
        assertTrue(stopped.isDone());
        assertEquals(List.of("Disconnected from broker:1883 as sensor"), log.take());
        network.advance(Duration.ofSeconds(10));
        assertEquals(1, network.connectionCount());
    }

    @Test
    void a_connection_that_the_broker_does_not_close_after_disconnect_is_closed() {
        connect();
        CompletableFuture<Void> stopped = session.stop().toCompletableFuture();
        network.run();
        network.advance(Duration.ofMillis(799));
        assertTrue(network.broker().isOpen());
        network.advance(Duration.ofMillis(1));
        assertFalse(network.broker().isOpen());
        assertTrue(stopped.isDone());
    }

    @Test
    void after_disconnect_nothing_is_sent_and_nothing_that_arrives_is_handled() {
        connect();
        events.clear();
        session.stop();
        network.run();
        assertEquals(List.of("DISCONNECT"), network.broker().packets());
        network.broker().send(Packets.publish("sensor/a", "1", 1, 9), Packets.pubrec(3));
        session.acknowledge(new int[] {9}, 1);
        assertInstanceOf(IllegalStateException.class, failure(publish("sensor/b", QoS.AT_MOST_ONCE)));
        network.run();
        assertEquals(List.of(), network.broker().packets());
        assertEquals(List.of(), events);
    }

    @Test
    void a_connection_that_is_accepted_after_disconnect_is_closed_too() {
        session.start();
        network.run();
        CompletableFuture<Void> stopped = session.stop().toCompletableFuture();
        network.run();
        network.broker().send(Packets.connack(false, 0));
        assertFalse(session.isConnected());
        network.advance(Duration.ofMillis(800));
        assertFalse(network.broker().isOpen());
        assertTrue(stopped.isDone());
    }

    @Test
    void stopping_during_a_pause_ends_the_attempts() {
        network.failWith(new ConnectException("Connection refused"));
        session.start();
        network.run();
        CompletableFuture<Void> stopped = session.stop().toCompletableFuture();
        network.run();
        assertTrue(stopped.isDone());
        network.advance(Duration.ofSeconds(10));
        assertEquals(1, network.attempts().size());
    }

    private static SessionOptions options() {
        return SessionOptions.builder(new Broker("broker", 1883, "broker"), "sensor")
                .keepAlive(KEEP_ALIVE)
                .connectTimeout(CONNECT_TIMEOUT)
                .longestPause(LONGEST_PAUSE)
                .build();
    }

    private Session session(SessionOptions options) {
        Session created = new Session(network, options);
        created.listen(new SessionListener() {

            @Override
            public void connected(boolean sessionPresent) {
                events.add("connected" + (sessionPresent ? ", session present" : ""));
            }

            @Override
            public void disconnected() {
                events.add("disconnected");
            }

            @Override
            public void received(InboundPublish message) {
                events.add(message.topic() + " " + new String(message.copyPayload(3), StandardCharsets.UTF_8) + " "
                        + message.payloadSize() + " bytes " + message.qos() + " " + message.packetId()
                        + (message.isDuplicate() ? " duplicate" : "") + (message.isRetained() ? " retained" : ""));
            }

            @Override
            public void published(int packetId) {
                events.add("published " + packetId);
            }
        });
        return created;
    }

    /** Until there is a new connection that the broker has accepted. */
    private void connect() {
        session.start();
        network.run();
        reconnect(false);
    }

    private void reconnect(boolean sessionPresent) {
        while (network.connectionCount() == 0 || !network.broker().isOpen()) {
            network.advance(Duration.ofMillis(1));
        }
        network.broker().send(Packets.connack(sessionPresent, 0));
        assertTrue(session.isConnected());
        network.broker().packets();
    }

    private CompletableFuture<Integer> publish(String topic, QoS qos) {
        return session.publish(topic, "21.5".getBytes(StandardCharsets.UTF_8), qos, false)
                .toCompletableFuture();
    }

    private static Throwable failure(CompletableFuture<?> future) {
        assertTrue(future.isDone());
        return assertThrows(CompletionException.class, future::join).getCause();
    }
}
