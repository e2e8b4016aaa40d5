package dev.sensorline.ingestor;

import static dev.sensorline.ingestor.KafkaStack.LIMIT;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.sensorline.ingestor.KafkaStack.RunningIngestor;
import dev.sensorline.servers.Certificates;
import dev.sensorline.servers.ChildProcess;
import dev.sensorline.servers.Feature;
import dev.sensorline.servers.KafkaBroker;
import dev.sensorline.servers.MqttPeer;
import dev.sensorline.servers.Ports;
import dev.sensorline.servers.ServiceProcess;
import dev.sensorline.servers.junit.Needs;

/** From MQTT to InfluxDB over Kafka, with one or more ingestors as bridge and as writer. */
class KafkaIT {

    private static final int SIGTERM_EXIT = 128 + 15;

    @RegisterExtension
    private static final KafkaExtension KAFKA = new KafkaExtension();

    @Test
    void readings_of_six_sensors_are_points_and_each_sensor_has_its_order_in_one_partition() {
        try (KafkaStack stack = KAFKA.stack()) {
            RunningIngestor bridge = stack.bridge();
            RunningIngestor writer = stack.writer();
            for (int sensor = 0; sensor < 6; sensor++) {
                stack.ingestion.publish("S" + sensor, 0, 500, 1);
            }
            for (int sensor = 0; sensor < 6; sensor++) {
                stack.ingestion.awaitPoints("S" + sensor, 500);
            }
            Map<String, List<ConsumerRecord<String, String>>> bySensor = new TreeMap<>();
            stack.records(stack.topic)
                    .forEach(record -> bySensor.computeIfAbsent(record.key(), k -> new ArrayList<>())
                            .add(record));
            assertEquals(6, bySensor.size());
            bySensor.forEach((key, records) -> {
                assertEquals(
                        1,
                        records.stream()
                                .map(ConsumerRecord::partition)
                                .distinct()
                                .count(),
                        key);
                assertEquals(
                        IntStream.range(0, 500)
                                .mapToObj(n -> key + " value=" + n + ".0 " + timeOf(n))
                                .toList(),
                        records.stream().map(ConsumerRecord::value).toList());
            });
            assertEquals(3_000, bridge.metric("sensorline_points_forwarded_total"));
            await().atMost(LIMIT).until(() -> bridge.metric("sensorline_records_in_flight") == 0);
            assertEquals(3_000, writer.metric("sensorline_points_written_total"));
            await().atMost(LIMIT).until(() -> stack.committed() == 3_000);
            await().atMost(LIMIT).until(() -> writer.metric("sensorline_kafka_lag") == 0);
        }
    }

    @Test
    void a_bridge_and_a_writer_that_is_told_of_a_broker_publish_their_status() {
        try (KafkaStack stack = KAFKA.stack()) {
            MqttPeer peer = stack.ingestion.peer;
            peer.subscribe("sensorline/status/#", 1);
            stack.bridge();
            stack.writer(); // Without a broker, and so without a status.
            RunningIngestor writer = stack.start(stack.configured("writer")
                            .with("MQTT_HOST", stack.ingestion.broker.host())
                            .with("MQTT_PORT", stack.ingestion.broker.port())
                            .with("INGESTOR_STATUS_PERIOD", "1s"))
                    .awaitReadiness(200);
            stack.ingestion.publish("S", 0, 10, 1);
            stack.ingestion.awaitPoints("S", 10);
            String bridges = "sensorline/status/sensorline-ingestor {\"state\":\"online\",";
            String writers = "sensorline/status/sensorline-ingestor-writer {\"state\":";
            await().atMost(LIMIT)
                    .until(() -> peer.received().stream()
                                    .anyMatch(status -> status.startsWith(bridges)
                                            && status.contains("\"store\":{\"kind\":\"kafka\",\"state\":\"up\""))
                            && peer.received().stream()
                                    .anyMatch(status -> status.startsWith(writers + "\"online\",")
                                            && status.contains("\"store\":{\"kind\":\"influxdb\",\"state\":\"up\"")));
            assertEquals(SIGTERM_EXIT, writer.process().terminate());
            await().atMost(LIMIT)
                    .until(() -> peer.received().stream()
                            .anyMatch(status -> status.startsWith(writers + "\"offline\",")
                                    && status.contains("\"time\"")));
            // No writer is in the way of the bridge's session, and none is less ready because the broker is away.
            RunningIngestor other = stack.start(stack.configured("writer")
                            .with("MQTT_HOST", stack.ingestion.broker.host()))
                    .awaitReadiness(200);
            stack.ingestion.publish("S", 10, 10, 1);
            stack.ingestion.awaitPoints("S", 20);
            assertEquals(SIGTERM_EXIT, other.process().terminate());
        }
    }

    private static long timeOf(int n) {
        return (1_700_000_000_000L + n) * 1_000_000;
    }

    @Test
    void each_role_is_ready_when_what_it_needs_is_there() {
        try (KafkaStack stack = KAFKA.stack()) {
            RunningIngestor bridge = stack.bridge();
            RunningIngestor writer = stack.writer();
            new HealthAndMetrics(bridge.httpPort())
                    .get("/q/health/ready")
                    .then()
                    .body("checks.name", hasItem("Kafka answers"))
                    .body("checks.name", not(hasItem("InfluxDB accepts points")))
                    .body(
                            "checks.find { it.name == 'SmallRye Reactive Messaging - readiness check' }.data.readings",
                            equalTo("[OK]"));
            new HealthAndMetrics(writer.httpPort())
                    .get("/q/health/ready")
                    .then()
                    .body("checks.name", hasItem("Kafka answers"))
                    .body("checks.name", hasItem("InfluxDB accepts points"));
            stack.ingestion.broker.stop();
            bridge.awaitReadiness(503);
            assertEquals(200, writer.ready());
            stack.ingestion.store.stop();
            writer.awaitReadiness(503);
            assertEquals(0, writer.lines("Exception") + bridge.lines("Exception"));
        }
    }

    @Test
    void a_bridge_reads_changed_rules_without_a_restart(@TempDir Path directory) throws IOException {
        Path rules = Files.createDirectory(directory.resolve("config")).resolve("application.properties");
        Files.writeString(rules, "ingestor.rules.old.topic=old/{name}\n");
        try (KafkaStack stack = KAFKA.stack()) {
            RunningIngestor bridge =
                    stack.start(stack.configured("bridge").in(directory)).awaitReadiness(200);
            stack.writer();
            stack.ingestion.peer.publish("old/A", "1", 1);
            stack.ingestion.awaitPoints("A", 1);
            Files.writeString(rules, "ingestor.rules.fresh.topic=fresh/{name}\n");
            bridge.process().awaitLine("Unsubscribed from old/+", LIMIT);
            stack.ingestion.peer.publish("fresh/B", "2", 1);
            stack.ingestion.awaitPoints("B", 1);
            assertEquals(1, bridge.metric("sensorline_rules_reloads_total{result=\"ok\"}"));
        }
    }

    @Test
    void without_a_role_the_ingestor_does_not_use_kafka() {
        try (Ingestion ingestion = Ingestion.running()) {
            ingestion.publish("S", 0, 10, 1);
            ingestion.awaitPoints("S", 10);
            new HealthAndMetrics(ingestion.httpPort)
                    .get("/q/health/ready")
                    .then()
                    .body("checks.name", not(hasItem("Kafka answers")));
            assertTrue(!new HealthAndMetrics(ingestion.httpPort)
                    .get("/q/metrics")
                    .asString()
                    .contains("kafka"));
        }
    }

    @Test
    @Needs(Feature.MOSQUITTO)
    void two_bridges_and_two_writers_share_the_work_and_lose_nothing() throws Exception {
        try (KafkaStack stack = KAFKA.stack()) {
            List<RunningIngestor> bridges = List.of(
                    stack.start(stack.configured("bridge")
                                    .with("MQTT_TOPICS", "$share/bridges/sensor/+")
                                    .with("MQTT_CLIENT_ID", "bridge-1"))
                            .awaitReadiness(200),
                    stack.start(stack.configured("bridge")
                                    .with("MQTT_TOPICS", "$share/bridges/sensor/+")
                                    .with("MQTT_CLIENT_ID", "bridge-2"))
                            .awaitReadiness(200));
            List<RunningIngestor> writers = List.of(stack.writer(), stack.writer());
            for (int sensor = 0; sensor < 20; sensor++) {
                stack.ingestion.publish("S" + sensor, 0, 200, 1);
            }
            for (int sensor = 0; sensor < 20; sensor++) {
                stack.ingestion.awaitPoints("S" + sensor, 200);
            }
            for (RunningIngestor bridge : bridges) {
                assertTrue(bridge.metric("sensorline_points_forwarded_total") > 0);
            }
            for (RunningIngestor writer : writers) {
                assertTrue(writer.metric("sensorline_points_written_total") > 0);
            }
        }
    }

    @Test
    void replay_by_another_group_into_an_empty_database_makes_exactly_the_same_points() {
        try (KafkaStack stack = KAFKA.stack()) {
            stack.bridge();
            RunningIngestor first = stack.writer();
            stack.ingestion.publish("T", 0, 500, 1);
            for (int n = 0; n < 100; n++) {
                stack.ingestion.peer.publish("sensor/U", Integer.toString(n), 1); // Without a time.
            }
            stack.ingestion.awaitPoints("T", 500);
            stack.ingestion.awaitPoints("U", 100);
            List<?> before =
                    List.of(stack.ingestion.store.points("sensor", "T"), stack.ingestion.store.points("sensor", "U"));
            first.process().terminate();
            stack.ingestion.store.clear();
            stack.start(stack.configured("writer").with("KAFKA_GROUP", "replay"));
            stack.ingestion.awaitPoints("T", 500);
            stack.ingestion.awaitPoints("U", 100);
            assertEquals(
                    before,
                    List.of(stack.ingestion.store.points("sensor", "T"), stack.ingestion.store.points("sensor", "U")));
        }
    }

    @Test
    void points_that_influxdb_rejects_are_set_aside_on_a_topic_of_kafka_and_delay_no_others() {
        try (KafkaStack stack = KAFKA.stack()) {
            RunningIngestor writer = stack.writer();
            stack.send(
                    "sensor,name=A",
                    "sensor,name=A value=1.0 1000",
                    "no line",
                    "sensor,name=A value=\"text\" 2000",
                    "",
                    "sensor,name=A value=2.0 3000");
            stack.ingestion.awaitPoints("A", 2);
            await().atMost(LIMIT).until(() -> stack.committed() == 5);
            List<ConsumerRecord<String, String>> rejected = stack.records(stack.topic + "-rejected");
            assertEquals(3, rejected.size(), rejected::toString);
            assertTrue(
                    rejected.stream()
                            .anyMatch(record -> record.value().contains("\"payload\":\"no line\"")
                                    && record.value().contains("refused_by_store")),
                    rejected::toString);
            assertEquals(2, writer.metric("sensorline_readings_rejected_total{reason=\"refused_by_store\"}"));
            assertEquals(1, writer.metric("sensorline_readings_rejected_total{reason=\"empty\"}"));
        }
    }

    @Test
    void the_bridge_sets_invalid_readings_aside_over_mqtt() {
        try (KafkaStack stack = KAFKA.stack()) {
            RunningIngestor bridge = stack.bridge();
            stack.ingestion.peer.subscribe("sensorline/rejected/#", 1);
            stack.ingestion.peer.publish("sensor/A", "none", 1);
            await().atMost(LIMIT).until(() -> stack.ingestion.peer.messages().size() == 1);
            assertEquals(1, bridge.metric("sensorline_readings_rejected_total{reason=\"not_a_number\"}"));
        }
    }

    @Test
    void tls_to_kafka_is_configured_by_the_settings_of_its_clients(@TempDir Path directory) {
        Certificates certificates = Certificates.in(directory).issue("server");
        try (KafkaBroker locked = KafkaBroker.start(certificates);
                KafkaStack stack = new KafkaStack(locked)) {
            for (String role : List.of("bridge", "writer")) {
                stack.start(stack.configured(role)
                                .with("KAFKA_SECURITY_PROTOCOL", "SSL")
                                .with("KAFKA_SSL_TRUSTSTORE_TYPE", "PEM")
                                .with("KAFKA_SSL_TRUSTSTORE_LOCATION", certificates.authority()))
                        .awaitReadiness(200);
            }
            stack.ingestion.publish("S", 0, 100, 1);
            stack.ingestion.awaitPoints("S", 100);
        }
    }

    @Test
    void sigterm_under_load_costs_no_reading_in_either_role() throws Exception {
        try (KafkaStack stack = KAFKA.stack()) {
            RunningIngestor bridge = stack.bridge();
            RunningIngestor writer = stack.writer();
            Load load = stack.load();
            load.awaitStored(500);
            assertEndsWell(bridge.process());
            stack.bridge();
            load.awaitStored(500);
            assertEndsWell(writer.process());
            double written = stack.ingestion.points(Load.NAME);
            RunningIngestor next = stack.writer();
            int count = load.stop();
            load.assertHolds(count);
            // The first process had committed what it had written: nothing is written twice.
            await().atMost(LIMIT).until(() -> next.metric("sensorline_points_written_total") == count - written);
        }
    }

    private static void assertEndsWell(ChildProcess process) {
        int exit = process.terminate();
        assertTrue(exit == 0 || exit == SIGTERM_EXIT, "exit code " + exit);
        assertEquals(
                0,
                Ingestion.lines(process, "Exception") + Ingestion.lines(process, " WARN "),
                process.lines()::toString);
    }

    @Test
    void a_name_that_cannot_be_resolved_yet_is_waited_for_until_the_process_is_to_end() {
        ServiceProcess service = ServiceProcess.of("ingestor")
                .with("INGESTOR_ROLE", "writer")
                .with("HTTP_PORT", Ports.free())
                .with("KAFKA_BOOTSTRAP_SERVERS", "nowhere.invalid:9092");
        try (ChildProcess ingestor = service.start()) {
            ingestor.awaitLine("no host has an address", LIMIT);
            int exit = ingestor.terminate();
            assertTrue(exit == SIGTERM_EXIT || exit == 2, "exit code " + exit);
            assertEquals(0, Ingestion.lines(ingestor, "Exception"), ingestor.lines()::toString);
        }
    }

    /** All other wrong values: VariablesTest. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"INGESTOR_ROLE|both|whole, bridge or writer", "KAFKA_CA_FILE|/dev/null|certificates in PEM form"})
    void a_wrong_variable_is_one_line_that_names_it_its_value_and_what_is_allowed(
            String variable, String value, String allowed) {
        assertRefused("writer", variable, value, allowed);
    }

    @ParameterizedTest
    @CsvSource({"KAFKA_SECURITY_PROTOCOL,nonsense,SASL_SSL", "KAFKA_REQUEST_TIMEOUT_MS,soon,number"})
    void a_setting_that_kafkas_clients_refuse_is_one_line_that_names_it_too(
            String variable, String value, String allowed) {
        assertRefused("bridge", variable, value, allowed);
    }

    private static void assertRefused(String role, String variable, String value, String allowed) {
        ServiceProcess service = ServiceProcess.of("ingestor")
                .with("INGESTOR_ROLE", role)
                .with("MQTT_PORT", Ports.free())
                .with("HTTP_PORT", Ports.free());
        try (ChildProcess ingestor = service.with(variable, value).start()) {
            assertEquals(2, ingestor.awaitExit(LIMIT));
            assertEquals(1, ingestor.lines().size(), ingestor.lines()::toString);
            String line = ingestor.lines().get(0);
            assertTrue(line.startsWith(variable + "=") && line.contains(": must") && line.contains(allowed), line);
        }
    }
}
