package dev.sensorline.mqtt.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

import dev.sensorline.mqtt.client.SessionListener;

/** What readiness says of a channel's connection. */
class ConnectionStateTest {

    private final FakeSession session = new FakeSession();

    ConnectionStateTest() {
        session.listen(new SessionListener() {

            @Override
            public void connected(boolean sessionPresent) {}

            @Override
            public void disconnected() {}
        });
    }

    @Test
    void a_connection_that_is_down_names_the_brokers_that_have_failed() {
        assertEquals("the connection for readings is down", state());
        session.down("a:1883", "b:1884");
        assertEquals("the connection for readings is down: a:1883, b:1884", state());
    }

    @Test
    void a_connection_that_is_up_names_the_brokers_that_it_does_not_use_because_they_have_failed() {
        session.connect(false);
        assertNull(state());
        session.down("a:1883");
        assertEquals("connected; down: a:1883", state());
    }

    private String state() {
        return MqttConnector.connectionState("readings", session);
    }
}
