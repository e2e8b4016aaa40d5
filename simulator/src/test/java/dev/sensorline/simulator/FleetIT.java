package dev.sensorline.simulator;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.sensorline.servers.BrokerSettings;
import dev.sensorline.servers.ChildProcess;
import dev.sensorline.servers.Feature;
import dev.sensorline.servers.MqttBroker;
import dev.sensorline.servers.MqttPeer;
import dev.sensorline.servers.Ports;
import dev.sensorline.servers.ProjectTree;
import dev.sensorline.servers.ServiceProcess;
import dev.sensorline.servers.junit.Needs;

/** A fleet from outside: its process, its variables, and the messages that a subscriber receives. */
class FleetIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path directory;

    private static ServiceProcess fleet(MqttBroker broker) {
        return ServiceProcess.of("simulator").with("SIM_HOST", broker.host()).with("SIM_PORT", broker.port());
    }

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("fleet.yaml"), text);
    }

    private static JsonNode report(ChildProcess process) throws IOException {
        return JSON.readTree(process.awaitLine(line -> line.startsWith("{\"met\""), LIMIT));
    }

    @ParameterizedTest
    @CsvSource({"3.1.1, 1", "5, 1", "3.1.1, sensor", "5, sensor"})
    void copies_of_the_one_sensor_publish_as_it_does(String version, String connections) throws IOException {
        try (MqttBroker broker = MqttBroker.start();
                MqttPeer peer = MqttPeer.of(broker, "peer")) {
            peer.subscribe("#", 2);
            for (int qos = 0; qos <= 2; qos++) {
                try (ChildProcess process = fleet(broker)
                        .with("SIM_COUNT", 20)
                        .with("SIM_NAME", "q" + qos + "x{n}")
                        .with("SIM_TYPE", "acceleration")
                        .with("SIM_QOS", qos)
                        .with("SIM_PERIOD", "50ms")
                        .with("SIM_READINGS", 4)
                        .with("SIM_MQTT_VERSION", version)
                        .with("SIM_CONNECTIONS", connections)
                        .start()) {
                    assertEquals(0, process.awaitExit(LIMIT), () -> String.join("\n", process.lines()));
                }
                int quality = qos;
                for (int n = 1; n <= 20; n++) {
                    String topic = "sensor/q%dx%d".formatted(qos, n);
                    await().atMost(LIMIT)
                            .untilAsserted(() -> assertEquals(
                                    List.of("0", "1", "4", "9"),
                                    readings(peer, topic)
                                            .map(MqttPeer.Received::text)
                                            .toList(),
                                    topic));
                    assertTrue(readings(peer, topic).allMatch(message -> message.qos() == quality));
                }
            }
            if (connections.equals("sensor")) {
                await().atMost(LIMIT)
                        .until(() -> readings(peer, "sensor/q0x7/status").count() == 2);
                assertEquals(
                        List.of("online", "offline"),
                        readings(peer, "sensor/q0x7/status")
                                .map(MqttPeer.Received::text)
                                .toList());
            }
        }
    }

    private static Stream<MqttPeer.Received> readings(MqttPeer peer, String topic) {
        return peer.messages().stream().filter(message -> message.topic().equals(topic));
    }

    @Test
    void a_sensor_with_a_connection_of_its_own_has_a_last_will() {
        try (MqttBroker broker = MqttBroker.start();
                MqttPeer peer = MqttPeer.of(broker, "peer")) {
            peer.subscribe("sensor/+/status", 1);
            try (ChildProcess process = fleet(broker)
                    .with("SIM_COUNT", 3)
                    .with("SIM_CONNECTIONS", "sensor")
                    .start()) {
                await().atMost(LIMIT).until(() -> peer.received().size() == 3);
                process.kill();
            }
            await().atMost(LIMIT).until(() -> peer.received().size() == 6);
            assertTrue(peer.received()
                    .containsAll(List.of("sensor/sensor-1/status offline", "sensor/sensor-3/status offline")));
        }
    }

    @Test
    void a_broker_that_stands_still_for_2_s_is_seen_in_the_latency() throws IOException, InterruptedException {
        try (MqttBroker broker = MqttBroker.start();
                ChildProcess process = fleet(broker)
                        .with("SIM_COUNT", 100)
                        .with("SIM_QOS", 1)
                        .with("SIM_INFLIGHT", 1_000)
                        .with("SIM_PERIOD", "100ms")
                        .with("SIM_DURATION", "5s")
                        .with("SIM_REPORT", "json")
                        .start()) {
            process.awaitLine("Sending", LIMIT);
            broker.pause();
            Thread.sleep(2_000); // What is measured is this time.
            broker.resume();
            JsonNode step = report(process).get("steps").get(0);
            assertTrue(step.get("acknowledged_ms").get("worst").asDouble() >= 1_900, step::toString);
            assertEquals(5_000, step.get("acknowledged").asInt());
            assertEquals(0, step.get("unacknowledged").asInt());
        }
    }

    @Test
    void messages_that_were_not_acknowledged_are_sent_again_after_the_connection_was_lost() throws IOException {
        try (MqttBroker broker = MqttBroker.start(); ) {
            int port = broker.port();
            ServiceProcess fleet = fleet(broker)
                    .with("SIM_COUNT", 10)
                    .with("SIM_QOS", 1)
                    .with("SIM_PERIOD", "100ms")
                    .with("SIM_DURATION", "8s")
                    .with("SIM_LATE", "30s")
                    .with("SIM_REPORT", "json");
            try (ChildProcess process = fleet.start()) {
                process.awaitLine("Sending", LIMIT);
                broker.kill();
                broker.restart();
                JsonNode step = report(process).get("steps").get(0);
                assertEquals(port, broker.port());
                assertEquals(step.get("due").asInt(), step.get("acknowledged").asInt(), step::toString);
                assertTrue(step.get("failed_connections").asInt() >= 1, step::toString);
                assertEquals(0, process.awaitExit(LIMIT));
            }
        }
    }

    @Test
    void all_problems_of_a_file_are_reported_at_once_and_nothing_is_published() throws IOException {
        Path file = file("groups:\n  a: {period: 1d, waveform: temperature}\n  b: {count: 0, waveform: x}\n");
        try (ChildProcess process =
                ServiceProcess.of("simulator").with("SIM_FILE", file).start()) {
            assertEquals(2, process.awaitExit(LIMIT));
            List<String> lines = process.lines();
            assertEquals(3, lines.size(), () -> String.join("\n", lines));
            assertTrue(
                    lines.get(0).startsWith(file + ":2:15: groups.a.period: must be a length of time"), lines.get(0));
            assertTrue(lines.get(1).startsWith(file + ":3:14: groups.b.count: must be"), lines.get(1));
            assertTrue(lines.get(2).startsWith(file + ":3:27: groups.b.waveform: must be"), lines.get(2));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "SIM_COUNT, 0, a whole number from 1 to 1000000",
        "SIM_CONNECTIONS, many, sensor or a whole number from 1 to 1000",
        "SIM_RATE, 0.000000001, 'at least 0.000000096 readings/s of these sensors: a period must not become longer than 365 days'",
        "SIM_CONNECT_LIMIT, 0, 'seconds greater than 0 (such as 1 or 0.05) or a duration (such as 250ms, 2s or 1m), at most 365 days'",
        "SIM_RATE, 10x, 'readings a second, from 0.000000001 to 10 million, such as 500 or 10k, or several separated by commas (such as 10k,20k,50k)'",
        "SIM_TOLERANCE, 2, 'a number from 0 to 1, such as 0.001'",
        "SIM_REPORT, xml, text or json",
        "SIM_ADDRESSES, 192.0.2.1, addresses of this machine",
        "SIM_MQTT_VERSION, auto, 5 or 3.1.1 for a fleet",
        "SIM_FILE, /nowhere, a file that can be read"
    })
    void a_wrong_variable_is_one_line(String variable, String value, String allowed) {
        try (ChildProcess process = ServiceProcess.of("simulator")
                .with("SIM_COUNT", 3)
                .with(variable, value)
                .start()) {
            assertEquals(2, process.awaitExit(LIMIT));
            assertEquals(1, process.lines().size(), () -> String.join("\n", process.lines()));
            String line = process.lines().get(0);
            assertTrue(line.startsWith(variable + "=" + value + ": must be " + allowed), line);
        }
    }

    @ParameterizedTest
    @CsvSource({"SIM_RATE, 10", "SIM_READINGS, 5", "SIM_LEDGER, run.ledger"})
    void a_dry_run_refuses_what_it_would_not_do(String variable, String value) {
        try (ChildProcess process = ServiceProcess.of("simulator")
                .with("SIM_COUNT", 3)
                .with("SIM_DRY_RUN", true)
                .with("SIM_DURATION", "1s")
                .with(variable, value)
                .start()) {
            assertEquals(2, process.awaitExit(LIMIT));
            assertEquals(List.of(variable + "=" + value + ": must not be set with SIM_DRY_RUN"), process.lines());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"SIM_DURATION", "SIM_CONNECT_LIMIT"})
    void one_sensor_takes_no_variable_of_fleets(String variable) {
        try (ChildProcess process =
                ServiceProcess.of("simulator").with(variable, "1s").start()) {
            assertEquals(2, process.awaitExit(LIMIT));
            assertEquals(List.of(variable + ": must be set together with SIM_FILE or SIM_COUNT only"), process.lines());
        }
    }

    @Test
    void without_a_broker_a_run_ends_when_the_limit_for_that_has_passed() {
        int port = Ports.free();
        try (ChildProcess process = ServiceProcess.of("simulator")
                .with("SIM_HOST", "127.0.0.1")
                .with("SIM_PORT", port)
                .with("SIM_COUNT", 3)
                .with("SIM_DURATION", "1m")
                .with("SIM_CONNECT_LIMIT", "500ms")
                .start()) {
            assertEquals(4, process.awaitExit(LIMIT), () -> String.join("\n", process.lines()));
            process.awaitLine(
                    "No connection to 127.0.0.1:%d within SIM_CONNECT_LIMIT=0.5: Connection refused".formatted(port),
                    LIMIT);
        }
    }

    @Test
    @Needs(Feature.MOSQUITTO)
    void what_a_broker_of_mqtt_5_does_not_allow_is_told_once_and_ends_no_connection() throws IOException {
        Path file = file("""
                groups:
                  small: {count: 20, period: 100ms, qos: 2, retain: true, waveform: current}
                  large: {count: 20, period: 100ms, qos: 1, format: {template: {text: '{value} %s'}}, waveform: current}
                """.formatted("x".repeat(300)));
        BrokerSettings settings = BrokerSettings.defaults()
                .withLines("max_qos 1", "retain_available false", "max_packet_size 300", "max_keepalive 10");
        try (MqttBroker broker = MqttBroker.start(settings);
                ChildProcess process = fleet(broker)
                        .with("SIM_FILE", file)
                        .with("SIM_MQTT_VERSION", 5)
                        .with("SIM_CONNECTIONS", 2)
                        .with("SIM_READINGS", 10)
                        .with("SIM_REPORT", "json")
                        .start()) {
            JsonNode step = report(process).get("steps").get(0);
            assertEquals(200, step.get("acknowledged").asInt(), step::toString);
            assertEquals(200, step.get("skipped").asInt(), step::toString);
            assertEquals(0, step.get("failed_connections").asInt(), step::toString);
            assertEquals("size", step.get("limit").asText());
            assertEquals(3, process.awaitExit(LIMIT));
            for (String start : List.of(
                    "The broker takes messages at QoS 1 at most",
                    "The broker retains no messages",
                    "The broker takes no packets as large as a reading of large-")) {
                assertEquals(
                        1,
                        process.lines().stream()
                                .filter(line -> line.contains(start))
                                .count(),
                        () -> String.join("\n", process.lines()));
            }
        }
    }

    @Test
    @Needs(Feature.MOSQUITTO)
    void a_last_will_that_the_broker_does_not_take_is_one_clear_line() {
        BrokerSettings settings = BrokerSettings.defaults().withLines("retain_available false");
        try (MqttBroker broker = MqttBroker.start(settings);
                ChildProcess process = fleet(broker)
                        .with("SIM_COUNT", 3)
                        .with("SIM_MQTT_VERSION", 5)
                        .with("SIM_CONNECTIONS", "sensor")
                        .with("SIM_CONNECT_LIMIT", "1s")
                        .start()) {
            assertEquals(4, process.awaitExit(LIMIT), () -> String.join("\n", process.lines()));
            process.awaitLine("the broker refuses: retain not supported, which the last will needs", LIMIT);
        }
    }

    @Test
    void a_rate_that_is_not_reached_is_the_exit_code_3() {
        try (MqttBroker broker = MqttBroker.start();
                ChildProcess process = fleet(broker)
                        .with("SIM_COUNT", 100)
                        .with("SIM_QOS", 1)
                        .with("SIM_INFLIGHT", 1)
                        .with("SIM_RATE", "10000k")
                        .with("SIM_DURATION", "1s")
                        .start()) {
            assertEquals(3, process.awaitExit(LIMIT), () -> String.join("\n", process.lines()));
            process.awaitLine("not met: limited by", LIMIT);
        }
    }

    @Test
    void a_fleet_answers_to_commands() throws IOException {
        Path file = file("groups: {hall: {name: 'press-{n}', count: 10, period: 100ms, waveform: current}}");
        try (MqttBroker broker = MqttBroker.start();
                MqttPeer peer = MqttPeer.of(broker, "peer");
                ChildProcess process = fleet(broker)
                        .with("SIM_FILE", file)
                        .with("SIM_COMMANDS", "fleet")
                        .start()) {
            peer.subscribe("fleet/+/+/answer", 1);
            process.awaitLine("Sending", LIMIT);
            peer.publish("fleet/hall/press-3/command", "{\"on\": false}", 1);
            await().atMost(LIMIT).until(() -> peer.received().contains("fleet/hall/press-3/answer {\"ok\":true}"));
            peer.subscribe("sensor/+", 0);
            await().atMost(LIMIT).until(() -> peer.received().size() > 100);
            assertTrue(peer.received().stream().noneMatch(text -> text.startsWith("sensor/press-3 ")));
            assertEquals(128 + 15, process.terminate());
            process.awaitLine("readings/s asked", LIMIT);
        }
    }

    /** Each example is read and run. */
    @Test
    void the_examples_run() throws IOException {
        Path examples = ProjectTree.root().resolve("simulator/examples");
        List<Path> files;
        try (Stream<Path> all = Files.list(examples)) {
            files = all.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
        assertTrue(files.size() >= 4, files::toString);
        for (Path file : files) {
            try (ChildProcess process = ServiceProcess.of("simulator")
                    .with("SIM_FILE", file)
                    .with("SIM_DRY_RUN", true)
                    .with("SIM_DURATION", "2s")
                    .start()) {
                assertEquals(0, process.awaitExit(LIMIT), () -> file + "\n" + String.join("\n", process.lines()));
                assertTrue(process.lines().size() > 5, file::toString);
                assertTrue(IntStream.range(0, process.lines().size())
                        .allMatch(i -> process.lines().get(i).startsWith("2026-01-01T00:00:0")));
            }
        }
    }
}
