package dev.sensorline.mqtt.client.vertx;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.sensorline.mqtt.client.MqttSession;
import dev.sensorline.mqtt.client.ProtocolVersion;
import dev.sensorline.mqtt.client.QoS;
import dev.sensorline.mqtt.client.SessionOptions;
import dev.sensorline.mqtt.client.SessionOptions.Broker;
import dev.sensorline.mqtt.client.Will;

/** A broker that refuses a connection because of its last will, by script. */
class WillTest {

    private static final int NOT_AUTHORIZED = 0x87;
    private static final int BAD_PASSWORD = 0x86;
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private static final String WITHOUT =
            "broker:1883 as sensor: the broker accepts the connection only without its last will on gone"
                    + " (may this user publish and retain there?)";

    private final VirtualNetwork network = new VirtualNetwork();
    private final LogLines log = new LogLines(MqttSession.class);

    @AfterEach
    void stop() {
        log.close();
    }

    private void start(ProtocolVersion version) {
        Session session = new Session(
                network,
                SessionOptions.builder(new Broker("broker", 1883, "broker"), "sensor")
                        .version(version)
                        .will(Optional.of(new Will("gone", "x".getBytes(UTF_8), QoS.AT_LEAST_ONCE, true)))
                        .build());
        session.start();
        network.run();
    }

    /** Whether the last CONNECT has a will. */
    private boolean offersWill() {
        return network.broker().packets().get(0).contains(" will gone ");
    }

    private void refuse(int code) {
        network.broker().send(Packets.connack5(false, code));
    }

    private void accept() {
        network.broker().send(Packets.connack5(false, 0));
    }

    private void waitForNextAttempt() {
        network.advance(LONGEST_PAUSE);
    }

    @ParameterizedTest
    @ValueSource(ints = {NOT_AUTHORIZED, 0x80, 0x83, 0x90, 0x95, 0x99, 0x9a, 0x9b})
    void a_connection_that_is_refused_is_tried_without_its_will_at_once(int code) {
        start(ProtocolVersion.V5);
        assertTrue(offersWill());
        refuse(code);
        assertEquals(2, network.connectionCount());
        assertEquals(false, offersWill());
        accept();
        assertEquals(List.of("Connected to broker:1883 as sensor with MQTT 5", WITHOUT), log.take());
    }

    @Test
    void mqtt_3_1_1_has_one_code_for_it() {
        start(ProtocolVersion.V3_1_1);
        network.broker().send(Packets.connack(false, 5));
        assertEquals(false, offersWill());
        network.broker().send(Packets.connack(false, 0));
        assertEquals(List.of("Connected to broker:1883 as sensor with MQTT 3.1.1", WITHOUT), log.take());
    }

    @Test
    void the_next_connection_has_it_again_and_the_log_says_each_change_once() {
        start(ProtocolVersion.V5);
        refuse(NOT_AUTHORIZED);
        accept();
        network.broker().close();
        waitForNextAttempt();
        assertTrue(offersWill());
        log.take();
        refuse(NOT_AUTHORIZED);
        accept();
        assertEquals(List.of("Connected to broker:1883 as sensor with MQTT 5"), log.take());
        network.broker().close();
        waitForNextAttempt();
        assertTrue(offersWill());
        log.take();
        accept();
        assertEquals(
                List.of(
                        "Connected to broker:1883 as sensor with MQTT 5",
                        "broker:1883 as sensor: the broker accepts the connection with its last will"),
                log.take());
    }

    @Test
    void where_it_is_not_because_of_the_will_each_attempt_has_it() {
        start(ProtocolVersion.V5);
        for (int i = 0; i < 3; i++) {
            assertTrue(offersWill());
            refuse(BAD_PASSWORD);
            waitForNextAttempt();
        }
        assertEquals(4, network.connectionCount());
    }

    @Test
    void where_it_is_refused_without_a_will_as_well_attempts_have_pauses_and_one_line() {
        start(ProtocolVersion.V5);
        for (int i = 0; i < 3; i++) {
            assertTrue(offersWill());
            refuse(NOT_AUTHORIZED);
            assertEquals(false, offersWill());
            int connections = network.connectionCount();
            refuse(NOT_AUTHORIZED);
            assertEquals(connections, network.connectionCount());
            waitForNextAttempt();
        }
        assertEquals(
                List.of("Is not connected to broker:1883 as sensor: the broker refuses: not authorized; trying again"),
                log.take());
    }

    @Test
    void a_broker_that_closes_the_connection_without_an_answer_is_tried_without_it() {
        start(ProtocolVersion.AUTO);
        network.broker().close(); // MQTT 5
        assertTrue(offersWill());
        network.broker().close(); // MQTT 3.1.1
        assertEquals(3, network.connectionCount());
        assertEquals(false, offersWill());
        accept();
        assertTrue(log.take().contains(WITHOUT));
    }

    @Test
    void a_broker_that_has_accepted_it_and_closes_a_connection_without_an_answer_is_asked_again_with_it() {
        start(ProtocolVersion.AUTO);
        accept();
        network.broker().close();
        for (int i = 0; i < 3; i++) {
            waitForNextAttempt();
            assertTrue(offersWill());
            network.broker().close();
        }
        assertEquals(4, network.connectionCount());
    }
}
