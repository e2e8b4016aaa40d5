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
    private static final Duration READ_LIMIT = Duration.ofMillis(50);
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
    @Mqtt311({"MQTT-3.1.2-9", "MQTT-3.1.2-19", "MQTT-3.1.2-21", "MQTT-3.1.3-1"})
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
        assertEquals(List.of("Connected to broker:1883 as sensor with MQTT 3.1.1"), log.take());
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
        assertEquals(List.of("Connected to broker:1883 as sensor with MQTT 3.1.1"), log.take());
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
                List.of("Is not connected to broker:1883 as sensor: closed by the broker soon after it was accepted,"
                        + " without a reason (another client with the same id, or a packet that it does not accept?);"
                        + " trying again"),
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
    @Mqtt311("MQTT-4.8.0-1")
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
    @Mqtt311("MQTT-3.1.2-23")
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
    void after_the_process_has_stood_still_one_ping_is_sent_and_the_broker_may_answer() {
        connect();
        network.advance(KEEP_ALIVE);
        network.broker().packets();
        network.standStill(KEEP_ALIVE.multipliedBy(5));
        assertEquals(List.of("PINGREQ"), network.broker().packets());
        assertTrue(session.isConnected());
        network.advance(KEEP_ALIVE);
        assertFalse(session.isConnected());
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
                List.of(
                        "broker:1883 as sensor: the broker refuses the subscription to $share/group/plant/#: unspecified"
                                + " error; trying again"),
                log.take());
        assertTrue(session.isSubscribed(List.of("sensor/+")));
        assertFalse(session.isSubscribed(FILTERS));
    }

    @Test
    void topic_filters_are_subscribed_to_on_every_connection_and_count_only_when_it_has_granted_them() {
        connect();
        session.subscribe(FILTERS, QoS.AT_LEAST_ONCE);
        network.broker().send(Packets.suback(1, 1, 1));
        network.broker().packets();
        network.broker().close();
        assertFalse(session.isSubscribed(FILTERS));
        accept(true);
        assertEquals(
                List.of("SUBSCRIBE 2 sensor/+ qos 1 $share/group/plant/# qos 1"),
                network.broker().packets());
        assertFalse(session.isSubscribed(FILTERS));
        network.broker().send(Packets.suback(2, 1, 1));
        assertTrue(session.isSubscribed(FILTERS));
    }

    @Test
    void to_subscribe_to_the_same_filters_again_sends_nothing() {
        connect();
        session.subscribe(FILTERS, QoS.AT_LEAST_ONCE);
        session.subscribe(FILTERS, QoS.AT_LEAST_ONCE);
        network.broker().send(Packets.suback(1, 1, 1));
        session.subscribe(FILTERS, QoS.AT_LEAST_ONCE);
        network.run();
        assertEquals(1, network.broker().packets().size());
    }

    @Test
    void a_refused_subscription_is_asked_for_again_with_growing_pauses_and_told_once() {
        connect();
        session.subscribe(FILTERS, QoS.AT_LEAST_ONCE);
        log.take();
        List<Integer> seconds = new ArrayList<>();
        network.broker().packets();
        network.broker().send(Packets.suback(1, 1, Packets.SUBSCRIPTION_REFUSED));
        for (int second = 1; second <= 300; second++) {
            network.advance(Duration.ofSeconds(1));
            network.broker().send(Packets.pingresp());
            for (String packet : network.broker().packets()) {
                if (packet.startsWith("SUBSCRIBE")) {
                    assertTrue(packet.endsWith(" $share/group/plant/# qos 1"), packet);
                    seconds.add(second);
                    int packetId = Integer.parseInt(packet.split(" ")[1]);
                    network.broker().send(Packets.suback(packetId, Packets.SUBSCRIPTION_REFUSED));
                }
            }
        }
        assertTrue(seconds.size() >= 8 && seconds.size() <= 14, seconds.toString());
        assertEquals(1, log.take().size());
        assertFalse(session.isSubscribed(FILTERS));
    }

    @Test
    void a_subscription_that_is_granted_at_a_lower_qos_is_told_once_and_can_be_asked() {
        connect();
        log.take();
        session.subscribe(FILTERS, QoS.AT_LEAST_ONCE);
        network.broker().send(Packets.suback(1, 0, 1));
        network.broker().close();
        accept(true);
        network.broker().send(Packets.suback(2, 0, 1));
        assertEquals(
                List.of(
                        "broker:1883 as sensor: the broker grants QoS 0 to the subscription to sensor/+, where QoS 1 was"
                                + " asked for"),
                log.take().stream().filter(line -> line.contains("grants")).toList());
        assertEquals(Optional.of(QoS.AT_MOST_ONCE), session.grantedQoS("sensor/+"));
        assertTrue(session.isSubscribed(FILTERS));
    }

    @Test
    void a_subscribe_has_at_most_eight_filters_and_half_as_many_after_a_connection_that_ended_on_it() {
        connect();
        List<String> nine = List.of("a", "b", "c", "d", "e", "f", "g", "h", "i");
        session.subscribe(nine, QoS.AT_LEAST_ONCE);
        network.run();
        assertEquals(List.of(8, 1), filterCounts(network.broker().packets()));
        network.broker().close();
        accept(false);
        assertEquals(List.of(4, 4, 1), filterCounts(network.broker().packets()));
    }

    private static List<Integer> filterCounts(List<String> packets) {
        return packets.stream().map(packet -> packet.split(" qos ").length - 1).toList();
    }

    @Test
    void a_broker_that_does_not_answer_to_subscribe_is_left_for_a_new_connection() {
        connect();
        session.subscribe(FILTERS, QoS.AT_LEAST_ONCE);
        log.take();
        network.advance(CONNECT_TIMEOUT);
        assertEquals(
                List.of("Is not connected to broker:1883 as sensor: the broker did not answer to SUBSCRIBE;"
                        + " trying again"),
                log.take());
    }

    @Test
    void a_filter_that_is_unsubscribed_is_not_subscribed_to_again() {
        connect();
        session.subscribe(FILTERS, QoS.AT_LEAST_ONCE);
        network.broker().send(Packets.suback(1, 1, 1));
        network.broker().packets();
        CompletableFuture<Void> unsubscribed =
                session.unsubscribe(List.of("sensor/+", "stale/#")).toCompletableFuture();
        network.run();
        assertEquals(List.of("UNSUBSCRIBE 2 sensor/+ stale/#"), network.broker().packets());
        assertFalse(unsubscribed.isDone());
        network.broker().send(Packets.unsuback(2));
        assertTrue(unsubscribed.isDone());
        network.broker().close();
        accept(true);
        assertEquals(
                List.of("SUBSCRIBE 3 $share/group/plant/# qos 1"),
                network.broker().packets());
    }

    @Test
    void unsubscribing_fails_when_there_is_no_connection_or_it_ends() {
        assertInstanceOf(
                IllegalStateException.class,
                failure(session.unsubscribe(FILTERS).toCompletableFuture()));
        connect();
        CompletableFuture<Void> unsubscribed = session.unsubscribe(FILTERS).toCompletableFuture();
        network.broker().close();
        assertInstanceOf(IllegalStateException.class, failure(unsubscribed));
    }

    @Test
    void a_retained_message_that_is_read_reaches_no_listener() {
        connect();
        events.clear();
        CompletableFuture<Optional<byte[]>> read = read();
        network.run();
        assertEquals(List.of("SUBSCRIBE 1 state qos 0"), network.broker().packets());
        network.broker().send(Packets.publish("state", "live", 0, 0), Packets.retained("other", "no"));
        assertEquals(2, events.size());
        assertFalse(read.isDone());
        network.broker().send(Packets.retained("state", "on"), Packets.suback(1, 0));
        assertEquals("on", new String(read.join().orElseThrow(), StandardCharsets.UTF_8));
        assertEquals(2, events.size());
        assertEquals(List.of("UNSUBSCRIBE 2 state"), network.broker().packets());
        network.advance(READ_LIMIT);
        network.broker().send(Packets.unsuback(2), Packets.retained("state", "off"));
        assertEquals(3, events.size());
        assertEquals(List.of(), network.broker().packets());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, Packets.SUBSCRIPTION_REFUSED})
    void where_no_retained_message_comes_or_may_be_read_none_is_found(int answer) {
        connect();
        CompletableFuture<Optional<byte[]>> read = read();
        network.advance(READ_LIMIT.multipliedBy(2));
        network.broker().send(Packets.suback(1, answer));
        network.advance(READ_LIMIT.minusMillis(1));
        assertEquals(answer != 0, read.isDone());
        network.advance(Duration.ofMillis(1));
        assertEquals(Optional.empty(), read.join());
        assertTrue(network.broker().isOpen());
    }

    @Test
    void reading_a_retained_message_fails_when_there_is_no_connection_or_it_ends() {
        assertInstanceOf(IllegalStateException.class, failure(read()));
        connect();
        CompletableFuture<Optional<byte[]>> read = read();
        network.broker().close();
        assertInstanceOf(IllegalStateException.class, failure(read));
        accept(true);
        read();
        network.run();
        assertEquals(List.of("SUBSCRIBE 2 state qos 0"), network.broker().packets());
    }

    private CompletableFuture<Optional<byte[]>> read() {
        return session.readRetained("state", READ_LIMIT).toCompletableFuture();
    }

    @Test
    @Mqtt311("MQTT-4.3.3-2")
    void a_message_of_qos_2_is_delivered_once_and_released_by_the_broker() {
        connect();
        events.clear();
        network.broker().send(Packets.publish("sensor/a", "one", 2, 7));
        network.broker().send(Packets.republish("sensor/a", "one", 2, 7));
        assertEquals(List.of("sensor/a one 3 bytes EXACTLY_ONCE 7"), events);
        session.acknowledge(new int[] {7, 8}, 2);
        network.run();
        assertEquals(List.of(List.of("PUBREC 7", "PUBACK 8")), network.broker().writes());
        network.broker().send(Packets.republish("sensor/a", "one", 2, 7));
        assertEquals(List.of("PUBREC 7"), network.broker().packets());
        network.broker().send(Packets.pubrel(7));
        network.broker().send(Packets.pubrel(7));
        assertEquals(List.of("PUBCOMP 7", "PUBCOMP 7"), network.broker().packets());
        network.broker().send(Packets.publish("sensor/a", "two", 2, 7));
        assertEquals(2, events.size());
    }

    @Test
    @Mqtt311({"MQTT-3.1.2-4", "MQTT-4.1.0-1", "MQTT-4.1.0-2", "MQTT-4.3.3-2"})
    void a_message_of_qos_2_is_delivered_once_over_the_connections_of_a_session() {
        connect();
        events.clear();
        network.broker().send(Packets.publish("sensor/a", "one", 2, 7), Packets.publish("sensor/a", "two", 2, 8));
        network.broker().close();
        session.acknowledge(new int[] {7}, 1);
        reconnect(true);
        network.broker().send(Packets.republish("sensor/a", "one", 2, 7));
        session.acknowledge(new int[] {8}, 1);
        network.run();
        assertEquals(List.of("PUBREC 7"), network.broker().packets());
        network.broker().send(Packets.republish("sensor/a", "two", 2, 8));
        assertEquals(List.of("PUBREC 8"), network.broker().packets());
        assertEquals(
                2, events.stream().filter(event -> event.startsWith("sensor")).count());

        network.broker().close();
        reconnect(false);
        network.broker().send(Packets.publish("sensor/a", "new", 2, 7));
        assertEquals("sensor/a new 3 bytes EXACTLY_ONCE 7", events.get(events.size() - 1));
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
    @Mqtt311("MQTT-2.3.1-6")
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
    @Mqtt311({"MQTT-2.3.1-5", "MQTT-4.3.1-1"})
    void a_message_at_qos_0_is_complete_when_it_is_written() {
        connect();
        CompletableFuture<Void> written = publish("sensor/a", QoS.AT_MOST_ONCE);
        network.run();
        assertTrue(written.isDone());
        assertEquals(List.of("PUBLISH sensor/a 21.5 qos 0"), network.broker().packets());
    }

    @Test
    @Mqtt311("MQTT-4.3.2-1")
    void a_message_at_qos_1_is_taken_over_with_puback() {
        connect();
        events.clear();
        publish("sensor/a", QoS.AT_LEAST_ONCE);
        publish("sensor/b", QoS.AT_LEAST_ONCE);
        network.run();
        assertEquals(
                List.of("PUBLISH 1 sensor/a 21.5 qos 1", "PUBLISH 2 sensor/b 21.5 qos 1"),
                network.broker().packets());
        network.broker().send(Packets.puback(2), Packets.puback(1));
        assertEquals(List.of("published sensor/b", "published sensor/a"), events);
    }

    @Test
    @Mqtt311({"MQTT-2.3.1-6", "MQTT-4.3.3-1"})
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
        assertEquals(List.of("published sensor/a"), events);
    }

    @Test
    @Mqtt311({"MQTT-2.3.1-3", "MQTT-3.3.1-1", "MQTT-4.4.0-1", "MQTT-4.6.0-1"})
    void in_the_same_session_messages_are_sent_again_with_their_packet_ids_before_new_ones() {
        connect();
        events.clear();
        publish("sensor/a", QoS.EXACTLY_ONCE);
        publish("sensor/b", QoS.AT_LEAST_ONCE);
        publish("sensor/c", QoS.EXACTLY_ONCE);
        network.broker().send(Packets.pubrec(1));
        network.broker().close();
        publish("sensor/d", QoS.AT_LEAST_ONCE);
        accept(true);
        assertEquals(
                List.of(
                        "PUBREL 1",
                        "PUBLISH 2 sensor/b 21.5 qos 1 duplicate",
                        "PUBLISH 3 sensor/c 21.5 qos 2 duplicate",
                        "PUBLISH 4 sensor/d 21.5 qos 1"),
                network.broker().packets());
        network.broker().send(Packets.pubcomp(1), Packets.puback(4), Packets.puback(2));
        assertEquals(
                List.of("published sensor/a", "published sensor/d", "published sensor/b"),
                events.stream().filter(event -> event.startsWith("published")).toList());
    }

    @Test
    void a_message_that_is_given_up_is_not_sent_again() {
        for (boolean sessionPresent : List.of(true, false)) {
            connect();
            CompletableFuture<Void> published = session.publish("sensor/a", new byte[0], QoS.AT_LEAST_ONCE, false)
                    .toCompletableFuture();
            network.run();
            published.cancel(false);
            network.broker().close();
            accept(sessionPresent);
            assertEquals(List.of(), network.broker().packets());
            network.broker().close();
        }
    }

    @Test
    void a_message_that_is_given_up_keeps_its_packet_id_until_it_is_answered_or_the_connection_ends() {
        connect();
        giveUp(QoS.AT_LEAST_ONCE, 1);
        publish("sensor/b", QoS.AT_LEAST_ONCE);
        network.run();
        assertEquals(List.of("PUBLISH 2 sensor/b 21.5 qos 1"), network.broker().packets());
        network.broker().send(Packets.puback(2));
        network.broker().close();
        accept(true);
        for (int i = 3; i <= 65_535; i++) {
            session.publish("sensor/a", new byte[0], QoS.AT_LEAST_ONCE, false);
        }
        publish("sensor/c", QoS.AT_LEAST_ONCE);
        network.run();
        List<String> packets = network.broker().packets();
        assertEquals("PUBLISH 1 sensor/c 21.5 qos 1", packets.get(packets.size() - 1));
    }

    @Test
    void while_ten_messages_that_were_given_up_are_unanswered_others_are_refused() {
        connect();
        giveUp(QoS.AT_LEAST_ONCE, OutboundMessages.MOST_GIVEN_UP);
        assertInstanceOf(IllegalStateException.class, failure(publish("sensor/b", QoS.AT_LEAST_ONCE)));
        network.broker().send(Packets.puback(3));
        publish("sensor/c", QoS.AT_LEAST_ONCE);
        network.run();
        assertEquals(List.of("PUBLISH 11 sensor/c 21.5 qos 1"), network.broker().packets());
        giveUp(QoS.AT_LEAST_ONCE, 1);
        assertInstanceOf(IllegalStateException.class, failure(publish("sensor/d", QoS.AT_LEAST_ONCE)));
        network.broker().close();
        accept(true);
        publish("sensor/e", QoS.AT_LEAST_ONCE);
        network.run();
        assertTrue(network.broker().packets().contains("PUBLISH 13 sensor/e 21.5 qos 1"));
    }

    @Test
    void a_message_of_qos_2_that_is_given_up_keeps_its_packet_id_as_long_as_the_session() {
        connect();
        giveUp(QoS.EXACTLY_ONCE, OutboundMessages.MOST_GIVEN_UP);
        network.broker().close();
        accept(true);
        assertInstanceOf(IllegalStateException.class, failure(publish("sensor/b", QoS.EXACTLY_ONCE)));
        network.broker().close();
        accept(false);
        publish("sensor/b", QoS.EXACTLY_ONCE);
        network.run();
        assertEquals(1, network.broker().packets().size());
    }

    private void giveUp(QoS qos, int count) {
        for (int i = 0; i < count; i++) {
            CompletableFuture<Void> published =
                    session.publish("sensor/a", new byte[0], qos, false).toCompletableFuture();
            network.run();
            published.cancel(false);
        }
        network.broker().packets();
    }

    @Test
    @Mqtt311("MQTT-3.1.2-6")
    void in_a_new_session_messages_are_sent_as_new_ones() {
        connect();
        publish("sensor/a", QoS.EXACTLY_ONCE);
        publish("sensor/b", QoS.AT_LEAST_ONCE);
        network.broker().send(Packets.pubrec(1));
        network.broker().close();
        accept(false);
        assertEquals(
                List.of("PUBLISH 3 sensor/a 21.5 qos 2", "PUBLISH 4 sensor/b 21.5 qos 1"),
                network.broker().packets());
    }

    @Test
    @Mqtt311({"MQTT-2.3.1-2", "MQTT-2.3.1-3"})
    void when_all_packet_ids_are_in_use_a_message_waits_for_one() {
        connect();
        for (int i = 1; i <= 65_535; i++) {
            session.publish("sensor/a", new byte[0], QoS.AT_LEAST_ONCE, false);
        }
        network.run();
        network.broker().packets();
        publish("sensor/b", QoS.AT_LEAST_ONCE);
        network.run();
        assertEquals(List.of(), network.broker().packets());
        network.broker().send(Packets.puback(300));
        assertEquals(
                List.of("PUBLISH 300 sensor/b 21.5 qos 1"), network.broker().packets());
    }

    @Test
    void an_answer_to_another_quality_of_service_or_to_nothing_does_not_count() {
        connect();
        publish("sensor/a", QoS.AT_LEAST_ONCE);
        publish("sensor/b", QoS.EXACTLY_ONCE);
        events.clear();
        network.broker().send(Packets.pubcomp(1), Packets.puback(2), Packets.puback(9), Packets.suback(9, 0));
        assertEquals(List.of(), events);
        assertTrue(session.isConnected());
    }

    @Test
    @Mqtt311("MQTT-4.7.3-3")
    void a_topic_or_payload_beyond_what_a_packet_can_carry_is_refused() {
        connect();
        assertInstanceOf(IllegalArgumentException.class, failure(publish("x".repeat(65_536), QoS.AT_LEAST_ONCE)));
        assertInstanceOf(
                IllegalArgumentException.class,
                failure(session.publish("sensor/a", new byte[SessionOptions.LARGEST_PACKET], QoS.AT_LEAST_ONCE, false)
                        .toCompletableFuture()));
        assertTrue(session.isConnected());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sensor/+", "sensor/#", "sensor/\n#", "sensor\0"})
    @Mqtt311({"MQTT-3.3.2-2", "MQTT-4.7.1-1", "MQTT-4.7.3-1", "MQTT-4.7.3-2"})
    void a_topic_that_cannot_be_published_to_is_refused(String topic) {
        connect();
        assertInstanceOf(IllegalArgumentException.class, failure(publish(topic, QoS.AT_LEAST_ONCE)));
        network.run();
        assertEquals(List.of(), network.broker().packets());
    }

    @Test
    void without_a_connection_publishing_at_qos_0_fails() {
        assertInstanceOf(IllegalStateException.class, failure(publish("sensor/a", QoS.AT_MOST_ONCE)));
        session.start();
        network.run();
        assertInstanceOf(IllegalStateException.class, failure(publish("sensor/a", QoS.AT_MOST_ONCE)));
    }

    @Test
    void a_message_of_qos_1_waits_for_the_connection_until_the_session_is_stopped() {
        CompletableFuture<Void> early = publish("sensor/a", QoS.AT_LEAST_ONCE);
        session.start();
        network.run();
        accept(false);
        assertEquals(List.of("PUBLISH 1 sensor/a 21.5 qos 1"), network.broker().packets());
        session.stop();
        network.broker().close();
        assertInstanceOf(IllegalStateException.class, failure(early));
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
    @Mqtt311("MQTT-3.14.4-1")
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
                .cleanSession(false)
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
        accept(sessionPresent);
        network.broker().packets();
    }

    private void accept(boolean sessionPresent) {
        while (network.connectionCount() == 0 || !network.broker().isOpen()) {
            network.advance(Duration.ofMillis(1));
        }
        network.broker().packets();
        network.broker().send(Packets.connack(sessionPresent, 0));
        assertTrue(session.isConnected());
    }

    private CompletableFuture<Void> publish(String topic, QoS qos) {
        CompletableFuture<Void> published = session.publish(topic, "21.5".getBytes(StandardCharsets.UTF_8), qos, false)
                .toCompletableFuture();
        published.thenRun(() -> events.add("published " + topic));
        return published;
    }

    private static Throwable failure(CompletableFuture<?> future) {
        assertTrue(future.isDone());
        return assertThrows(CompletionException.class, future::join).getCause();
    }
}
