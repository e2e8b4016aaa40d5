package dev.sensorline.mqtt.client.example;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Optional;

import dev.sensorline.mqtt.client.InboundPublish;
import dev.sensorline.mqtt.client.MqttSession;
import dev.sensorline.mqtt.client.ProtocolVersion;
import dev.sensorline.mqtt.client.PublishProperties;
import dev.sensorline.mqtt.client.QoS;
import dev.sensorline.mqtt.client.SessionListener;
import dev.sensorline.mqtt.client.SessionOptions;
import dev.sensorline.mqtt.client.SessionOptions.Broker;
import dev.sensorline.mqtt.client.Will;
import dev.sensorline.mqtt.client.vertx.MqttSessions;
import io.vertx.core.Vertx;

/** Switches the heating on when a sensor reports that it is cold. */
public record Thermostat(MqttSession session) implements SessionListener {

    public static Thermostat start(Vertx vertx, String host, int port) {
        SessionOptions options = SessionOptions.builder(new Broker(host, port, host), "thermostat")
                .version(ProtocolVersion.AUTO)
                .cleanSession(false) // The broker keeps messages while the thermostat is away.
                .will(Optional.of(new Will("thermostat/state", "gone".getBytes(UTF_8), QoS.AT_LEAST_ONCE, true)))
                .build();
        Thermostat thermostat = new Thermostat(new MqttSessions(vertx).create(options));
        thermostat.session.receiveAtMost(1_000, 8_192); // Unacknowledged messages; bytes of a payload.
        thermostat.session.listen(thermostat);
        thermostat.session.start();
        return thermostat;
    }

    @Override
    public void connected(boolean sessionPresent) {
        session.subscribe(List.of("sensor/+"), QoS.AT_LEAST_ONCE);
        session.publish("thermostat/state", "here".getBytes(UTF_8), QoS.AT_LEAST_ONCE, true);
    }

    @Override
    public void disconnected() {
        // The session connects again by itself.
    }

    @Override
    public void received(InboundPublish message) {
        int packetId = message.packetId(); // The message itself is valid during this call only.
        String reading = new String(message.copyPayload(100), UTF_8);
        if (reading.equals("cold")) {
            PublishProperties reason = PublishProperties.NONE.withUserProperty("reason", message.topic());
            session.publish("heating", "on".getBytes(UTF_8), QoS.EXACTLY_ONCE, false, reason)
                    .thenRun(() -> acknowledge(packetId));
        } else {
            acknowledge(packetId);
        }
    }

    private void acknowledge(int packetId) {
        if (packetId != 0) { // It is 0 at QoS 0, where nothing is acknowledged.
            session.acknowledge(new int[] {packetId}, 1);
        }
    }
}
