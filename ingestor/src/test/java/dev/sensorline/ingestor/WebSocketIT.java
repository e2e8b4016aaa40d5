package dev.sensorline.ingestor;

import static dev.sensorline.ingestor.Ingestion.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import dev.sensorline.servers.BrokerSettings;
import dev.sensorline.servers.ChildProcess;
import dev.sensorline.servers.MqttBroker;
import dev.sensorline.servers.Ports;
import dev.sensorline.servers.ServiceProcess;
import dev.sensorline.servers.StoreSettings;

/** Both services over WebSockets. */
class WebSocketIT {

    private static final int READINGS = 20;

    @Test
    void readings_go_over_web_sockets_from_the_simulator_to_the_broker_and_on_to_the_ingestor() {
        int port = Ports.free();
        MqttBroker broker = MqttBroker.startWithWebSockets(BrokerSettings.defaults(), port);
        try (Ingestion ingestion = Ingestion.servers(broker, StoreSettings.defaults())) {
            ingestion.start(ingestion.ingestor().with("MQTT_PORT", port).with("MQTT_TRANSPORT", "ws"));
            try (ChildProcess sensor = ServiceProcess.of("simulator")
                    .with("SIM_HOST", broker.host() + ":" + port)
                    .with("SIM_TRANSPORT", "ws")
                    .with("SIM_PATH", "/mqtt")
                    .with("SIM_NAME", "WS")
                    .with("SIM_QOS", 1)
                    .with("SIM_PERIOD", "20ms")
                    .with("SIM_READINGS", READINGS)
                    .start()) {
                assertEquals(0, sensor.awaitExit(LIMIT));
            }
            ingestion.awaitPoints("WS", READINGS);
            // A frame beyond what is read at once, and a payload beyond what is kept.
            ingestion.peer.publish("sensor/LONG", "x".repeat(1_000_000), 1);
            ingestion.publish("AFTER", 0, 1, 1);
            ingestion.awaitPoints("AFTER", 1);
            assertEquals(1, ingestion.metric("sensorline_readings_rejected_total{reason=\"too_large\"}"));
        }
    }
}
