package dev.sensorline.mqtt.client.vertx;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.sensorline.mqtt.client.InboundPublish;
import dev.sensorline.mqtt.client.MqttSession;
import dev.sensorline.mqtt.client.ProtocolVersion;
import dev.sensorline.mqtt.client.QoS;
import dev.sensorline.mqtt.client.SessionListener;
import dev.sensorline.mqtt.client.SessionOptions;
import dev.sensorline.mqtt.client.SessionOptions.Broker;
import dev.sensorline.mqtt.client.SessionOptions.Credentials;
import dev.sensorline.mqtt.client.Will;

/**
 * What MQTT requires of a client, where no other test of this package proves it: each test names the normative statements that it
 * proves. {@link ConformanceTableTest} compares them with {@code docs/architecture/mqtt-conformance.md}.
 */
class ConformanceTest {

    private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);
    private static final int DUPLICATE = 8;
    private static final int RECEIVE_MAXIMUM = 0x21;
    private static final int TOPIC_ALIAS_MAXIMUM = 0x22;
    private static final int MAXIMUM_QOS = 0x24;
    private static final int MAXIMUM_PACKET_SIZE = 0x27;

    private final VirtualNetwork network = new VirtualNetwork();
    private final LogLines log = new LogLines(MqttSession.class);
    private final List<String> events = new ArrayList<>();
    private ProtocolVersion version = ProtocolVersion.V3_1_1;
    private Session session;

    @AfterEach
    void stop() {
        log.close();
    }

    // Connecting (3.1, 3.2)

    @EachVersion
    @Mqtt311({"MQTT-3.1.0-1", "MQTT-3.1.0-2"})
    @Mqtt5({"MQTT-3.1.0-1", "MQTT-3.1.0-2"})
    void connect_is_the_first_packet_and_is_sent_once(ProtocolVersion version) {
        start(options(version));
        session.subscribe(List.of("sensor/+"), QoS.AT_LEAST_ONCE);
        publish("early", QoS.AT_LEAST_ONCE);
        network.run();
        assertEquals(1, sent().size());
        accept(false);
        assertEquals(
                List.of("SUBSCRIBE", "PUBLISH"),
                sent().stream().map(packet -> packet.split(" ")[0]).toList());
    }

    @EachVersion
    @Mqtt311({
        "MQTT-3.1.2-9",
        "MQTT-3.1.2-14",
        "MQTT-3.1.2-19",
        "MQTT-3.1.2-21",
        "MQTT-3.1.3-1",
        "MQTT-3.1.3-3",
        "MQTT-3.1.3-4",
        "MQTT-3.1.3-10",
        "MQTT-3.1.3-11",
        "MQTT-1.5.3-1"
    })
    @Mqtt5({
        "MQTT-3.1.2-1",
        "MQTT-3.1.2-9",
        "MQTT-3.1.2-12",
        "MQTT-3.1.2-17",
        "MQTT-3.1.2-19",
        "MQTT-3.1.3-1",
        "MQTT-3.1.3-3",
        "MQTT-3.1.3-4",
        "MQTT-3.1.3-11",
        "MQTT-3.1.3-12",
        "MQTT-1.5.4-1"
    })
    void connect_has_its_fields_in_order_and_as_utf_8(ProtocolVersion version) {
        for (QoS qos : QoS.values()) {
            start(options(version, "Fühler-\ud83c\udf21")
                    .credentials(new Credentials(Optional.of("zoë"), Optional.of("geheim€")))
                    .will(Optional.of(new Will("küche/fort", "weg".getBytes(UTF_8), qos, false)))
                    .build());
            String connect = sent().get(0);
            assertTrue(connect.startsWith(is5() ? "CONNECT MQTT5 " : "CONNECT MQTT4 "), connect);
            assertTrue(
                    connect.endsWith((is5() ? " id Fühler-\ud83c\udf21 property 24=0" : " id Fühler-\ud83c\udf21")
                            + " will küche/fort weg qos " + qos.level() + " user zoë password geheim€"),
                    connect);
        }
    }

    @EachVersion
    @Mqtt311({"MQTT-3.1.2-11", "MQTT-3.1.2-13", "MQTT-3.1.2-15", "MQTT-3.1.2-18", "MQTT-3.1.2-20"})
    @Mqtt5({"MQTT-3.1.2-11", "MQTT-3.1.2-13", "MQTT-3.1.2-16", "MQTT-3.1.2-18"})
    void connect_without_a_will_and_a_user_has_neither_their_fields_nor_their_flags(ProtocolVersion version) {
        start(options(version));
        // That the flags fit, and that nothing follows, is checked where the packet is read.
        assertTrue(sent().get(0).endsWith(" id sensor"));
    }

    @Test
    @Mqtt311("MQTT-3.1.2-22")
    void a_password_without_a_user_name_is_refused() {
        assertThrows(IllegalArgumentException.class, () -> new Credentials(Optional.empty(), Optional.of("secret")));
    }

    @Test
    @Mqtt311("MQTT-3.1.3-7")
    void without_a_client_id_the_session_is_a_clean_one() {
        start(options(ProtocolVersion.V3_1_1, "").cleanSession(false).build());
        assertEquals(List.of("CONNECT MQTT4 clean keep-alive 15 id "), sent());
    }

    @EachVersion
    @Mqtt311("MQTT-3.1.3-2")
    @Mqtt5("MQTT-3.1.3-2")
    void each_connection_has_the_same_client_id(ProtocolVersion version) {
        start(options(version));
        for (int i = 0; i < 3; i++) {
            assertTrue(sent().get(0).endsWith(" id sensor"));
            accept(true);
            loseConnection();
        }
    }

    @EachVersion
    @Mqtt311({"MQTT-1.5.3-1", "MQTT-1.5.3-2"})
    @Mqtt5({"MQTT-1.5.4-1", "MQTT-1.5.4-2"})
    void what_cannot_be_a_text_is_refused_as_client_id_user_name_and_will(ProtocolVersion version) {
        for (String text : List.of("a\0b", "\ud800", "\udc00b", "x".repeat(65_536))) {
            assertRefused(options(version, text));
            assertRefused(options(version, "sensor").credentials(new Credentials(Optional.of(text), Optional.empty())));
            assertRefused(
                    options(version, "sensor").will(Optional.of(new Will(text, new byte[0], QoS.AT_MOST_ONCE, false))));
        }
    }

    @EachVersion
    @Mqtt311({"MQTT-4.7.1-1", "MQTT-4.7.3-1"})
    @Mqtt5({"MQTT-4.7.0-1", "MQTT-4.7.3-1"})
    void a_will_is_for_a_topic(ProtocolVersion version) {
        for (String topic : List.of("", "gone/+", "#")) {
            assertRefused(options(version, "sensor")
                    .will(Optional.of(new Will(topic, new byte[0], QoS.AT_MOST_ONCE, false))));
        }
    }

    private void assertRefused(SessionOptions.Builder options) {
        assertThrows(IllegalArgumentException.class, () -> new Session(network, options.build()));
    }

    @Test
    @Mqtt311("MQTT-3.1.2-6")
    void a_clean_session_of_mqtt_3_1_1_uses_nothing_of_an_earlier_one() {
        start(options(version, "sensor").cleanSession(true).build());
        sent();
        accept(false);
        publish("a", QoS.EXACTLY_ONCE);
        send(Packets.pubrec(1), publication("in", 2, 7));
        assertEquals(List.of("PUBLISH 1 a x qos 2", "PUBREL 1"), sent());
        events.clear();
        loseConnection();
        sent();
        // Against the specification, and without an effect.
        accept(true);
        send(publication("in", 2, 7));
        assertEquals(List.of("PUBLISH 2 a x qos 2"), sent());
        assertEquals(List.of("in x"), events);
    }

    @Test
    @Mqtt5({"MQTT-3.1.2-4", "MQTT-3.2.2-4"})
    void a_clean_start_that_the_broker_answers_with_a_session_ends_the_connection() {
        start(options(ProtocolVersion.V5, "sensor").cleanSession(true).build());
        sent();
        send(Packets.connack5(true, 0));
        assertEquals(List.of("DISCONNECT reason 82"), sent());
        assertFalse(network.broker().isOpen());
        assertFalse(session.isConnected());
    }

    @EachVersion
    @Mqtt5("MQTT-4.13.2-1")
    void a_refused_connection_is_closed(ProtocolVersion version) {
        start(options(version));
        send(is5() ? Packets.connack5(false, 0x87) : Packets.connack(false, Packets.REFUSED_NOT_AUTHORIZED));
        assertFalse(network.broker().isOpen());
    }

    // Keep-alive (3.1.2.10)

    @EachVersion
    @Mqtt311("MQTT-3.1.2-23")
    @Mqtt5("MQTT-3.1.2-20")
    void pingreq_is_sent_after_each_keep_alive_in_which_nothing_else_is_sent(ProtocolVersion version) {
        connect(version);
        for (int i = 0; i < 3; i++) {
            network.advance(KEEP_ALIVE.minusMillis(1));
            assertEquals(List.of(), sent());
            network.advance(Duration.ofMillis(1));
            assertEquals(List.of("PINGREQ"), sent());
            send(Packets.pingresp());
        }
    }

    // The form of packets (2)

    @EachVersion
    @Mqtt311({
        "MQTT-2.2.2-1",
        "MQTT-3.6.1-1",
        "MQTT-3.8.1-1",
        "MQTT-3.10.1-1",
        "MQTT-2.3.1-5",
        "MQTT-3.3.1-2",
        "MQTT-4.3.1-1",
        "MQTT-3.3.2-1"
    })
    @Mqtt5({
        "MQTT-2.1.3-1",
        "MQTT-2.2.2-1",
        "MQTT-3.6.1-1",
        "MQTT-3.8.1-1",
        "MQTT-3.10.1-1",
        "MQTT-2.2.1-2",
        "MQTT-3.3.1-2",
        "MQTT-4.3.1-1",
        "MQTT-3.3.2-1",
        "MQTT-3.4.2-1",
        "MQTT-3.5.2-1",
        "MQTT-3.6.2-1",
        "MQTT-3.7.2-1",
        "MQTT-3.14.2-1",
        "MQTT-3.3.4-6",
        "MQTT-4.12.0-7"
    })
    void every_packet_has_the_form_that_the_version_requires(ProtocolVersion version) {
        connect(version);
        session.subscribe(List.of("sensor/+"), QoS.AT_LEAST_ONCE);
        network.run();
        session.unsubscribe(List.of("sensor/+"));
        publish("a", QoS.AT_MOST_ONCE);
        publish("b", QoS.AT_LEAST_ONCE);
        publish("c", QoS.EXACTLY_ONCE);
        send(Packets.pubrec(4), publication("in", 1, 7), publication("in", 2, 8), Packets.pubrel(9));
        session.acknowledge(new int[] {7, 8}, 2);
        network.advance(KEEP_ALIVE);
        session.stop();
        network.run();
        // Reserved flags, packet ids and empty properties are checked where packets are read.
        assertEquals(
                List.of(
                        is5() ? "SUBSCRIBE 1 sensor/+ qos 17" : "SUBSCRIBE 1 sensor/+ qos 1",
                        "UNSUBSCRIBE 2 sensor/+",
                        "PUBLISH a x qos 0",
                        "PUBLISH 3 b x qos 1",
                        "PUBLISH 4 c x qos 2",
                        "PUBREL 4",
                        "PUBCOMP 9",
                        "PUBACK 7",
                        "PUBREC 8",
                        "PINGREQ",
                        "DISCONNECT"),
                sent());
    }

    @EachVersion
    @Mqtt5("MQTT-1.5.5-1")
    void a_length_has_no_more_bytes_than_it_needs(ProtocolVersion version) {
        connect(version);
        for (int bytes : List.of(0, 100, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152)) {
            session.publish("a", new byte[bytes], QoS.AT_MOST_ONCE, false);
            network.run();
            // Checked where the packet is read.
            assertEquals(1, sent().size());
        }
    }

    @EachVersion
    @Mqtt311({"MQTT-1.5.3-3", "MQTT-1.5.3-1"})
    @Mqtt5({"MQTT-1.5.4-3", "MQTT-1.5.4-1"})
    void a_text_is_sent_and_received_as_it_is(ProtocolVersion version) {
        connect(version);
        String topic = "\ufeffküche/\ud83c\udf21/\u0001\ufffd";
        publish(topic, QoS.AT_MOST_ONCE);
        send(publication(topic, 0, 0));
        assertEquals(List.of("PUBLISH " + topic + " x qos 0"), sent());
        assertEquals(List.of(topic + " x"), events);
    }

    @EachVersion
    @Mqtt311({"MQTT-2.3.1-1", "MQTT-2.3.1-2", "MQTT-4.3.2-1", "MQTT-4.3.3-1"})
    @Mqtt5({"MQTT-2.2.1-3", "MQTT-4.3.2-1", "MQTT-4.3.3-1"})
    void every_packet_that_awaits_an_answer_has_a_packet_id_of_its_own(ProtocolVersion version) {
        connect(version);
        session.subscribe(List.of("sensor/+"), QoS.AT_LEAST_ONCE);
        network.run();
        session.unsubscribe(List.of("stale"));
        for (int i = 3; i <= 65_535; i++) {
            session.publish("a", new byte[0], i % 2 == 0 ? QoS.AT_LEAST_ONCE : QoS.EXACTLY_ONCE, false);
        }
        network.run();
        assertEquals(
                IntStream.rangeClosed(1, 65_535).boxed().toList(),
                sent().stream()
                        .map(packet -> Integer.valueOf(packet.split(" ")[1]))
                        .toList());
        // An id is free again after SUBACK, UNSUBACK, PUBACK and PUBCOMP, and not after PUBREC.
        publish("b", QoS.AT_LEAST_ONCE);
        publish("c", QoS.AT_LEAST_ONCE);
        publish("d", QoS.AT_LEAST_ONCE);
        publish("e", QoS.AT_LEAST_ONCE);
        send(Packets.pubrec(3));
        assertEquals(List.of("PUBREL 3"), sent());
        send(suback(1, 1), unsuback(2), Packets.puback(4), Packets.pubcomp(3));
        assertEquals(
                List.of("PUBLISH 1 b x qos 1", "PUBLISH 2 c x qos 1", "PUBLISH 4 d x qos 1", "PUBLISH 3 e x qos 1"),
                sent());
    }

    // Topics and topic filters (4.7, MQTT 5, 4.8.2)

    @EachVersion
    @Mqtt311({
        "MQTT-1.5.3-1",
        "MQTT-1.5.3-2",
        "MQTT-3.3.2-2",
        "MQTT-4.7.1-1",
        "MQTT-4.7.3-1",
        "MQTT-4.7.3-2",
        "MQTT-4.7.3-3"
    })
    @Mqtt5({
        "MQTT-1.5.4-1",
        "MQTT-1.5.4-2",
        "MQTT-3.3.2-2",
        "MQTT-4.7.0-1",
        "MQTT-4.7.3-1",
        "MQTT-4.7.3-2",
        "MQTT-4.7.3-3"
    })
    void nothing_is_published_on_what_is_no_topic(ProtocolVersion version) {
        connect(version);
        for (String topic : List.of(
                "", "sensor/+", "#", "a#b", "sensor\0", "\ud800", "a\udc00b", "x".repeat(65_536), "ü".repeat(32_768))) {
            assertInstanceOf(IllegalArgumentException.class, failure(publish(topic, QoS.AT_MOST_ONCE)));
        }
        assertEquals(List.of(), sent());
        publish("x".repeat(65_535), QoS.AT_MOST_ONCE);
        assertEquals(1, sent().size());
    }

    @EachVersion
    @Mqtt311({
        "MQTT-1.5.3-1",
        "MQTT-1.5.3-2",
        "MQTT-3.8.3-1",
        "MQTT-3.10.3-1",
        "MQTT-4.7.1-2",
        "MQTT-4.7.1-3",
        "MQTT-4.7.3-1",
        "MQTT-4.7.3-2",
        "MQTT-4.7.3-3"
    })
    @Mqtt5({
        "MQTT-1.5.4-1",
        "MQTT-1.5.4-2",
        "MQTT-3.8.3-1",
        "MQTT-3.10.3-1",
        "MQTT-4.7.1-1",
        "MQTT-4.7.1-2",
        "MQTT-4.7.3-1",
        "MQTT-4.7.3-2",
        "MQTT-4.7.3-3",
        "MQTT-4.8.2-1",
        "MQTT-4.8.2-2"
    })
    void only_topic_filters_are_subscribed_to_and_unsubscribed_from(ProtocolVersion version) {
        connect(version);
        for (String filter : List.of(
                "",
                "a\0",
                "\ud800",
                "x".repeat(65_536),
                "a+",
                "a/b+/c",
                "a#",
                "#/a",
                "a/#/b",
                "$share/",
                "$share/group",
                "$share/group/",
                "$share//a",
                "$share/+/a",
                "$share/g#/a",
                "$share/group/a#")) {
            assertThrows(
                    IllegalArgumentException.class, () -> session.subscribe(List.of("a", filter), QoS.AT_LEAST_ONCE));
            assertInstanceOf(
                    IllegalArgumentException.class,
                    failure(session.unsubscribe(List.of("a", filter)).toCompletableFuture()));
        }
        network.run();
        assertEquals(List.of(), sent());
        List<String> filters =
                List.of("#", "+", "/", "+/+/#", "/küche/+/", "$SYS/#", "$share/group/+/#", "$share/g/" + "\ufeff");
        session.subscribe(filters, QoS.AT_LEAST_ONCE);
        session.unsubscribe(filters);
        network.run();
        assertEquals(2, sent().size());
    }

    @EachVersion
    @Mqtt311({"MQTT-3.8.3-3", "MQTT-3.10.3-2"})
    @Mqtt5({"MQTT-3.8.3-2", "MQTT-3.10.3-2"})
    void without_a_topic_filter_nothing_is_sent(ProtocolVersion version) {
        connect(version);
        session.subscribe(List.of(), QoS.AT_LEAST_ONCE);
        assertTrue(session.unsubscribe(List.of()).toCompletableFuture().isDone());
        network.run();
        assertEquals(List.of(), sent());
    }

    // Publishing (4.3, 4.4, 4.6)

    @EachVersion
    @Mqtt311({"MQTT-4.3.2-1", "MQTT-2.3.1-3", "MQTT-3.3.1-1", "MQTT-4.4.0-1", "MQTT-4.1.0-1", "MQTT-3.1.2-4"})
    @Mqtt5({
        "MQTT-4.3.2-2",
        "MQTT-4.3.2-3",
        "MQTT-2.2.1-5",
        "MQTT-3.3.1-1",
        "MQTT-3.3.1-3",
        "MQTT-4.4.0-1",
        "MQTT-4.1.0-1",
        "MQTT-3.1.2-23"
    })
    void a_message_of_qos_1_is_sent_again_on_each_connection_and_only_there_until_puback(ProtocolVersion version) {
        connect(version);
        CompletableFuture<Void> published = publish("a", QoS.AT_LEAST_ONCE);
        assertEquals(List.of("PUBLISH 1 a x qos 1"), sent());
        for (int i = 0; i < 2; i++) {
            keepAlive();
            assertFalse(published.isDone());
            reconnect(true);
            assertEquals(List.of("PUBLISH 1 a x qos 1 duplicate"), sent());
        }
        send(Packets.puback(1));
        assertTrue(published.isDone());
        reconnect(true);
        assertEquals(List.of(), sent());
    }

    @EachVersion
    @Mqtt311({"MQTT-4.3.3-1", "MQTT-2.3.1-3", "MQTT-2.3.1-6", "MQTT-4.4.0-1", "MQTT-4.1.0-1", "MQTT-3.1.2-4"})
    @Mqtt5({
        "MQTT-4.3.3-2",
        "MQTT-4.3.3-3",
        "MQTT-4.3.3-4",
        "MQTT-4.3.3-5",
        "MQTT-4.3.3-6",
        "MQTT-2.2.1-5",
        "MQTT-4.4.0-1",
        "MQTT-4.1.0-1",
        "MQTT-3.1.2-23"
    })
    void a_message_of_qos_2_is_sent_again_until_pubrec_and_then_its_pubrel_until_pubcomp(ProtocolVersion version) {
        connect(version);
        CompletableFuture<Void> published = publish("a", QoS.EXACTLY_ONCE);
        assertEquals(List.of("PUBLISH 1 a x qos 2"), sent());
        keepAlive();
        reconnect(true);
        assertEquals(List.of("PUBLISH 1 a x qos 2 duplicate"), sent());
        send(Packets.pubrec(1));
        assertEquals(List.of("PUBREL 1"), sent());
        for (int i = 0; i < 2; i++) {
            keepAlive();
            assertFalse(published.isDone());
            reconnect(true);
            assertEquals(List.of("PUBREL 1"), sent());
        }
        send(Packets.pubcomp(1));
        assertTrue(published.isDone());
        reconnect(true);
        assertEquals(List.of(), sent());
    }

    @EachVersion
    @Mqtt311({"MQTT-4.6.0-1", "MQTT-4.6.0-4"})
    @Mqtt5({"MQTT-4.6.0-1", "MQTT-4.6.0-4"})
    void messages_are_sent_again_in_their_order_and_released_in_that_of_pubrec(ProtocolVersion version) {
        connect(version);
        for (QoS qos : List.of(QoS.EXACTLY_ONCE, QoS.AT_LEAST_ONCE, QoS.EXACTLY_ONCE, QoS.AT_LEAST_ONCE)) {
            publish("a", qos);
        }
        sent();
        send(Packets.puback(2));
        reconnect(true);
        assertEquals(
                List.of(
                        "PUBLISH 1 a x qos 2 duplicate",
                        "PUBLISH 3 a x qos 2 duplicate",
                        "PUBLISH 4 a x qos 1 duplicate"),
                sent());
        send(Packets.pubrec(3), Packets.pubrec(1));
        assertEquals(List.of("PUBREL 3", "PUBREL 1"), sent());
    }

    @EachVersion
    @Mqtt311("MQTT-3.1.2-6")
    @Mqtt5("MQTT-3.2.2-5")
    void where_the_broker_has_no_session_the_state_of_the_earlier_one_is_discarded(ProtocolVersion version) {
        connect(version);
        publish("a", QoS.AT_LEAST_ONCE);
        publish("b", QoS.EXACTLY_ONCE);
        send(Packets.pubrec(2), publication("in", 2, 7));
        sent();
        events.clear();
        reconnect(false);
        // New ids, no DUP, no PUBREL.
        assertEquals(List.of("PUBLISH 3 a x qos 1", "PUBLISH 4 b x qos 2"), sent());
        send(publication("in", 2, 7));
        assertEquals(List.of("in x"), events);
    }

    @Test
    @Mqtt5("MQTT-4.4.0-2")
    void what_the_broker_refuses_is_not_sent_again() {
        connect(ProtocolVersion.V5);
        CompletableFuture<Void> once = publish("a", QoS.EXACTLY_ONCE);
        CompletableFuture<Void> atLeastOnce = publish("b", QoS.AT_LEAST_ONCE);
        sent();
        send(Packets.pubrec5(1, 0x97), Packets.puback5(2, 0x97));
        assertTrue(once.isCompletedExceptionally() && atLeastOnce.isCompletedExceptionally());
        reconnect(true);
        assertEquals(List.of(), sent());
    }

    @Test
    @Mqtt5({"MQTT-3.3.4-7", "MQTT-3.3.4-8", "MQTT-4.9.0-1", "MQTT-4.9.0-2", "MQTT-4.9.0-3"})
    void the_receive_maximum_of_the_broker_holds_back_publish_and_nothing_else() {
        connect(ProtocolVersion.V5, Packets.number(RECEIVE_MAXIMUM, 2, 2));
        for (String topic : List.of("a", "b", "c", "d", "e")) {
            publish(topic, QoS.EXACTLY_ONCE);
        }
        assertEquals(List.of("PUBLISH 1 a x qos 2", "PUBLISH 2 b x qos 2"), sent());
        publish("zero", QoS.AT_MOST_ONCE);
        session.subscribe(List.of("sensor/+"), QoS.AT_LEAST_ONCE);
        send(Packets.pubrec(1), publication("in", 1, 7), publication("in", 2, 8), Packets.pubrel(8));
        session.acknowledge(new int[] {7}, 1);
        network.advance(KEEP_ALIVE);
        assertEquals(
                List.of(
                        "PUBLISH zero x qos 0",
                        "SUBSCRIBE 3 sensor/+ qos 17",
                        "PUBREL 1",
                        "PUBCOMP 8",
                        "PUBACK 7",
                        "PINGREQ"),
                sent());
        send(Packets.pubcomp(1));
        assertEquals(List.of("PUBLISH 4 c x qos 2"), sent());
        send(Packets.pubrec5(2, 0x97), Packets.pubrec(4));
        assertEquals(List.of("PUBLISH 5 d x qos 2", "PUBREL 4"), sent());
    }

    @Test
    @Mqtt5("MQTT-3.2.2-11")
    void a_message_is_not_sent_again_above_the_maximum_qos() {
        connect(ProtocolVersion.V5);
        publish("a", QoS.EXACTLY_ONCE);
        publish("b", QoS.EXACTLY_ONCE);
        send(Packets.pubrec(1));
        sent();
        loseConnection();
        sent();
        send(Packets.connack5(true, 0, Packets.number(MAXIMUM_QOS, 1, 1)));
        assertEquals(List.of("PUBREL 1", "PUBLISH 3 b x qos 1"), sent());
    }

    @Test
    @Mqtt5("MQTT-3.2.2-15")
    void subscribe_and_unsubscribe_are_no_larger_than_the_broker_allows() {
        connect(ProtocolVersion.V5, Packets.number(MAXIMUM_PACKET_SIZE, 4, 40));
        String ten = "x".repeat(9);
        List<String> filters = List.of(ten + 1, ten + 2, ten + 3, "y".repeat(30));
        session.subscribe(filters, QoS.AT_LEAST_ONCE);
        network.run();
        assertEquals(
                List.of("SUBSCRIBE 1 xxxxxxxxx1 qos 17 xxxxxxxxx2 qos 17", "SUBSCRIBE 2 xxxxxxxxx3 qos 17"), sent());
        CompletableFuture<Void> unsubscribed = session.unsubscribe(filters).toCompletableFuture();
        network.run();
        assertEquals(List.of("UNSUBSCRIBE 4 xxxxxxxxx1 xxxxxxxxx2", "UNSUBSCRIBE 5 xxxxxxxxx3"), sent());
        send(unsuback(4), unsuback(5));
        assertInstanceOf(IllegalArgumentException.class, failure(unsubscribed));
    }

    @Test
    @Mqtt5({"MQTT-3.2.2-17", "MQTT-3.2.2-18", "MQTT-3.3.2-8", "MQTT-3.3.2-9"})
    void no_topic_alias_is_sent_even_where_the_broker_allows_them() {
        connect(ProtocolVersion.V5, Packets.number(TOPIC_ALIAS_MAXIMUM, 2, 10));
        publish("a", QoS.AT_MOST_ONCE);
        publish("a", QoS.AT_MOST_ONCE);
        // That there is no alias, and no subscription identifier, is checked where packets are read.
        assertEquals(List.of("PUBLISH a x qos 0", "PUBLISH a x qos 0"), sent());
    }

    @EachVersion
    @Mqtt311("MQTT-4.3.3-1")
    @Mqtt5("MQTT-4.3.2-3")
    void an_answer_to_another_quality_of_service_leaves_a_message_in_flight(ProtocolVersion version) {
        connect(version);
        publish("a", QoS.AT_LEAST_ONCE);
        publish("b", QoS.EXACTLY_ONCE);
        sent();
        send(Packets.pubrec(1), Packets.pubcomp(1), Packets.puback(2));
        reconnect(true);
        assertEquals(List.of("PUBLISH 1 a x qos 1 duplicate", "PUBLISH 2 b x qos 2 duplicate"), sent());
    }

    // Receiving (4.3, 4.5, 4.6)

    @EachVersion
    @Mqtt311({"MQTT-3.3.4-1", "MQTT-4.3.2-2", "MQTT-2.3.1-6", "MQTT-4.5.0-2"})
    @Mqtt5({"MQTT-3.3.4-1", "MQTT-4.3.2-4", "MQTT-4.3.2-5", "MQTT-2.2.1-5", "MQTT-4.5.0-2"})
    void a_message_of_qos_1_is_answered_with_puback_and_its_packet_id_is_then_that_of_a_new_one(
            ProtocolVersion version) {
        session = session(options(version));
        session.receiveAtMost(20, 1);
        start();
        accept(false);
        sent();
        events.clear();
        String tooLong = "x".repeat(200_000);
        send(publication("a", 0, 0), bytes("b", tooLong, 2, 7));
        assertEquals(List.of(), sent());
        session.acknowledge(new int[] {7}, 1);
        send(bytes("b", "y", DUPLICATE | 2, 7));
        session.acknowledge(new int[] {7}, 1);
        network.run();
        assertEquals(List.of("PUBACK 7", "PUBACK 7"), sent());
        assertEquals(3, events.size());
    }

    @EachVersion
    @Mqtt311({"MQTT-3.3.4-1", "MQTT-4.3.3-2", "MQTT-2.3.1-6"})
    @Mqtt5({"MQTT-3.3.4-1", "MQTT-4.3.3-8", "MQTT-4.3.3-10", "MQTT-4.3.3-11", "MQTT-4.3.3-12", "MQTT-2.2.1-5"})
    void a_message_of_qos_2_is_delivered_once_until_pubrel(ProtocolVersion version) {
        connect(version);
        send(bytes("a", "x", 4, 7));
        session.acknowledge(new int[] {7}, 1);
        network.run();
        assertEquals(List.of("PUBREC 7"), sent());
        send(bytes("a", "x", DUPLICATE | 4, 7));
        assertEquals(List.of("PUBREC 7"), sent());
        reconnect(true);
        send(bytes("a", "x", DUPLICATE | 4, 7));
        assertEquals(List.of("PUBREC 7"), sent());
        send(Packets.pubrel(7));
        assertEquals(List.of("PUBCOMP 7"), sent());
        send(bytes("a", "y", DUPLICATE | 4, 7));
        assertEquals(
                List.of("a x", "a y"),
                events.stream().filter(event -> event.startsWith("a")).toList());
    }

    @EachVersion
    @Mqtt311({"MQTT-4.6.0-2", "MQTT-4.6.0-3"})
    @Mqtt5({"MQTT-4.6.0-2", "MQTT-4.6.0-3"})
    void acknowledgements_leave_in_the_order_in_which_the_user_gives_them(ProtocolVersion version) {
        connect(version);
        for (int id = 1; id <= 8; id++) {
            send(publication("a", id % 2 + 1, id));
        }
        session.acknowledge(new int[] {1, 2, 3}, 3);
        session.acknowledge(new int[] {4, 5, 6, 7, 8}, 5);
        network.run();
        assertEquals(
                List.of("PUBREC 1", "PUBACK 2", "PUBREC 3", "PUBACK 4", "PUBREC 5", "PUBACK 6", "PUBREC 7", "PUBACK 8"),
                sent());
    }

    // Errors (4.8, MQTT 5, 4.13)

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Flags that are reserved.
                "41 02 00 01",
                "51 02 00 01",
                "60 02 00 01",
                "71 02 00 01",
                "91 03 00 01 00",
                "b1 02 00 01",
                "d1 00",
                // QoS 3.
                "36 05 00 01 61 00 01",
                // A wildcard in a topic, none at all, U+0000.
                "30 03 00 01 2b",
                "30 02 00 00",
                "30 05 00 03 61 00 62",
                // A packet id of 0, a length of more than four bytes, reserved types, what only a client sends.
                "32 05 00 01 61 00 00",
                "30 ff ff ff ff",
                "00 00",
                "f0 00",
                "c0 00",
                "e0 00",
                "82 06 00 01 00 01 61 00",
                // A second CONNACK.
                "20 02 00 00"
            })
    @Mqtt311({"MQTT-2.2.2-2", "MQTT-3.3.1-4", "MQTT-4.8.0-1", "MQTT-1.5.3-2"})
    void what_a_broker_must_not_send_ends_the_connection(String hex) {
        connect(ProtocolVersion.V3_1_1);
        send(HexFormat.ofDelimiter(" ").parseHex(hex), publication("later", 0, 0));
        assertFalse(network.broker().isOpen());
        assertFalse(session.isConnected());
        assertEquals(List.of(), events);
    }

    @ParameterizedTest
    @CsvSource({
        "41 02 00 01, 81",
        "60 02 00 01, 81",
        "91 04 00 01 00 00, 81",
        "36 06 00 01 61 00 01 00, 81",
        "30 06 00 03 61 00 62 00, 81",
        "32 06 00 01 61 00 00 00, 81",
        "e1 00, 81",
        "f1 00, 81",
        // Topic aliases, which are not allowed: one that has not been given, 0, one with a topic; no topic at all.
        "30 06 00 00 03 23 00 01, 94",
        "30 07 00 01 61 03 23 00 00, 94",
        "30 07 00 01 61 03 23 01 01, 94",
        "30 03 00 00 00, 82",
        // AUTH, which the client has not asked for.
        "f0 02 18 00, 82",
        "c0 00, 82",
        "20 03 00 00 00, 82"
    })
    @Mqtt5({"MQTT-2.1.3-1", "MQTT-3.3.1-4", "MQTT-3.14.1-1", "MQTT-3.15.1-1", "MQTT-3.14.2-1"})
    void what_a_broker_must_not_send_ends_a_connection_of_mqtt_5_with_a_reason(String hex, String reason) {
        connect(ProtocolVersion.V5);
        send(HexFormat.ofDelimiter(" ").parseHex(hex), publication("later", 0, 0));
        assertEquals(List.of("DISCONNECT reason " + reason), sent());
        assertFalse(network.broker().isOpen());
        assertEquals(List.of(), events);
    }

    @Test
    @Mqtt5("MQTT-3.14.2-1")
    void a_packet_that_is_too_large_ends_the_connection_with_a_reason() {
        session =
                session(options(ProtocolVersion.V5, "sensor").maxPacketSize(100).build());
        start();
        accept(false);
        sent();
        send(bytes("a", "x".repeat(200), 0, 0));
        assertEquals(List.of("DISCONNECT reason 95"), sent());
        assertFalse(network.broker().isOpen());
    }

    @EachVersion
    @Mqtt311("MQTT-4.8.0-1")
    void a_packet_before_connack_ends_the_connection(ProtocolVersion version) {
        start(options(version));
        sent();
        send(publication("a", 1, 7));
        assertEquals(List.of(), sent());
        assertFalse(network.broker().isOpen());
        assertEquals(List.of(), events);
    }

    @EachVersion
    @Mqtt311("MQTT-4.8.0-2")
    void a_failure_while_a_packet_is_handled_ends_the_connection(ProtocolVersion version) {
        session = session(options(version));
        session.listen(new SessionListener() {

            @Override
            public void connected(boolean sessionPresent) {}

            @Override
            public void disconnected() {}

            @Override
            public void received(InboundPublish message) {
                throw new IllegalStateException("no memory left");
            }
        });
        start();
        accept(false);
        send(publication("a", 1, 7));
        assertFalse(network.broker().isOpen());
    }

    @Test
    @Mqtt5("MQTT-4.13.2-1")
    void a_disconnect_of_the_broker_closes_the_connection() {
        connect(ProtocolVersion.V5);
        send(Packets.disconnect5(0x8b), publication("later", 0, 0));
        assertFalse(network.broker().isOpen());
        assertEquals(List.of(), events);
        assertEquals(List.of(), sent());
    }

    // Disconnecting (3.14)

    @EachVersion
    @Mqtt311("MQTT-3.14.4-2")
    @Mqtt5("MQTT-3.14.4-1")
    void nothing_is_sent_after_disconnect(ProtocolVersion version) {
        connect(version);
        CompletableFuture<Void> published = publish("a", QoS.EXACTLY_ONCE);
        send(publication("in", 1, 7), publication("in", 2, 8));
        session.acknowledge(new int[] {8}, 1);
        session.stop();
        network.run();
        assertEquals(List.of("PUBLISH 1 a x qos 2", "PUBREC 8", "DISCONNECT"), sent());
        CompletableFuture<Void> late = publish("b", QoS.AT_MOST_ONCE);
        publish("c", QoS.AT_LEAST_ONCE);
        session.subscribe(List.of("sensor/+"), QoS.AT_LEAST_ONCE);
        session.unsubscribe(List.of("stale"));
        session.acknowledge(new int[] {7}, 1);
        send(Packets.pubrec(1), Packets.pubrel(8));
        network.advance(KEEP_ALIVE.multipliedBy(2));
        assertEquals(List.of(), sent());
        assertTrue(late.isCompletedExceptionally());
        assertTrue(published.isCompletedExceptionally());
    }

    @EachVersion
    @Mqtt311("MQTT-3.14.4-1")
    @Mqtt5("MQTT-3.14.4-2")
    void after_disconnect_the_client_closes_the_connection(ProtocolVersion version) {
        connect(version);
        session.stop();
        network.run();
        assertEquals(List.of("DISCONNECT"), sent());
        network.advance(Duration.ofSeconds(1));
        assertFalse(network.broker().isOpen());
    }

    private static SessionOptions options(ProtocolVersion version) {
        return options(version, "sensor").build();
    }

    private static SessionOptions.Builder options(ProtocolVersion version, String clientId) {
        return SessionOptions.builder(new Broker("broker", 1883, "broker"), clientId)
                .version(version)
                .cleanSession(false)
                .keepAlive(KEEP_ALIVE)
                .longestPause(Duration.ofMillis(500));
    }

    private Session session(SessionOptions options) {
        version = options.version();
        Session created = new Session(network, options);
        created.listen(new SessionListener() {

            @Override
            public void connected(boolean sessionPresent) {}

            @Override
            public void disconnected() {}

            @Override
            public void received(InboundPublish message) {
                events.add(message.topic() + " " + new String(message.copyPayload(1), UTF_8));
            }
        });
        return created;
    }

    private void start(SessionOptions options) {
        session = session(options);
        start();
    }

    private void start() {
        session.start();
        network.run();
    }

    /** A connection that the broker has accepted. */
    private void connect(ProtocolVersion version, byte[]... properties) {
        start(options(version));
        sent();
        send(is5() ? Packets.connack5(false, 0, properties) : Packets.connack(false, 0));
        assertTrue(session.isConnected());
    }

    private void accept(boolean sessionPresent) {
        send(is5() ? Packets.connack5(sessionPresent, 0) : Packets.connack(sessionPresent, 0));
        assertTrue(session.isConnected());
    }

    private void loseConnection() {
        network.broker().close();
        while (!network.broker().isOpen()) {
            network.advance(Duration.ofMillis(1));
        }
    }

    private void reconnect(boolean sessionPresent) {
        loseConnection();
        sent();
        accept(sessionPresent);
    }

    /** Lets time pass in which a client must not send anything else. */
    private void keepAlive() {
        network.advance(KEEP_ALIVE);
        assertEquals(List.of("PINGREQ"), sent());
        send(Packets.pingresp());
    }

    private boolean is5() {
        return version == ProtocolVersion.V5;
    }

    private List<String> sent() {
        return is5() ? network.broker().packets5() : network.broker().packets();
    }

    private void send(byte[]... packets) {
        network.broker().send(packets);
    }

    private byte[] publication(String topic, int qos, int packetId) {
        return bytes(topic, "x", qos << 1, packetId);
    }

    private byte[] bytes(String topic, String payload, int flags, int packetId) {
        return Packets.publish(is5() ? 5 : 4, flags, topic.getBytes(UTF_8), payload, packetId);
    }

    private byte[] suback(int packetId, int... codes) {
        return is5() ? Packets.suback5(packetId, codes) : Packets.suback(packetId, codes);
    }

    private byte[] unsuback(int packetId) {
        return is5() ? Packets.unsuback5(packetId, 0) : Packets.unsuback(packetId);
    }

    private CompletableFuture<Void> publish(String topic, QoS qos) {
        CompletableFuture<Void> published =
                session.publish(topic, "x".getBytes(UTF_8), qos, false).toCompletableFuture();
        network.run();
        return published;
    }

    private static Throwable failure(CompletableFuture<?> future) {
        assertTrue(future.isDone());
        return assertThrows(CompletionException.class, future::join).getCause();
    }
}
