package dev.sensorline.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
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
import dev.sensorline.simulator.fleet.PrometheusText;
import io.restassured.RestAssured;
import io.restassured.response.Response;

/** A fleet from outside: its process, its variables, and the messages that a subscriber receives. */
@Execution(ExecutionMode.CONCURRENT)
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
        // Mosquitto 2.0.11 sometimes keeps back what goes to a subscriber at QoS 2 beyond its in-flight window.
        try (MqttBroker broker = MqttBroker.start(BrokerSettings.defaults().withMaxInflight(0));
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
    void a_simulator_that_gets_no_cpu_time_says_so_and_does_not_blame_the_broker() throws InterruptedException {
        try (MqttBroker broker = MqttBroker.start();
                ChildProcess process = fleet(broker)
                        .with("SIM_COUNT", 100)
                        .with("SIM_QOS", 1)
                        .with("SIM_INFLIGHT", 1_000)
                        .with("SIM_PERIOD", "100ms")
                        .with("SIM_DURATION", "5s")
                        .start()) {
            process.awaitLine("Sending", LIMIT);
            process.pause();
            Thread.sleep(2_000); // What is measured is this time.
            process.resume();
            String latency = process.awaitLine("sent after due: ", LIMIT);
            assertTrue(Double.parseDouble(latency.replaceAll(".*worst ([0-9.]+) ms", "$1")) >= 1_900, latency);
            String late = process.awaitLine("readings were late for ", LIMIT);
            assertTrue(late.endsWith("limited by the simulator: its loop runs late, for want of CPU time"), late);
        }
    }

    @Test
    void several_brokers_share_the_connections_and_take_over_from_each_other() {
        try (MqttBroker one = MqttBroker.start();
                MqttBroker other = MqttBroker.start();
                MqttPeer ofOne = MqttPeer.of(one, "peer");
                MqttPeer ofOther = MqttPeer.of(other, "peer")) {
            ofOne.subscribe("sensor/+", 1);
            ofOther.subscribe("sensor/+", 1);
            try (ChildProcess process = ServiceProcess.of("simulator")
                    .with("SIM_HOST", "127.0.0.1:%d,127.0.0.1:%d".formatted(one.port(), other.port()))
                    .with("SIM_COUNT", 4)
                    .with("SIM_QOS", 1)
                    .with("SIM_PERIOD", "100ms")
                    .with("SIM_CONNECTIONS", 2)
                    .start()) {
                await().atMost(LIMIT).until(() -> sensors(ofOne, 0).equals(Set.of("sensor-1", "sensor-3")));
                await().atMost(LIMIT).until(() -> sensors(ofOther, 0).equals(Set.of("sensor-2", "sensor-4")));
                one.kill();
                int before = ofOther.messages().size();
                await().atMost(LIMIT).until(() -> sensors(ofOther, before).size() == 4);
                process.terminate();
            }
        }
    }

    /** Those whose readings have been received, from a message on. */
    private static Set<String> sensors(MqttPeer peer, int from) {
        return peer.messages().stream()
                .skip(from)
                .map(message -> message.topic().replace("sensor/", ""))
                .collect(Collectors.toSet());
    }

    @Test
    void connections_come_from_the_addresses_in_turn() {
        try (MqttBroker broker = MqttBroker.start();
                ChildProcess process = fleet(broker)
                        .with("SIM_COUNT", 4)
                        .with("SIM_CONNECTIONS", "sensor")
                        .with("SIM_ADDRESSES", "127.0.0.2,127.0.0.3")
                        .start()) {
            assumeTrue(broker.isMosquitto()); // Its log has the addresses.
            for (String client : List.of("127.0.0.2 sensor-1", "127.0.0.3 sensor-2", "127.0.0.2 sensor-3")) {
                String from = client.split(" ")[0] + ":";
                String as = " as " + client.split(" ")[1] + " ";
                await().atMost(LIMIT)
                        .until(() -> broker.log().stream().anyMatch(line -> line.contains(from) && line.contains(as)));
            }
            process.terminate();
        }
    }

    /** On the JVM and natively, on each machine. */
    @Test
    void the_same_seed_gives_the_same_dry_run() throws Exception {
        Path example = ProjectTree.root().resolve("simulator/examples/factory-hall.yaml");
        try (ChildProcess process = ServiceProcess.of("simulator")
                .with("SIM_FILE", example)
                .with("SIM_DRY_RUN", true)
                .with("SIM_DURATION", "1m")
                .start()) {
            assertEquals(0, process.awaitExit(LIMIT));
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            process.lines().forEach(line -> digest.update((line + "\n").getBytes(UTF_8)));
            assertEquals(
                    "12c0fb7d02c5199fe64e7813ed5671d1b5545237ec3098a00539ae62f56352bd",
                    HexFormat.of().formatHex(digest.digest()));
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
    @CsvSource({"SIM_RATE, 10", "SIM_READINGS, 5", "SIM_LEDGER, run.ledger", "SIM_METRICS, 127.0.0.1:9100"})
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

    @Test
    void prometheus_reads_the_metrics_when_they_are_asked_for() throws IOException {
        int port = Ports.free();
        Path file = file(
                "groups: {hall: {count: 10, period: 100ms, qos: 1, waveform: current, faults: [spike: {rate: 0.5, by: 9}]}}");
        try (MqttBroker broker = MqttBroker.start();
                ChildProcess process = fleet(broker)
                        .with("SIM_FILE", file)
                        .with("SIM_METRICS", port)
                        .start()) {
            process.awaitLine("Sending", LIMIT);
            String url = "http://127.0.0.1:%d/metrics".formatted(port);
            await().atMost(LIMIT).until(() -> metrics(url).get("sensorline_fleet_readings_acknowledged_total") > 100);
            Map<String, Double> metrics = metrics(url);
            assertEquals(10, metrics.get("sensorline_fleet_sensors"));
            assertEquals(1, metrics.get("sensorline_fleet_connections_up"));
            assertTrue(metrics.get("sensorline_fleet_faults_total{kind=\"spike\"}") > 10, metrics::toString);
            assertTrue(metrics.get("sensorline_fleet_sent_bytes_total") > 1_000, metrics::toString);
            assertTrue(
                    metrics.get("sensorline_fleet_acknowledge_latency_seconds{quantile=\"0.99\"}") > 0,
                    metrics::toString);
            assertEquals(404, RestAssured.get(url.replace("/metrics", "/")).statusCode());
            assertEquals(405, RestAssured.post(url).statusCode());
            process.terminate();
        }
    }

    private static Map<String, Double> metrics(String url) {
        Response response = RestAssured.get(url);
        assertEquals(200, response.statusCode());
        assertEquals("text/plain; version=0.0.4; charset=utf-8", response.contentType());
        return PrometheusText.read(response.asString());
    }

    @Test
    void a_port_for_metrics_that_is_taken_is_one_line() {
        try (MqttBroker broker = MqttBroker.start();
                ChildProcess process = fleet(broker)
                        .with("SIM_COUNT", 3)
                        .with("SIM_METRICS", broker.port())
                        .start()) {
            assertEquals(2, process.awaitExit(LIMIT));
            assertEquals(1, process.lines().size(), () -> String.join("\n", process.lines()));
            assertTrue(
                    process.lines()
                            .get(0)
                            .startsWith("SIM_METRICS=127.0.0.1:%d: must be an address of this machine with a free port"
                                    .formatted(broker.port())),
                    process.lines()::toString);
        }
    }

    static List<Path> examples() throws IOException {
        try (Stream<Path> all = Files.list(ProjectTree.root().resolve("simulator/examples"))) {
            return all.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void there_are_examples() throws IOException {
        assertTrue(examples().size() >= 6, examples()::toString);
    }

    @ParameterizedTest
    @MethodSource("examples")
    void an_example_has_a_dry_run(Path file) {
        try (ChildProcess process = ServiceProcess.of("simulator")
                .with("SIM_FILE", file)
                .with("SIM_DRY_RUN", true)
                .with("SIM_DURATION", "2s")
                .start()) {
            assertEquals(0, process.awaitExit(LIMIT), () -> String.join("\n", process.lines()));
            assertTrue(process.lines().size() > 5, file::toString);
            assertTrue(process.lines().stream().allMatch(line -> line.startsWith("2026-01-01T00:00:0")));
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void an_example_runs_with_a_broker(Path file) throws IOException {
        try (MqttBroker broker = MqttBroker.start();
                ChildProcess process = fleet(broker)
                        .with("SIM_FILE", file)
                        .with("SIM_DURATION", "2s")
                        .with("SIM_REPORT", "json")
                        .start()) {
            assertEquals(0, process.awaitExit(LIMIT), () -> String.join("\n", process.lines()));
            assertTrue(
                    report(process).get("steps").get(0).get("sent").asInt() > 5,
                    () -> process.lines().toString());
        }
    }
}
