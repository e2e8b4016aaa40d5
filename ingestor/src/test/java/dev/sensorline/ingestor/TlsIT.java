package dev.sensorline.ingestor;

import static dev.sensorline.ingestor.Ingestion.LIMIT;
import static dev.sensorline.ingestor.Ingestion.assertLogged;
import static dev.sensorline.ingestor.Ingestion.lines;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.sensorline.servers.BrokerSettings;
import dev.sensorline.servers.Certificates;
import dev.sensorline.servers.ChildProcess;
import dev.sensorline.servers.Ports;
import dev.sensorline.servers.ServiceProcess;
import dev.sensorline.servers.StoreSettings;
import dev.sensorline.servers.TlsListener;

/** TLS with a private authority, from the simulator to the broker and from the ingestor to both servers. */
class TlsIT {

    /** Addresses of the loopback interface: one that is in the broker's certificate, and one that is not. */
    private static final String NAMED = "127.0.0.1";

    private static final String NOT_NAMED = "127.0.0.2";

    @TempDir
    private static Path directory;

    private static Certificates certificates;

    private final int tlsPort = Ports.free();

    @BeforeAll
    static void issue() {
        certificates = Certificates.in(directory).issue("server").issue("client");
    }

    /** Requires a certificate of clients over TLS. The test's MQTT client connects without TLS. */
    private Ingestion secured() {
        return Ingestion.servers(
                BrokerSettings.defaults()
                        .withListeners(
                                new TlsListener(NAMED, tlsPort, certificates, certificates),
                                new TlsListener(NOT_NAMED, tlsPort, certificates, certificates)),
                StoreSettings.withTls(certificates));
    }

    private ServiceProcess ingestor(Ingestion ingestion) {
        return ingestion
                .ingestor()
                .with("MQTT_PORT", tlsPort)
                .with("MQTT_CA_FILE", certificates.authority())
                .with("MQTT_CERTIFICATE_FILE", certificates.certificate("client"))
                .with("MQTT_KEY_FILE", certificates.key("client"))
                .with("INFLUX_CA_FILE", certificates.authority());
    }

    private ServiceProcess sensor(String name) {
        return ServiceProcess.of("simulator")
                .with("SIM_HOST", NAMED)
                .with("SIM_PORT", tlsPort)
                .with("SIM_NAME", name)
                .with("SIM_CA_FILE", certificates.authority())
                .with("SIM_CERTIFICATE_FILE", certificates.certificate("client"))
                .with("SIM_KEY_FILE", certificates.key("client"));
    }

    @Test
    void readings_go_from_a_sensor_to_influxdb_over_tls_only() {
        try (Ingestion ingestion = secured()) {
            ingestion.start(ingestor(ingestion));
            try (ChildProcess sensor = sensor("S")
                    .with("SIM_QOS", 1)
                    .with("SIM_PERIOD", "100ms")
                    .with("SIM_READINGS", 10)
                    .start()) {
                assertEquals(0, sensor.awaitExit(LIMIT));
            }
            ingestion.awaitPoints("S", 10);
        }
    }

    @Test
    void a_broker_with_an_untrusted_certificate_or_another_name_is_refused() throws IOException {
        try (Ingestion ingestion = secured()) {
            Certificates others = Certificates.in(Files.createDirectory(directory.resolve("others")));
            try (ChildProcess distrusting =
                            sensor("D").with("SIM_CA_FILE", others.authority()).start();
                    ChildProcess misled =
                            sensor("M").with("SIM_HOST", NOT_NAMED).start()) {
                distrusting.awaitLine("Is not connected", LIMIT);
                misled.awaitLine("Is not connected", LIMIT);
                assertEquals(0, lines(distrusting, "data published"));
                assertEquals(0, lines(misled, "data published"));
            }
        }
    }

    @Test
    void a_renewed_certificate_counts_from_the_next_connection_on_and_costs_no_reading() {
        try (Ingestion ingestion = secured()) {
            ChildProcess ingestor = ingestion.start(ingestor(ingestion));
            assertTrue(ingestion.broker.log().stream().noneMatch(line -> line.contains("u'renewed'")));
            certificates.issue("client", "renewed");
            ingestion.publish("R", 0, 50, 1);
            ingestion.broker.stop();
            ingestion.awaitReadiness(503);
            ingestion.broker.restart();
            ingestion.awaitReady();
            ingestion.publish("R", 50, 50, 1);
            ingestion.awaitPoints("R", 100);
            assertLogged(4, ingestor, "Connected to"); // Two connections, each twice.
            assertTrue(ingestion.broker.log().stream().anyMatch(line -> line.contains("u'renewed'")));
        }
    }

    @Test
    void files_that_cannot_be_used_are_one_line() {
        try (ChildProcess sensor = sensor("F")
                        .with("SIM_CA_FILE", directory.resolve("nowhere"))
                        .start();
                ChildProcess half = sensor("H").with("SIM_KEY_FILE", "").start()) {
            assertEquals(2, sensor.awaitExit(LIMIT));
            assertEquals(
                    1,
                    lines(sensor, "SIM_CA_FILE=" + directory.resolve("nowhere") + ": must be a file that can be read"),
                    sensor.lines()::toString);
            assertEquals(2, half.awaitExit(LIMIT));
            assertLogged(1, half, "must be set together");
        }
    }
}
