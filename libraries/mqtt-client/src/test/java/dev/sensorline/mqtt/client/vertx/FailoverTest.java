package dev.sensorline.mqtt.client.vertx;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.sensorline.mqtt.client.MqttSession;
import dev.sensorline.mqtt.client.ProtocolVersion;
import dev.sensorline.mqtt.client.QoS;
import dev.sensorline.mqtt.client.SessionListener;
import dev.sensorline.mqtt.client.SessionOptions;
import dev.sensorline.mqtt.client.SessionOptions.Broker;

/** A session with several brokers that speak by script, in virtual time. */
class FailoverTest {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

    private final VirtualNetwork network = new VirtualNetwork();
    private final LogLines log = new LogLines(MqttSession.class);
    private final List<String> events = new ArrayList<>();
    private Session session = session(options(ProtocolVersion.V3_1_1));

    @AfterEach
    void stop() {
        log.close();
    }

    @Test
    void a_session_without_a_broker_is_refused() {
        assertThrows(
                IllegalArgumentException.class,
                () -> SessionOptions.builder(List.of(), "sensor").build());
    }

    @Test
    void the_next_broker_is_tried_at_once_and_after_the_last_one_a_pause_is_made() {
        network.failWith("a");
        network.failWith("b");
        network.failWith("::1");
        start();
        assertEquals(List.of("a", "b", "::1"), network.takeHosts());
        assertEquals(List.of("a:1883", "b:1884", "[::1]:1883"), session.brokersDown());
        network.advance(LONGEST_PAUSE);
        List<String> hosts = network.takeHosts();
        assertEquals(List.of("a", "b", "::1"), hosts.subList(0, 3));
        assertEquals(
                List.of(
                        "Is not connected to a:1883 as sensor: Connection refused; trying b:1884",
                        "Is not connected to b:1884 as sensor: Connection refused; trying [::1]:1883",
                        "Is not connected to [::1]:1883 as sensor: Connection refused; trying a:1883"),
                log.take());
    }

    @Test
    void after_a_loss_the_broker_that_worked_is_tried_first_and_then_the_others() {
        network.failWith("a");
        start();
        accept(false);
        assertEquals(
                List.of(
                        "Is not connected to a:1883 as sensor: Connection refused; trying b:1884",
                        "Connected to b:1884 as sensor with MQTT 3.1.1"),
                log.take());
        assertEquals(List.of("a:1883"), session.brokersDown());
        network.advance(Duration.ofMinutes(1));
        assertEquals(List.of("a", "b"), network.takeHosts());

        network.broker().close();
        network.advance(LONGEST_PAUSE);
        accept(true);
        assertEquals(List.of("b"), network.takeHosts());
        network.broker().close();
        network.failWith("b");
        network.advance(LONGEST_PAUSE);
        assertEquals(List.of("b", "::1"), network.takeHosts());
        accept(false);
        assertEquals(List.of("a:1883", "b:1884"), session.brokersDown());
        network.broker().close();
        network.recover();
        network.failWith("::1");
        network.advance(LONGEST_PAUSE);
        assertEquals(List.of("::1", "a"), network.takeHosts());
        accept(false);
        assertEquals("Connected to a:1883 as sensor with MQTT 3.1.1", last(log.take()));
    }

    @Test
    void a_broker_that_refuses_or_does_not_answer_is_followed_by_the_next() {
        start();
        network.broker().send(Packets.connack(false, Packets.REFUSED_NOT_AUTHORIZED));
        assertEquals(List.of("a", "b"), network.takeHosts());
        network.advance(CONNECT_TIMEOUT);
        assertEquals(List.of("::1"), network.takeHosts());
        network.broker().close();
        network.run();
        assertEquals(List.of(), network.takeHosts());
        assertEquals(
                List.of(
                        "Is not connected to a:1883 as sensor: the broker refuses: not authorized; trying b:1884",
                        "Is not connected to b:1884 as sensor: the broker did not answer to CONNECT; trying [::1]:1883",
                        "Is not connected to [::1]:1883 as sensor: closed by the broker; trying a:1883"),
                log.take());
    }

    @Test
    void each_broker_has_a_version_of_its_own() {
        session = session(options(ProtocolVersion.AUTO));
        start();
        network.broker().send(Packets.connack5(false, 0x84));
        network.broker().send(Packets.connack(false, Packets.REFUSED_NOT_AUTHORIZED));
        assertEquals(List.of("a", "a", "b"), network.takeHosts());
        network.broker().send(Packets.connack5(false, 0));
        assertEquals("Connected to b:1884 as sensor with MQTT 5", last(log.take()));
        network.broker().close();
        network.failWith("b");
        network.failWith("::1");
        network.advance(LONGEST_PAUSE);
        accept(false);
        assertEquals("Connected to a:1883 as sensor with MQTT 3.1.1", last(log.take()));
    }

    @Test
    void another_broker_gets_what_is_in_flight_as_new_messages_whatever_session_it_has() {
        start();
        accept(false);
        CompletableFuture<Void> received = publish("1");
        CompletableFuture<Void> sent = publish("2");
        network.run();
        network.broker().packets();
        network.broker().send(Packets.pubrec(1));
        network.failWith("a");
        network.broker().close();
        events.clear();
        network.advance(LONGEST_PAUSE);
        network.broker().packets();
        network.broker().send(Packets.connack(true, 0));
        assertEquals(List.of("disconnected", "session lost", "connected, session present"), events);
        assertEquals(
                List.of("PUBLISH 3 state 1 qos 2", "PUBLISH 4 state 2 qos 2"),
                network.broker().packets());
        assertFalse(received.isDone() || sent.isDone());
    }

    @Test
    void the_first_session_of_a_process_is_gone_on_with() {
        start();
        accept(true);
        assertEquals(List.of("connected, session present"), events);
    }

    @Test
    void a_session_that_begins_anew_does_so_at_each_broker() {
        session = session(SessionOptions.builder(brokers(), "sensor")
                .version(ProtocolVersion.V5)
                .sessionExpiry(Optional.of(Duration.ofHours(1)))
                .longestPause(LONGEST_PAUSE)
                .build());
        start();
        network.broker().send(Packets.connack5(false, 0));
        network.failWith("a");
        network.broker().close();
        network.advance(LONGEST_PAUSE);
        assertTrue(network.broker().packets().get(0).startsWith("CONNECT MQTT5 clean "));
        network.broker().send(Packets.connack5(false, 0));
        network.broker().close();
        network.advance(LONGEST_PAUSE);
        assertTrue(network.broker().packets().get(0).startsWith("CONNECT MQTT5 persistent "));
    }

    private static List<Broker> brokers() {
        return List.of(new Broker("a", 1883, "a"), new Broker("b", 1884, "b"), new Broker("::1", 1883, "c"));
    }

    private static SessionOptions options(ProtocolVersion version) {
        return SessionOptions.builder(brokers(), "sensor")
                .version(version)
                .cleanSession(false)
                .connectTimeout(CONNECT_TIMEOUT)
                .longestPause(LONGEST_PAUSE)
                .build();
    }

    private Session session(SessionOptions options) {
        Session created = new Session(network, options);
        created.listen(new SessionListener() {

            @Override
            public void connected(boolean sessionPresent) {
                events.add(sessionPresent ? "connected, session present" : "connected");
            }

            @Override
            public void sessionLost() {
                events.add("session lost");
            }

            @Override
            public void disconnected() {
                events.add("disconnected");
            }
        });
        return created;
    }

    private void start() {
        session.start();
        network.run();
    }

    private void accept(boolean sessionPresent) {
        network.broker().send(Packets.connack(sessionPresent, 0));
        assertTrue(session.isConnected());
    }

    private CompletableFuture<Void> publish(String payload) {
        return session.publish("state", payload.getBytes(UTF_8), QoS.EXACTLY_ONCE, false)
                .toCompletableFuture();
    }

    private static String last(List<String> lines) {
        return lines.get(lines.size() - 1);
    }
}
