package dev.sensorline.ingestor;

import static dev.sensorline.ingestor.Ingestion.LIMIT;
import static dev.sensorline.ingestor.Ingestion.assertLogged;
import static dev.sensorline.ingestor.Ingestion.lines;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import com.sun.net.httpserver.HttpServer;

import dev.sensorline.servers.BrokerSettings;
import dev.sensorline.servers.ChildProcess;
import dev.sensorline.servers.Feature;
import dev.sensorline.servers.Ports;
import dev.sensorline.servers.ServiceProcess;
import dev.sensorline.servers.StoreSettings;
import dev.sensorline.servers.junit.Needs;

/** The variables of the ingestor, as a process reads them. */
@Execution(ExecutionMode.CONCURRENT)
class ConfigurationIT {

    /** All other variables: VariablesTest. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HTTP_PORT|abc|HTTP_PORT=abc: must be a whole number from 1 to 65535",
                "INFLUX_PASSWORD_FILE|/nowhere/password|INFLUX_PASSWORD_FILE=/nowhere/password: must be a file that can be read",
                "INFLUX_TOKEN|s3cret of two words|INFLUX_TOKEN: must be a token of ASCII characters without blanks"
            })
    void a_wrong_variable_is_one_line_that_names_it_its_value_and_what_is_allowed(
            String variable, String value, String line) {
        try (ChildProcess ingestor = ServiceProcess.of("ingestor")
                .with("MQTT_PORT", Ports.free())
                .with("HTTP_PORT", Ports.free())
                .with(variable, value)
                .start()) {
            assertEquals(2, ingestor.awaitExit(LIMIT));
            assertEquals(List.of(line), ingestor.lines());
        }
    }

    @Test
    void a_port_in_use_is_one_line() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ChildProcess ingestor = ServiceProcess.of("ingestor")
                        .with("MQTT_PORT", Ports.free())
                        .with("HTTP_PORT", taken.getLocalPort())
                        .start()) {
            assertEquals(2, ingestor.awaitExit(LIMIT));
            assertEquals(1, lines(ingestor, "Port " + taken.getLocalPort()), ingestor.lines()::toString);
            assertEquals(0, lines(ingestor, "Exception"), ingestor.lines()::toString);
        }
    }

    @Test
    void the_right_passwords_are_accepted_by_both_servers_and_are_never_logged(@TempDir Path directory)
            throws IOException {
        try (Ingestion ingestion = Ingestion.servers(
                BrokerSettings.defaults().withUser("lab", "br0ker secret"),
                StoreSettings.withUser("writer", "st0re secret"))) {
            Path file = Files.writeString(directory.resolve("password"), "st0re secret\n");
            ChildProcess ingestor = ingestion.start(ingestion
                    .ingestor()
                    .with("MQTT_USERNAME", "lab")
                    .with("MQTT_PASSWORD", "br0ker secret")
                    .with("INFLUX_USERNAME", "writer")
                    .with("INFLUX_PASSWORD_FILE", file));
            ingestion.peer.publish("sensor/A", "1", 1);
            ingestion.awaitPoints("A", 1);
            assertEquals(0, lines(ingestor, "secret"));
        }
    }

    /** The channel parses the setting a second time. */
    @Test
    void the_age_of_a_batch_can_be_seconds_with_a_fraction() {
        try (Ingestion ingestion = Ingestion.servers(BrokerSettings.defaults(), StoreSettings.defaults())) {
            ingestion.start(ingestion.ingestor().with("INGESTOR_BATCH_AGE", "0.05"));
            ingestion.peer.publish("sensor/A", "1", 1);
            ingestion.awaitPoints("A", 1);
        }
    }

    @Test
    void a_token_is_accepted_by_influxdb_and_is_never_logged(@TempDir Path directory) throws IOException {
        try (Ingestion ingestion =
                Ingestion.servers(BrokerSettings.defaults(), StoreSettings.withUser("writer", "s3cret"))) {
            // The form of a token for InfluxDB 1.8.
            Path file = Files.writeString(directory.resolve("token"), "writer:s3cret\n");
            ChildProcess ingestor = ingestion.start(ingestion.ingestor().with("INFLUX_TOKEN_FILE", file));
            ingestion.peer.publish("sensor/A", "1", 1);
            ingestion.awaitPoints("A", 1);
            assertEquals(0, lines(ingestor, "s3cret"));
        }
    }

    @Test
    void token_organisation_and_bucket_are_sent_to_the_store() throws IOException {
        Set<String> requests = ConcurrentHashMap.newKeySet();
        HttpServer store = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        store.createContext("/", exchange -> {
            requests.add("%s %s, %s"
                    .formatted(
                            exchange.getRequestMethod(),
                            exchange.getRequestURI(),
                            exchange.getRequestHeaders().get("Authorization")));
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(204, -1);
        });
        store.start();
        try (Ingestion ingestion = Ingestion.servers(BrokerSettings.defaults(), StoreSettings.defaults());
                ChildProcess ingestor = ingestion.start(ingestion
                        .ingestor()
                        .with(
                                "INFLUX_URL",
                                "http://127.0.0.1:" + store.getAddress().getPort() + "/insert/0/influx")
                        .with("INFLUX_TOKEN", "s3cret==")
                        .with("INFLUX_ORG", "plant & co")
                        .with("INFLUX_DATABASE", "sensor data"))) {
            ingestion.peer.publish("sensor/A", "1", 1);
            await().atMost(LIMIT).until(() -> ingestion.metric("sensorline_points_written_total") == 1);
            assertEquals(
                    Set.of("POST /insert/0/influx/api/v2/write?org=plant+%26+co&precision=ns&bucket=sensor+data, "
                            + "[Token s3cret==]"),
                    requests);
            assertEquals(0, lines(ingestor, "s3cret"));
        } finally {
            store.stop(0);
        }
    }

    @Test
    void a_wrong_password_of_influxdb_is_one_line_readiness_is_down_and_nothing_is_lost() {
        try (Ingestion ingestion =
                Ingestion.servers(BrokerSettings.defaults(), StoreSettings.withUser("writer", "right"))) {
            try (ChildProcess wrong = ingestion
                    .ingestor()
                    .with("INFLUX_USERNAME", "writer")
                    .with("INFLUX_PASSWORD", "wr0ng")
                    .start()) {
                String line = wrong.awaitLine("does not accept points", LIMIT);
                assertTrue(line.contains("401") && line.contains("authorization failed"), line);
                ingestion.awaitReadiness(503);
                assertEquals(200, ingestion.health("live"));
                ingestion.peer.publish("sensor/A", "1", 1);
                await().atMost(LIMIT).until(() -> ingestion.metric("sensorline_write_seconds_count") >= 5);
                assertLogged(1, wrong, "does not accept points");
                assertEquals(0, lines(wrong, "wr0ng"));
                wrong.terminate();
            }
            ingestion.start(
                    ingestion.ingestor().with("INFLUX_USERNAME", "writer").with("INFLUX_PASSWORD", "right"));
            ingestion.awaitPoints("A", 1);
        }
    }

    @Test
    @Needs(Feature.DATABASES)
    void a_database_that_does_not_exist_is_one_line_and_readiness_is_down() {
        try (Ingestion ingestion = Ingestion.servers(BrokerSettings.defaults(), StoreSettings.defaults())) {
            try (ChildProcess ingestor =
                    ingestion.ingestor().with("INFLUX_DATABASE", "nowhere").start()) {
                String line = ingestor.awaitLine("does not accept points", LIMIT);
                assertTrue(line.contains("404") && line.contains("nowhere"), line);
                ingestion.awaitReadiness(503);
            }
        }
    }

    @Test
    @Needs(Feature.DATABASES)
    void topics_and_retention_policy_are_configurable() {
        try (Ingestion ingestion = Ingestion.servers(BrokerSettings.defaults(), StoreSettings.defaults())) {
            ingestion.store.query("CREATE RETENTION POLICY year ON sensors DURATION 52w REPLICATION 1");
            ingestion.start(ingestion
                    .ingestor()
                    .with("MQTT_TOPICS", "plant/+/a, other/#")
                    .with("INFLUX_RETENTION_POLICY", "year"));
            for (String topic : new String[] {"plant/1/a", "plant/1/b", "other/x/y/c", "sensor/d"}) {
                ingestion.peer.publish(topic, "1", 1);
            }
            ingestion.peer.publish("other/END", "1", 1);
            await().atMost(LIMIT).until(() -> inYear(ingestion, "END") == 1);
            assertEquals(1, inYear(ingestion, "a"));
            assertEquals(1, inYear(ingestion, "c"));
            assertEquals(0, inYear(ingestion, "b"));
            assertEquals(0, inYear(ingestion, "d"));
        }
    }

    @Test
    void without_subscribing_it_writes_the_messages_of_the_kept_session() {
        try (Ingestion ingestion = Ingestion.servers(BrokerSettings.defaults(), StoreSettings.defaults())) {
            ingestion.startIngestor().terminate();
            ingestion.publish("A", 0, 100, 1);
            ingestion.start(ingestion.ingestor().with("MQTT_SUBSCRIBE", false));
            ingestion.awaitPoints("A", 100);
            assertEquals(
                    1,
                    ingestion.broker.log().stream()
                            .filter(line -> line.endsWith(" sensor/+"))
                            .count());
        }
    }

    private static long inYear(Ingestion ingestion, String name) {
        return ingestion
                .store
                .query("SELECT count(value) FROM \"year\".\"sensor\" WHERE \"name\" = '" + name + "'")
                .at("/results/0/series/0/values/0/1")
                .asLong();
    }
}
