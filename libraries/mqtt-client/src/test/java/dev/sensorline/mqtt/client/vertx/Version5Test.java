package dev.sensorline.mqtt.client.vertx;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.sensorline.mqtt.client.InboundPublish;
import dev.sensorline.mqtt.client.MqttSession;
import dev.sensorline.mqtt.client.ProtocolVersion;
import dev.sensorline.mqtt.client.PublishProperties;
import dev.sensorline.mqtt.client.PublishRefusedException;
import dev.sensorline.mqtt.client.QoS;
import dev.sensorline.mqtt.client.SessionListener;
import dev.sensorline.mqtt.client.SessionOptions;
import dev.sensorline.mqtt.client.SessionOptions.Broker;
import dev.sensorline.mqtt.client.Will;

/** A session that speaks MQTT 5, or chooses the version, against a broker that speaks by script. */
class Version5Test {

    private static final int PAYLOAD_FORMAT = 0x01;
    private static final int MESSAGE_EXPIRY = 0x02;
    private static final int CONTENT_TYPE = 0x03;
    private static final int RESPONSE_TOPIC = 0x08;
    private static final int SUBSCRIPTION_ID = 0x0b;
    private static final int REASON_STRING = 0x1f;
    private static final int SESSION_EXPIRY = 0x11;
    private static final int CLIENT_ID = 0x12;
    private static final int SERVER_KEEP_ALIVE = 0x13;
    private static final int RECEIVE_MAXIMUM = 0x21;
    private static final int TOPIC_ALIAS = 0x23;
    private static final int MAXIMUM_QOS = 0x24;
    private static final int RETAIN_AVAILABLE = 0x25;
    private static final int USER_PROPERTY = 0x26;
    private static final int MAXIMUM_PACKET_SIZE = 0x27;

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private final VirtualNetwork network = new VirtualNetwork();
    private final LogLines log = new LogLines(MqttSession.class);
    private final List<String> events = new ArrayList<>();
    private Session session = session(options(ProtocolVersion.V5).build());

    @AfterEach
    void stop() {
        log.close();
    }

    // The version

    @Test
    @Mqtt5("MQTT-3.1.2-1")
    void connect_asks_for_a_session_for_ever_and_for_as_many_messages_as_the_user_can_hold() {
        session.receiveAtMost(20_000, 1_000);
        start();
        assertEquals(
                List.of("CONNECT MQTT5 persistent keep-alive 30 property 17=4294967295 property 33=20000 id sensor"),
                network.broker().packets());
    }

    @Test
    @Mqtt5("MQTT-3.1.2-9")
    void connect_carries_expiry_largest_packet_and_the_delay_of_the_will() {
        session = session(options(ProtocolVersion.V5)
                .cleanSession(true)
                .sessionExpiry(Optional.of(Duration.ofHours(1).minusMillis(500))) // Rounded up.
                .maxPacketSize(100_000)
                .will(Optional.of(
                        new Will("gone", "x".getBytes(UTF_8), QoS.AT_LEAST_ONCE, false, Duration.ofSeconds(9))))
                .build());
        start();
        assertEquals(
                List.of("CONNECT MQTT5 clean keep-alive 30 property 17=3600 property 33=65535 property 39=100000"
                        + " id sensor property 24=9 will gone x qos 1"),
                network.broker().packets());
        network.broker().send(Packets.connack5(false, 0));
        network.broker().close();
        network.advance(Duration.ofSeconds(1));
        assertTrue(network.broker().packets().get(0).startsWith("CONNECT MQTT5 persistent"));
    }

    @ParameterizedTest
    @CsvSource({"refused by 3.1.1", "refused by 5", "accepted by 3.1.1", "closed"})
    void where_the_broker_does_not_accept_5_the_older_version_is_tried_at_once_and_remembered(String answer) {
        session = session(options(ProtocolVersion.AUTO).build());
        start();
        assertTrue(network.broker().packets().get(0).startsWith("CONNECT MQTT5 "));
        switch (answer) {
            case "refused by 3.1.1" -> network.broker().send(Packets.connack(false, 1));
            case "refused by 5" -> network.broker().send(Packets.connack5(false, 0x84));
            case "accepted by 3.1.1" -> network.broker().send(Packets.connack(false, 0));
            default -> network.broker().close();
        }
        assertEquals(2, network.connectionCount());
        assertTrue(network.broker().packets().get(0).startsWith("CONNECT MQTT4 "));
        network.broker().send(Packets.connack(false, 0));
        assertEquals(List.of("Connected to broker:1883 as sensor with MQTT 3.1.1"), log.take());

        network.broker().close();
        network.advance(Duration.ofSeconds(1));
        assertTrue(network.broker().packets().get(0).startsWith("CONNECT MQTT4 "));
    }

    @Test
    void a_broker_that_accepts_neither_version_is_asked_for_both_with_pauses() {
        session = session(options(ProtocolVersion.AUTO).build());
        start();
        for (int i = 0; i < 3; i++) {
            assertTrue(network.broker().packets().get(0).startsWith("CONNECT MQTT5 "));
            network.broker().close();
            assertTrue(network.broker().packets().get(0).startsWith("CONNECT MQTT4 "));
            int connections = network.connectionCount();
            network.broker().close();
            assertEquals(connections, network.connectionCount());
            network.advance(Duration.ofSeconds(1));
        }
    }

    @Test
    void a_version_that_worked_is_kept_when_the_broker_closes_without_an_answer() {
        session = session(options(ProtocolVersion.AUTO).build());
        start();
        network.broker().send(Packets.connack5(false, 0));
        network.broker().close();
        network.advance(Duration.ofSeconds(1));
        network.broker().close();
        network.advance(Duration.ofSeconds(1));
        assertTrue(network.broker().packets().get(0).startsWith("CONNECT MQTT5 "));
    }

    @ParameterizedTest
    @CsvSource({"closes, ", "refuses, 5", "does not answer, "})
    void a_broker_that_does_not_answer_to_5_in_time_is_tried_with_the_older_version_and_later_with_5_again(
            String then, Integer refusal) {
        session = session(options(ProtocolVersion.AUTO).build());
        start();
        network.advance(CONNECT_TIMEOUT);
        assertTrue(network.broker().packets().get(0).startsWith("CONNECT MQTT4 "));
        switch (then) {
            case "closes" -> {
                network.broker().send(Packets.connack(false, 0));
                assertEquals(List.of("Connected to broker:1883 as sensor with MQTT 3.1.1"), log.take());
                network.broker().close();
            }
            case "refuses" -> network.broker().send(Packets.connack(false, refusal));
            default -> network.advance(CONNECT_TIMEOUT);
        }
        network.advance(Duration.ofSeconds(1));
        assertEquals(3, network.connectionCount());
        assertTrue(network.broker().packets().get(0).startsWith("CONNECT MQTT5 "));

        network.broker().send(Packets.connack5(false, 0));
        network.broker().close();
        network.advance(Duration.ofSeconds(1));
        assertTrue(network.broker().packets().get(0).startsWith("CONNECT MQTT5 "));
    }

    @Test
    void a_version_that_worked_is_kept_when_the_broker_does_not_answer_in_time() {
        session = session(options(ProtocolVersion.AUTO).build());
        start();
        network.broker().send(Packets.connack5(false, 0));
        network.broker().close();
        network.advance(Duration.ofSeconds(1));
        network.advance(CONNECT_TIMEOUT);
        network.advance(Duration.ofSeconds(1));
        assertEquals(3, network.connectionCount());
        assertTrue(network.broker().packets().get(0).startsWith("CONNECT MQTT5 "));
    }

    @Test
    void what_a_broker_has_answered_after_it_was_slow_is_remembered() {
        session = session(options(ProtocolVersion.AUTO).build());
        start();
        network.advance(CONNECT_TIMEOUT);
        network.broker().close();
        network.advance(Duration.ofSeconds(1));
        network.broker().send(Packets.connack5(false, 0x84));
        network.broker().send(Packets.connack(false, 0));
        network.broker().close();
        network.advance(Duration.ofSeconds(1));
        assertEquals(5, network.connectionCount());
        assertTrue(network.broker().packets().get(0).startsWith("CONNECT MQTT4 "));
    }

    @Test
    void a_refusal_for_another_reason_does_not_change_the_version() {
        session = session(options(ProtocolVersion.AUTO).build());
        start();
        network.broker().send(Packets.connack5(false, 0x87, Packets.text(REASON_STRING, "ask Alice")));
        assertEquals(1, network.connectionCount());
        assertEquals(
                List.of("Is not connected to broker:1883 as sensor: the broker refuses: not authorized (ask Alice);"
                        + " trying again"),
                log.take());
    }

    // What the broker says

    @ParameterizedTest
    @CsvSource({
        "0x8e, session taken over by another client with the same id",
        "0x8d, keep alive timeout",
        "0x87, not authorized",
        "0x97, quota exceeded",
        "0x95, packet too large",
        "0x8b, server shutting down",
        "0xf0, reason code 0xf0"
    })
    @Mqtt5("MQTT-4.13.2-1")
    void the_log_says_why_the_broker_ends_the_connection(int reasonCode, String words) {
        connect();
        log.take();
        network.broker().send(Packets.disconnect5(reasonCode));
        assertEquals(
                List.of("Is not connected to broker:1883 as sensor: the broker ends the connection: " + words
                        + "; trying again"),
                log.take());
    }

    @Test
    void a_session_that_the_broker_keeps_for_a_shorter_time_is_a_warning() {
        connect(Packets.number(SESSION_EXPIRY, 4, 3_600));
        assertEquals(
                List.of(
                        "Connected to broker:1883 as sensor with MQTT 5",
                        "broker:1883 as sensor: the broker keeps the session for 3600 s only after a connection has ended,"
                                + " where for ever was asked for"),
                log.take());
    }

    @Test
    void the_client_id_that_the_broker_assigns_is_used_from_then_on() {
        session = session(SessionOptions.builder(new Broker("broker", 1883, "broker"), "")
                .version(ProtocolVersion.V5)
                .build());
        connect(Packets.text(CLIENT_ID, "auto-1"));
        network.broker().close();
        network.advance(Duration.ofSeconds(1));
        assertTrue(network.broker().packets().get(0).endsWith(" id auto-1"));
    }

    @Test
    @Mqtt5({"MQTT-3.1.2-21", "MQTT-3.2.2-21"})
    void the_keep_alive_of_the_broker_counts() {
        connect(Packets.number(SERVER_KEEP_ALIVE, 2, 5));
        network.broker().packets();
        network.advance(Duration.ofSeconds(5));
        assertEquals(List.of("PINGREQ"), network.broker().packets());
    }

    // Subscribing and receiving

    @Test
    @Mqtt5("MQTT-3.8.3-4")
    void subscriptions_do_not_bring_retained_messages_again_nor_what_the_client_publishes() {
        session = session(options(ProtocolVersion.V5).noLocal(true).build());
        connect();
        network.broker().packets();
        session.subscribe(List.of("sensor/+", "$share/group/plant/#"), QoS.AT_LEAST_ONCE);
        network.run();
        // QoS 1, no local 4, retain handling 1 in bits 4 and 5 (3.8.3.1).
        assertEquals(
                List.of("SUBSCRIBE 1 sensor/+ qos 21 $share/group/plant/# qos 17"),
                network.broker().packets5());
    }

    @Test
    void a_retained_message_is_read_even_if_the_topic_is_subscribed_to_already_or_it_is_the_clients_own() {
        session = session(options(ProtocolVersion.V5).noLocal(true).build());
        connect();
        network.broker().packets();
        session.readRetained("state", Duration.ofMillis(50));
        network.run();
        // Neither no local nor another retain handling than 0 (3.8.3.1).
        assertEquals(List.of("SUBSCRIBE 1 state qos 0"), network.broker().packets5());
    }

    @Test
    void a_refused_subscription_is_told_with_its_reason() {
        connect();
        log.take();
        session.subscribe(List.of("sensor/+"), QoS.AT_LEAST_ONCE);
        network.broker().send(Packets.suback5(1, 0x87));
        assertEquals(
                List.of("broker:1883 as sensor: the broker refuses the subscription to sensor/+: not authorized;"
                        + " trying again"),
                log.take());
    }

    @Test
    void a_message_carries_its_user_properties() {
        connect();
        events.clear();
        network.broker()
                .send(Packets.publish5(
                        "sensor/a",
                        "21.5",
                        7,
                        Packets.text(USER_PROPERTY, "unit", "°C"),
                        Packets.text(USER_PROPERTY, "site", "north")));
        assertEquals(List.of("sensor/a 21.5 [unit=°C, site=north]"), events);
    }

    @Test
    @Mqtt5("MQTT-3.3.2-10")
    void the_broker_may_send_a_topic_once_and_then_its_alias() {
        session = session(options(ProtocolVersion.V5).topicAliases(256).build());
        start();
        assertTrue(network.broker().packets().get(0).contains(" property 34=256 "));
        network.broker().send(Packets.connack5(false, 0));
        events.clear();
        network.broker()
                .send(
                        Packets.publish5("sensor/a", "1", 1, Packets.number(TOPIC_ALIAS, 2, 256)),
                        Packets.publish5("sensor/b", "2", 2, Packets.number(TOPIC_ALIAS, 2, 1)),
                        Packets.publish5("", "3", 3, Packets.number(TOPIC_ALIAS, 2, 256)),
                        Packets.publish5("sensor/c", "4", 4, Packets.number(TOPIC_ALIAS, 2, 256)),
                        Packets.publish5("", "5", 5, Packets.number(TOPIC_ALIAS, 2, 256)),
                        Packets.publish5("", "6", 6, Packets.number(TOPIC_ALIAS, 2, 1)));
        assertEquals(
                List.of(
                        "sensor/a 1 []",
                        "sensor/b 2 []",
                        "sensor/a 3 []",
                        "sensor/c 4 []",
                        "sensor/c 5 []",
                        "sensor/b 6 []"),
                events);
    }

    @Test
    @Mqtt5("MQTT-3.3.2-7")
    void a_topic_alias_is_not_carried_to_another_connection() {
        session = session(options(ProtocolVersion.V5).topicAliases(256).build());
        connect();
        network.broker().send(Packets.publish5("sensor/a", "1", 1, Packets.number(TOPIC_ALIAS, 2, 1)));
        network.broker().close();
        network.advance(Duration.ofSeconds(1));
        network.broker().send(Packets.connack5(true, 0));
        events.clear();
        network.broker().send(Packets.publish5("", "2", 2, Packets.number(TOPIC_ALIAS, 2, 1)));
        assertEquals(List.of("disconnected"), events);
    }

    @Test
    void an_alias_of_a_topic_that_has_not_been_sent_ends_the_connection() {
        session = session(options(ProtocolVersion.V5).topicAliases(10).build());
        connect();
        network.broker().packets();
        network.broker().send(Packets.publish5("", "1", 1, Packets.number(TOPIC_ALIAS, 2, 10)));
        assertEquals(List.of("DISCONNECT reason 82"), network.broker().packets());
    }

    @Test
    void an_alias_beyond_the_maximum_ends_the_connection() {
        session = session(options(ProtocolVersion.V5).topicAliases(10).build());
        connect();
        network.broker().packets();
        network.broker().send(Packets.publish5("sensor/a", "1", 1, Packets.number(TOPIC_ALIAS, 2, 11)));
        assertEquals(List.of("DISCONNECT reason 94"), network.broker().packets());
    }

    @Test
    void what_a_message_says_besides_does_not_keep_it_from_being_delivered() {
        connect();
        events.clear();
        network.broker()
                .send(Packets.publish5(
                        "sensor/a",
                        "1",
                        1,
                        Packets.number(PAYLOAD_FORMAT, 1, 1),
                        Packets.number(MESSAGE_EXPIRY, 4, 1),
                        Packets.number(SUBSCRIPTION_ID, 1, 7),
                        Packets.number(SUBSCRIPTION_ID, 1, 9),
                        Packets.text(CONTENT_TYPE, "text/plain"),
                        Packets.text(RESPONSE_TOPIC, "reply")));
        assertEquals(List.of("sensor/a 1 []"), events);
    }

    // Publishing

    @ParameterizedTest
    @EnumSource
    @Mqtt5({"MQTT-4.3.3-7", "MQTT-1.5.7-1"})
    void a_message_is_sent_with_its_properties_also_again_however_late(QoS qos) {
        connect();
        network.broker().packets();
        PublishProperties properties = new PublishProperties(
                        List.of(Map.entry("site", "north"), Map.entry("site", "süd")),
                        Optional.of(Duration.ofMillis(59_001)))
                .withUserProperty("", "");
        CompletableFuture<Void> published = session.publish("a", "x".getBytes(UTF_8), qos, false, properties)
                .toCompletableFuture();
        network.run();
        String sent = network.broker().packets5().get(0);
        assertTrue(sent.endsWith(" property 2=60 property 38=site=north property 38=site=süd property 38=="), sent);
        if (qos == QoS.AT_MOST_ONCE) {
            assertTrue(published.isDone());
            return;
        }
        network.broker().close();
        network.advance(Duration.ofMinutes(2));
        network.broker().packets5();
        network.broker().send(Packets.connack5(true, 0));
        assertEquals(
                List.of(sent.replaceFirst(" property", " duplicate property")),
                network.broker().packets5());
    }

    @Test
    void with_mqtt_3_1_1_no_properties_are_sent() {
        session = session(options(ProtocolVersion.V3_1_1).build());
        start();
        network.broker().send(Packets.connack(false, 0));
        network.broker().packets();
        session.publish(
                "a", "x".getBytes(UTF_8), QoS.AT_MOST_ONCE, false, PublishProperties.NONE.withUserProperty("b", "c"));
        network.run();
        assertEquals(List.of("PUBLISH a x qos 0"), network.broker().packets());
    }

    @Test
    @Mqtt5("MQTT-3.2.2-15")
    void properties_count_for_the_size_that_the_broker_allows() {
        connect(Packets.number(MAXIMUM_PACKET_SIZE, 4, 100));
        network.broker().packets();
        CompletableFuture<Void> large = session.publish(
                        "a",
                        "x".getBytes(UTF_8),
                        QoS.AT_LEAST_ONCE,
                        false,
                        PublishProperties.NONE.withUserProperty("name", "é".repeat(45)))
                .toCompletableFuture();
        assertInstanceOf(IllegalArgumentException.class, failure(large));
        assertEquals(List.of(), network.broker().packets5());
    }

    @ParameterizedTest
    @Mqtt5("MQTT-1.5.7-1")
    @ValueSource(strings = {"a\0b", "\ud800", "long"})
    void a_user_property_that_cannot_be_sent_is_refused(String text) {
        connect();
        network.broker().packets();
        String refused = text.equals("long") ? "x".repeat(65_536) : text;
        for (PublishProperties properties : List.of(
                PublishProperties.NONE.withUserProperty(refused, "x"),
                PublishProperties.NONE.withUserProperty("x", refused))) {
            assertInstanceOf(
                    IllegalArgumentException.class,
                    failure(session.publish("a", new byte[0], QoS.AT_LEAST_ONCE, false, properties)
                            .toCompletableFuture()));
        }
        assertEquals(List.of(), network.broker().packets5());
    }

    @Test
    void a_message_expiry_is_not_negative() {
        Optional<Duration> negative = Optional.of(Duration.ofSeconds(-1));
        assertThrows(IllegalArgumentException.class, () -> new PublishProperties(List.of(), negative));
    }

    @Test
    @Mqtt5({"MQTT-3.3.4-7", "MQTT-4.9.0-2"})
    void no_more_messages_are_unanswered_than_the_broker_allows() {
        connect(Packets.number(RECEIVE_MAXIMUM, 2, 2));
        network.broker().packets();
        for (String topic : List.of("a", "b", "c", "d")) {
            publish(topic, QoS.AT_LEAST_ONCE);
        }
        network.run();
        assertEquals(2, network.broker().packets5().size());
        network.broker().send(Packets.puback(1));
        assertEquals(List.of("PUBLISH 3 c x qos 1"), network.broker().packets5());
    }

    @Test
    @Mqtt5({"MQTT-3.2.2-11", "MQTT-3.2.2-14", "MQTT-3.2.2-15"})
    void messages_are_published_as_the_broker_supports_it() {
        connect(
                Packets.number(MAXIMUM_QOS, 1, 0),
                Packets.number(RETAIN_AVAILABLE, 1, 0),
                Packets.number(MAXIMUM_PACKET_SIZE, 4, 100));
        network.broker().packets();
        CompletableFuture<Void> lowered = session.publish("a", "x".getBytes(UTF_8), QoS.EXACTLY_ONCE, true)
                .toCompletableFuture();
        network.run();
        assertEquals(List.of("PUBLISH a x qos 0"), network.broker().packets5());
        assertTrue(lowered.isDone());
        assertInstanceOf(
                IllegalArgumentException.class,
                failure(session.publish("a", new byte[100], QoS.AT_LEAST_ONCE, false)
                        .toCompletableFuture()));
    }

    @Test
    @Mqtt5("MQTT-3.2.2-15")
    void a_message_that_waited_and_is_too_large_for_the_broker_is_refused() {
        CompletableFuture<Void> large =
                session.publish("a", new byte[100], QoS.AT_LEAST_ONCE, false).toCompletableFuture();
        CompletableFuture<Void> small = publish("b", QoS.AT_LEAST_ONCE);
        connect(Packets.number(MAXIMUM_PACKET_SIZE, 4, 100));
        assertInstanceOf(IllegalArgumentException.class, failure(large));
        network.broker().send(Packets.puback(2));
        assertTrue(small.isDone());
    }

    @Test
    @Mqtt5("MQTT-4.4.0-2")
    void a_message_that_the_broker_refuses_is_given_up_with_its_reason() {
        connect();
        CompletableFuture<Void> refused = publish("a", QoS.AT_LEAST_ONCE);
        CompletableFuture<Void> unheard = publish("b", QoS.AT_LEAST_ONCE);
        network.broker().send(Packets.puback5(1, 0x97, Packets.text(REASON_STRING, "full")), Packets.puback5(2, 0x10));
        PublishRefusedException refusal = assertInstanceOf(PublishRefusedException.class, failure(refused));
        assertEquals(0x97, refusal.reasonCode());
        assertEquals("the broker refuses the message: quota exceeded (full)", refusal.getMessage());
        assertTrue(unheard.isDone() && !unheard.isCompletedExceptionally());
    }

    private static SessionOptions.Builder options(ProtocolVersion version) {
        return SessionOptions.builder(new Broker("broker", 1883, "broker"), "sensor")
                .version(version)
                .cleanSession(false)
                .connectTimeout(CONNECT_TIMEOUT)
                .longestPause(Duration.ofMillis(500));
    }

    private Session session(SessionOptions options) {
        Session created = new Session(network, options);
        created.listen(new SessionListener() {

            @Override
            public void connected(boolean sessionPresent) {
                events.add("connected");
            }

            @Override
            public void disconnected() {
                events.add("disconnected");
            }

            @Override
            public void received(InboundPublish message) {
                events.add(message.topic() + " " + new String(message.copyPayload(100), UTF_8) + " "
                        + message.userProperties());
            }
        });
        return created;
    }

    private void start() {
        session.start();
        network.run();
    }

    private void connect(byte[]... properties) {
        start();
        network.broker().send(Packets.connack5(false, 0, properties));
        assertTrue(session.isConnected());
    }

    private CompletableFuture<Void> publish(String topic, QoS qos) {
        CompletableFuture<Void> published =
                session.publish(topic, "x".getBytes(UTF_8), qos, false).toCompletableFuture();
        assertFalse(published.isDone());
        return published;
    }

    private static Throwable failure(CompletableFuture<?> future) {
        assertTrue(future.isDone());
        return assertThrows(CompletionException.class, future::join).getCause();
    }
}
