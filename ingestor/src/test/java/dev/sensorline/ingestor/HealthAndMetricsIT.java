package dev.sensorline.ingestor;

import static dev.sensorline.ingestor.Ingestion.LIMIT;
import static dev.sensorline.ingestor.Ingestion.lines;
import static io.restassured.RestAssured.get;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.sensorline.servers.BrokerSettings;
import dev.sensorline.servers.ChildProcess;
import dev.sensorline.servers.Ports;
import dev.sensorline.servers.ServiceProcess;
import dev.sensorline.servers.StoreSettings;

/** Health checks and metrics, as an operator sees them. */
class HealthAndMetricsIT {

    @Test
    void it_is_alive_and_started_but_not_ready_without_broker_and_store() {
        int port = Ports.free();
        try (ChildProcess ingestor = ServiceProcess.of("ingestor")
                .with("MQTT_PORT", Ports.free())
                .with("INFLUX_URL", "http://127.0.0.1:" + Ports.free())
                .with("HTTP_PORT", port)
                .start()) {
            String health = "http://127.0.0.1:" + port + "/q/health/";
            await().atMost(LIMIT)
                    .ignoreExceptions()
                    .until(() -> get(health + "live").statusCode() == 200);
            get(health + "started").then().statusCode(200);
            get(health + "ready")
                    .then()
                    .statusCode(503)
                    .body("status", equalTo("DOWN"))
                    .body("checks.find { it.name == 'InfluxDB accepts points' }.status", equalTo("DOWN"));
            ingestor.awaitLine("Is not connected", LIMIT);
            ingestor.awaitLine("does not accept points", LIMIT);
        }
    }

    @Test
    void as_soon_as_it_is_ready_its_metrics_are_complete() {
        try (Ingestion ingestion = Ingestion.servers(BrokerSettings.defaults(), StoreSettings.defaults());
                ChildProcess ingestor = ingestion.ingestor().start()) {
            await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .atMost(LIMIT)
                    .ignoreExceptions()
                    .until(() -> get(ingestion.http() + "/q/health/ready").statusCode() == 200);
            assertEquals(1, ingestion.metric("sensorline_broker_connected"), ingestor.lines()::toString);
            assertEquals(0, ingestion.metric("sensorline_messages_ignored_total{reason=\"unwanted\"}"));
            assertEquals(0, ingestion.metric("sensorline_messages_ignored_total{reason=\"retained\"}"));
            assertTrue(ingestion.metric("jvm_threads_live_threads") > 0);
        }
    }

    @Test
    void readiness_names_the_broker_and_influxdb() {
        try (Ingestion ingestion = Ingestion.running()) {
            get(ingestion.http() + "/q/health/ready")
                    .then()
                    .statusCode(200)
                    .body("status", equalTo("UP"))
                    .body("checks.name", hasItem("InfluxDB accepts points"))
                    .body(
                            "checks.find { it.name == 'SmallRye Reactive Messaging - readiness check' }.data.readings",
                            equalTo("[OK]"));
            ingestion.broker.stop();
            ingestion.awaitReadiness(503);
            assertEquals(0, ingestion.metric("sensorline_broker_connected"));
            get(ingestion.http() + "/q/health/ready")
                    .then()
                    .body(
                            "checks.find { it.name == 'SmallRye Reactive Messaging - readiness check' }.status",
                            equalTo("DOWN"))
                    .body("checks.find { it.name == 'InfluxDB accepts points' }.status", equalTo("UP"));
        }
    }

    @Test
    void clients_that_hold_connections_do_not_keep_a_probe_from_being_answered() throws IOException {
        int port = Ports.free();
        List<Socket> held = new ArrayList<>();
        try (ChildProcess ingestor = ServiceProcess.of("ingestor")
                .with("MQTT_PORT", Ports.free())
                .with("INFLUX_URL", "http://127.0.0.1:" + Ports.free())
                .with("HTTP_PORT", port)
                .start()) {
            HealthAndMetrics asked = new HealthAndMetrics(port);
            await().atMost(LIMIT).ignoreExceptions().until(() -> asked.health("live") == 200);
            for (int i = 0; i < 40; i++) {
                Socket socket = new Socket("127.0.0.1", port);
                held.add(socket);
                String request = "GET /q/metrics HTTP/1.1\r\nHost: localhost\r\n";
                socket.getOutputStream()
                        .write((i % 2 == 0 ? request : request + "\r\n").getBytes(StandardCharsets.US_ASCII));
            }
            // Long before connections are closed that have been silent for 30 s.
            await().atMost(Duration.ofSeconds(5)).ignoreExceptions().until(() -> asked.health("live") == 200);
            assertEquals(0, lines(ingestor, "\tat "));
        } finally {
            for (Socket socket : held) {
                socket.close();
            }
        }
    }

    @Test
    void metrics_count_what_became_of_the_readings() {
        try (Ingestion ingestion = Ingestion.running()) {
            ingestion.publish("M", 0, 200, 1);
            ingestion.publish("M", 0, 3, 1);
            ingestion.peer.publish("sensor/M", "abc", 1);
            ingestion.peer.publish("sensor/END", "1", 1);
            ingestion.awaitPoints("END", 1);
            await().atMost(LIMIT).until(() -> ingestion.metric("sensorline_batches_in_flight") == 0);
            assertEquals(205, ingestion.metric("sensorline_readings_received_total"));
            assertEquals(204, ingestion.metric("sensorline_points_written_total"));
            assertEquals(1, ingestion.metric("sensorline_readings_rejected_total{reason=\"not_a_number\"}"));
            assertEquals(3, ingestion.metric("sensorline_readings_duplicated_total"));
            assertEquals(0, ingestion.metric("sensorline_log_dropped_total"));
            assertEquals(0, ingestion.metric("sensorline_queue_full"));
            assertEquals(0, ingestion.metric("sensorline_readings_redelivered_total"));
            assertEquals(0, ingestion.metric("sensorline_queue_readings"));
            assertEquals(1, ingestion.metric("sensorline_broker_connected"));
            assertEquals(1, ingestion.metric("sensorline_store_accepting"));
            assertEquals(204, ingestion.metric("sensorline_batch_size_sum"));
            for (String metric : List.of(
                    "sensorline_batch_size_count",
                    "sensorline_write_seconds_count",
                    "sensorline_write_seconds_sum",
                    "sensorline_latency_seconds_count",
                    "sensorline_latency_seconds_max",
                    "sensorline_latency_seconds_bucket{le=\"300.0\"}",
                    "sensorline_latency_recent_seconds{quantile=\"0.5\"}",
                    "sensorline_latency_recent_seconds{quantile=\"0.99\"}",
                    "sensorline_reading_age_seconds_bucket{le=\"+Inf\"}")) {
                assertTrue(ingestion.metric(metric) > 0, metric);
            }
        }
    }
}
