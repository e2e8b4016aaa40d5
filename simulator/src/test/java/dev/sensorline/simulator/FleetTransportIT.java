package dev.sensorline.simulator;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.sensorline.servers.BrokerSettings;
import dev.sensorline.servers.Certificates;
import dev.sensorline.servers.ChildProcess;
import dev.sensorline.servers.Feature;
import dev.sensorline.servers.MqttBroker;
import dev.sensorline.servers.MqttPeer;
import dev.sensorline.servers.Ports;
import dev.sensorline.servers.ServiceProcess;
import dev.sensorline.servers.TlsListener;
import dev.sensorline.servers.junit.Needs;

/** A fleet over TLS and over WebSockets, by shared connections and by one for each sensor. */
@Execution(ExecutionMode.CONCURRENT)
class FleetTransportIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int SENSORS = 20;
    private static final int READINGS = 5;

    @TempDir
    private static Path directory;

    private static Certificates certificates;

    @BeforeAll
    static void issue() {
        certificates = Certificates.in(directory).issue("server").issue("fleet");
    }

    private static ServiceProcess fleet(int port, String connections) {
        return ServiceProcess.of("simulator")
                .with("SIM_HOST", "127.0.0.1")
                .with("SIM_PORT", port)
                .with("SIM_COUNT", SENSORS)
                .with("SIM_NAME", "f{n}")
                .with("SIM_QOS", 1)
                .with("SIM_PERIOD", "100ms")
                .with("SIM_READINGS", READINGS)
                .with("SIM_CONNECTIONS", connections);
    }

    private static ServiceProcess withCertificate(ServiceProcess fleet) {
        return fleet.with("SIM_CA_FILE", certificates.authority())
                .with("SIM_CERTIFICATE_FILE", certificates.certificate("fleet"))
                .with("SIM_KEY_FILE", certificates.key("fleet"));
    }

    /** Runs a fleet, and sees that all of its readings arrive, once each. */
    private static void allReadingsArrive(MqttBroker broker, ServiceProcess fleet) {
        try (MqttPeer peer = MqttPeer.of(broker, "peer")) {
            peer.subscribe("sensor/+", 1);
            try (ChildProcess process = fleet.start()) {
                assertEquals(0, process.awaitExit(LIMIT), () -> String.join("\n", process.lines()));
            }
            await().atMost(LIMIT).until(() -> peer.messages().size() >= SENSORS * READINGS);
            Map<String, Long> byTopic = peer.messages().stream()
                    .collect(Collectors.groupingBy(MqttPeer.Received::topic, TreeMap::new, Collectors.counting()));
            assertEquals(SENSORS, byTopic.size());
            assertEquals(Set.of((long) READINGS), Set.copyOf(byTopic.values()));
        }
    }

    private static TlsListener listener() {
        return new TlsListener("127.0.0.1", Ports.free(), certificates, certificates);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "sensor"})
    void over_tls_with_a_client_certificate(String connections) {
        TlsListener listener = listener();
        try (MqttBroker broker = MqttBroker.start(BrokerSettings.defaults().withListeners(listener))) {
            allReadingsArrive(broker, withCertificate(fleet(listener.port(), connections)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "sensor"})
    @Needs(Feature.MOSQUITTO)
    void over_tls_without_a_client_certificate(String connections) {
        int port = Ports.free();
        BrokerSettings settings = BrokerSettings.defaults()
                .withLines(
                        "listener " + port + " 127.0.0.1",
                        "certfile " + certificates.certificate("server"),
                        "keyfile " + certificates.key("server"));
        try (MqttBroker broker = MqttBroker.start(settings)) {
            allReadingsArrive(broker, fleet(port, connections).with("SIM_CA_FILE", certificates.authority()));
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 3.1.1", "sensor, 3.1.1", "2, 5", "sensor, 5"})
    void over_web_sockets(String connections, String version) {
        int port = Ports.free();
        try (MqttBroker broker = MqttBroker.startWithWebSockets(BrokerSettings.defaults(), port)) {
            allReadingsArrive(
                    broker,
                    fleet(port, connections)
                            .with("SIM_TRANSPORT", "ws")
                            .with("SIM_PATH", "/mqtt")
                            .with("SIM_MQTT_VERSION", version));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "sensor"})
    void over_web_sockets_and_tls_with_a_client_certificate(String connections) {
        TlsListener listener = listener();
        try (MqttBroker broker = MqttBroker.startWithWebSockets(BrokerSettings.defaults(), listener)) {
            allReadingsArrive(
                    broker,
                    withCertificate(fleet(listener.port(), connections))
                            .with("SIM_TRANSPORT", "wss")
                            .with("SIM_PATH", "/mqtt"));
        }
    }

    @Test
    void a_fleet_without_the_certificate_that_the_broker_requires_is_not_accepted_and_says_so() {
        TlsListener listener = listener();
        try (MqttBroker broker = MqttBroker.start(BrokerSettings.defaults().withListeners(listener));
                ChildProcess process = fleet(listener.port(), "2")
                        .with("SIM_CA_FILE", certificates.authority())
                        .with("SIM_CONNECT_LIMIT", "2s")
                        .start()) {
            assertEquals(4, process.awaitExit(LIMIT), () -> String.join("\n", process.lines()));
            assertEquals(
                    List.of(),
                    broker.log().stream()
                            .filter(line -> line.contains(" as f-fleet-"))
                            .toList());
        }
    }
}
