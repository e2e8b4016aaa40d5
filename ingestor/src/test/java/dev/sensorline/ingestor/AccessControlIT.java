package dev.sensorline.ingestor;

import static dev.sensorline.ingestor.Ingestion.LIMIT;
import static dev.sensorline.ingestor.Ingestion.assertLogged;
import static dev.sensorline.ingestor.Ingestion.lines;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.sensorline.servers.BrokerSettings;
import dev.sensorline.servers.Certificates;
import dev.sensorline.servers.ChildProcess;
import dev.sensorline.servers.Feature;
import dev.sensorline.servers.PointReader;
import dev.sensorline.servers.PointStore;
import dev.sensorline.servers.Ports;
import dev.sensorline.servers.ProjectTree;
import dev.sensorline.servers.ServiceProcess;
import dev.sensorline.servers.StoreSettings;
import dev.sensorline.servers.TlsListener;
import dev.sensorline.servers.junit.Needs;
import io.restassured.RestAssured;

/**
 * The broker with the configuration and the access rules of the secure stack, InfluxDB over HTTPS, and unauthorised clients.
 * Each of them is refused, each service logs that in one line however often it tries, and no authorised reading is lost.
 */
@Execution(ExecutionMode.CONCURRENT)
class AccessControlIT {

    /** An attempt to connect in the broker's log: with the port, or without it if TLS fails at the first byte or with the embedded broker. */
    private static final String ATTEMPT =
            "New connection from 127.0.0.1:\\d+ on port %d\\.|Client connection from 127.0.0.1 failed: .*|was disconnected. reason: .*";

    private static final int ATTEMPTS = 4;
    private static final String PASSWORD = "st0re secret";

    @TempDir
    private static Path issued;

    private static Certificates issuedServices;
    private static Certificates issuedSensors;
    private static Certificates untrusted;

    @TempDir
    private Path directory;

    private final int sensorsPort = Ports.free();
    private final int servicesPort = Ports.free();
    private final int httpsPort = Ports.free();
    private Certificates services;
    private Certificates sensors;
    private Ingestion ingestion;

    @BeforeAll
    static void issue() throws IOException {
        issuedServices = Certificates.in(Files.createDirectory(issued.resolve("services")))
                .issue("server")
                .issue("ingestor")
                .issue("telegraf");
        issuedSensors = Certificates.in(Files.createDirectory(issued.resolve("sensors")))
                .issue("S")
                .issue("OTHER");
        untrusted = Certificates.in(Files.createDirectory(issued.resolve("untrusted")))
                .issue("server")
                .issue("S");
    }

    @BeforeEach
    void startServers() throws IOException {
        services = issuedServices.copy(Files.createDirectory(directory.resolve("services")));
        sensors = issuedSensors.copy(Files.createDirectory(directory.resolve("sensors")));
        BrokerSettings broker = BrokerSettings.defaults().withUser("peer", "peer");
        ingestion = Ingestion.servers(
                // An embedded broker has the same listeners, and no access rules.
                Feature.MOSQUITTO.isAvailable()
                        ? broker.withLines(mosquittoConf())
                        : broker.withListeners(
                                new TlsListener("127.0.0.1", sensorsPort, services, sensors),
                                new TlsListener("127.0.0.1", servicesPort, services, services)),
                StoreSettings.withTls(services));
    }

    @AfterEach
    void close() {
        if (ingestion != null) {
            ingestion.close();
        }
    }

    /** That of the secure stack, on free ports and without revocations. The test's MQTT client needs no TLS and has all rights. */
    private String[] mosquittoConf() throws IOException {
        Path secure = ProjectTree.root().resolve("mosquitto/secure");
        List<String> rights = new ArrayList<>(Files.readAllLines(secure.resolve("acl")));
        rights.addAll(List.of("user peer", "topic readwrite #"));
        Path acl = Files.write(directory.resolve("acl"), rights);
        return Files.readAllLines(secure.resolve("mosquitto.conf")).stream()
                .filter(line -> !line.matches("crlfile .*|persistence.*|(max|log|sys|connection)_.*"))
                .map(line -> line.replace("listener 8883", "listener " + sensorsPort + " 127.0.0.1")
                        .replace("listener 8884", "listener " + servicesPort + " 127.0.0.1")
                        .replace("/run/keys/sensors.pem", sensors.authority().toString())
                        .replace("/run/keys/ca.pem", services.authority().toString())
                        .replace(
                                "/run/keys/certificate.pem",
                                services.certificate("server").toString())
                        .replace("/run/keys/key.pem", services.key("server").toString())
                        .replace("/mosquitto/config/acl", acl.toString()))
                .toArray(String[]::new);
    }

    private ServiceProcess ingestor() {
        return ingestion
                .ingestor()
                .with("MQTT_PORT", servicesPort)
                .with("MQTT_CA_FILE", services.authority())
                .with("MQTT_CERTIFICATE_FILE", services.certificate("ingestor"))
                .with("MQTT_KEY_FILE", services.key("ingestor"))
                .with("INFLUX_CA_FILE", services.authority());
    }

    /** A sensor at QoS 1, with the certificate of sensor S. */
    private ServiceProcess sensor(String name) {
        return ServiceProcess.of("simulator")
                .with("SIM_HOST", "127.0.0.1")
                .with("SIM_PORT", sensorsPort)
                .with("SIM_NAME", name)
                .with("SIM_QOS", 1)
                .with("SIM_FORMAT", "json")
                .with("SIM_PERIOD", "50ms")
                .with("SIM_CA_FILE", services.authority())
                .with("SIM_CERTIFICATE_FILE", sensors.certificate("S"))
                .with("SIM_KEY_FILE", sensors.key("S"));
    }

    private void awaitSeveralAttempts(int port) {
        await("attempts").atMost(LIMIT).until(() -> attempts(port) >= ATTEMPTS);
    }

    private long attempts(int port) {
        return ingestion.broker.log().stream()
                .filter(line -> line.matches(".*(?:" + ATTEMPT.formatted(port) + ")"))
                .count();
    }

    private static void assertOneLine(ChildProcess service, String part) {
        assertLogged(1, service, part);
        assertEquals(0, lines(service, "\tat "), service.lines()::toString);
    }

    /** Clients that the sensors' listener must refuse. */
    enum Unauthorised {
        WITHOUT_A_CERTIFICATE,
        OF_ANOTHER_AUTHORITY,
        OF_THE_SERVICES,
        EXPIRED,
        WITHOUT_TLS
    }

    @ParameterizedTest
    @EnumSource(Unauthorised.class)
    void an_unauthorised_sensor_is_refused_in_one_line_and_loses_nothing_once_it_is_authorised(Unauthorised client) {
        ingestion.start(ingestor());
        ServiceProcess sensor = sensor("S").with("SIM_READINGS", 60);
        switch (client) {
            case WITHOUT_A_CERTIFICATE ->
                sensor.with("SIM_CERTIFICATE_FILE", "").with("SIM_KEY_FILE", "");
            case OF_ANOTHER_AUTHORITY -> sensors.replace("S", untrusted);
            case OF_THE_SERVICES ->
                sensor.with("SIM_CERTIFICATE_FILE", services.certificate("telegraf"))
                        .with("SIM_KEY_FILE", services.key("telegraf"));
            case EXPIRED -> sensors.issueExpired("S");
            case WITHOUT_TLS ->
                sensor.with("SIM_CERTIFICATE_FILE", "").with("SIM_KEY_FILE", "").with("SIM_CA_FILE", "");
            default -> throw new IllegalArgumentException(client.name());
        }
        try (ChildProcess refused = sensor.start();
                ChildProcess other = sensor("OTHER")
                        .with("SIM_CERTIFICATE_FILE", sensors.certificate("OTHER"))
                        .with("SIM_KEY_FILE", sensors.key("OTHER"))
                        .with("SIM_READINGS", 20)
                        .start()) {
            assertEquals(0, other.awaitExit(LIMIT));
            awaitSeveralAttempts(sensorsPort);
            assertOneLine(refused, "Is not connected");
            assertEquals(0, lines(refused, "data published"));
            ingestion.awaitPoints("OTHER", 20);
            assertEquals(0, ingestion.points("S"));
            if (client == Unauthorised.EXPIRED || client == Unauthorised.OF_ANOTHER_AUTHORITY) {
                sensors.issue("S");
                assertEquals(0, refused.awaitExit(LIMIT));
                ingestion.awaitPoints("S", 60);
            }
        }
    }

    @Test
    @Needs(Feature.MOSQUITTO)
    void readings_published_under_another_sensors_name_are_dropped_and_reported_in_one_line() {
        ingestion.start(ingestor());
        try (ChildProcess forger = sensor("OTHER").with("SIM_READINGS", 10).start()) {
            assertEquals(0, forger.awaitExit(LIMIT));
            assertOneLine(forger, "SIM_NAME=OTHER: the certificate is for CN=S");
        }
        try (ChildProcess honest = sensor("S").with("SIM_READINGS", 10).start()) {
            assertEquals(0, honest.awaitExit(LIMIT));
            assertEquals(0, lines(honest, "the certificate is for"));
        }
        ingestion.awaitPoints("S", 10);
        assertEquals(0, ingestion.points("OTHER"));
        // Its client id is the name in its certificate, so it has not taken over another sensor's session.
        assertTrue(ingestion.broker.log().stream().anyMatch(line -> line.contains("Denied PUBLISH from S ")));
        assertTrue(ingestion.broker.log().stream().noneMatch(line -> line.contains("Received PUBLISH from OTHER ")));
    }

    @Test
    void a_sensors_certificate_is_refused_at_the_services_listener() {
        try (ChildProcess unauthorised = ingestor()
                .with("MQTT_CERTIFICATE_FILE", sensors.certificate("S"))
                .with("MQTT_KEY_FILE", sensors.key("S"))
                .start()) {
            awaitSeveralAttempts(servicesPort);
            assertOneLine(unauthorised, "as sensorline-ingestor: Received fatal alert");
            ingestion.awaitReadiness(503);
        }
    }

    /** What is wrong with a server's certificate. */
    enum Invalid {
        AUTHORITY,
        EXPIRED,
        HOST;

        void apply(Certificates services, Certificates untrusted) {
            switch (this) {
                case AUTHORITY -> services.replace("server", untrusted);
                case EXPIRED -> services.issueExpired("server");
                case HOST -> services.issueForElsewhere("server");
                default -> throw new IllegalArgumentException(name());
            }
        }
    }

    private static Map<String, Long> linesOf(Map<String, ChildProcess> clients) {
        return clients.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        client -> client.getValue().lines().stream()
                                .filter(line -> line.contains("Is not connected") && line.contains(client.getKey()))
                                .count()));
    }

    @ParameterizedTest
    @EnumSource(Invalid.class)
    @Tag("faults")
    void a_broker_with_an_invalid_certificate_is_refused_and_nothing_is_lost(Invalid invalid) {
        ChildProcess ingestor = ingestion.start(ingestor());
        try (ChildProcess sensor = sensor("S").with("SIM_READINGS", 200).start()) {
            sensor.awaitLine("data published", LIMIT);
            ingestion.broker.stop();
            invalid.apply(services, untrusted);
            // A broker that is shutting down may accept a connection and close it, which is logged, too.
            Map<String, ChildProcess> clients = Map.of(
                    "as S: ",
                    sensor,
                    "as sensorline-ingestor: ",
                    ingestor,
                    "as sensorline-ingestor-rejected: ",
                    ingestor);
            clients.forEach((name, client) ->
                    client.awaitLine(line -> line.contains("Is not connected") && line.contains(name), LIMIT));
            Map<String, Long> before = linesOf(clients);
            ingestion.broker.restart();
            awaitSeveralAttempts(sensorsPort);
            awaitSeveralAttempts(servicesPort);
            linesOf(clients)
                    .forEach((name, lines) -> assertEquals(
                            before.get(name) + 1, lines, clients.get(name).lines()::toString));
            ingestion.broker.stop();
            services.issue("server");
            ingestion.broker.restart();
            assertEquals(0, sensor.awaitExit(LIMIT));
            ingestion.awaitPoints("S", 200);
        }
    }

    @ParameterizedTest
    @EnumSource(Invalid.class)
    @Tag("faults")
    void an_influxdb_with_an_invalid_certificate_is_refused_and_nothing_is_lost(Invalid invalid) {
        ingestion.store.stop();
        invalid.apply(services, untrusted);
        ingestion.store.restart();
        try (ChildProcess ingestor = ingestor().start()) {
            ingestor.awaitLine("does not accept points", LIMIT);
            ingestor.awaitLine("Connected to", LIMIT);
            ingestion.awaitReadiness(503);
            try (ChildProcess sensor = sensor("S").with("SIM_READINGS", 20).start()) {
                assertEquals(0, sensor.awaitExit(LIMIT));
            }
            await().atMost(LIMIT).until(() -> ingestion.metric("sensorline_write_seconds_count") >= ATTEMPTS);
            assertOneLine(ingestor, "does not accept points");
            ingestion.store.stop();
            services.issue("server");
            ingestion.store.restart();
            ingestion.awaitPoints("S", 20);
        }
    }

    @Test
    void a_renewed_certificate_of_the_broker_costs_neither_connection_nor_readings() throws Exception {
        ChildProcess ingestor = ingestion.start(ingestor());
        try (ChildProcess sensor = sensor("S").with("SIM_READINGS", 60).start()) {
            sensor.awaitLine("data published", LIMIT);
            services.issue("server", "renewed");
            ingestion.broker.reload();
            await().atMost(LIMIT)
                    .ignoreExceptions()
                    .until(() -> brokerCertificateName().contains("renewed"));
            assertEquals(0, sensor.awaitExit(LIMIT));
            ingestion.awaitPoints("S", 60);
            assertLogged(1, sensor, "Connected to");
            assertLogged(2, ingestor, "Connected to"); // Each of its two connections once.
        }
    }

    private String brokerCertificateName() throws IOException {
        try (SSLSocket socket = (SSLSocket)
                services.showing(services, "telegraf").getSocketFactory().createSocket("127.0.0.1", servicesPort)) {
            return socket.getSession().getPeerPrincipal().getName();
        }
    }

    /** InfluxDB's write privilege includes DELETE, DROP SERIES and DROP RETENTION POLICY: see the threat model. */
    @Test
    @Needs(Feature.DATABASES)
    void the_ingestors_user_of_influxdb_may_write_and_neither_read_nor_drop_the_database() {
        try (PointStore store = PointStore.start(StoreSettings.withUser("ingestor", PASSWORD))) {
            PointReader asIngestor = PointReader.ofInfluxDb(store.url(), PointStore.DATABASE, "ingestor", PASSWORD);
            for (String refused : List.of(
                    "SELECT * FROM sensor",
                    "SHOW SERIES",
                    "DROP MEASUREMENT sensor",
                    "DROP DATABASE sensors",
                    "CREATE USER me WITH PASSWORD 'me'",
                    "SHOW USERS")) {
                String answer = assertThrows(IllegalStateException.class, () -> asIngestor.query(refused))
                        .getMessage();
                assertTrue(answer.contains("not authorized") || answer.contains("requires admin privilege"), answer);
            }
            assertTrue(store.query("SHOW DATABASES").toString().contains("sensors"));
        }
    }

    @Test
    void health_and_metrics_require_a_client_certificate_with_an_allowed_name() throws Exception {
        ChildProcess ingestor = ingestion.start(https());
        ingestor.awaitLine("Listening on", LIMIT); // HTTP is answered before HTTPS listens.
        SSLContext telegraf = services.showing(services, "telegraf");
        assertEquals(200, status(telegraf, "https", "metrics"));
        assertEquals(200, status(telegraf, "https", "health/ready"));
        for (String path : List.of("metrics", "health", "health/ready", "health/live", "nothing", "%2e%2e/q/metrics")) {
            assertEquals(403, status(services.showing(services, "ingestor"), "https", path), path);
        }
        assertThrows(IOException.class, () -> status(services.showing(sensors, "S"), "https", "metrics"));
        assertThrows(IOException.class, () -> status(services.trusting(), "https", "metrics"));
        assertThrows(IOException.class, () -> status(telegraf, "http", "metrics"));
        // Requests from its own container use another address, without TLS.
        assertEquals(200, ingestion.health("ready"));
    }

    private int status(SSLContext tls, String scheme, String path) throws IOException, InterruptedException {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(tls)
                .build()
                .send(
                        HttpRequest.newBuilder(URI.create(scheme + "://127.0.0.1:" + httpsPort + "/q/" + path))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private ServiceProcess https() {
        return ingestor()
                .with("HTTPS_HOST", "127.0.0.1")
                .with("HTTPS_PORT", httpsPort)
                .with("HTTPS_CERTIFICATE_FILE", services.certificate("server"))
                .with("HTTPS_KEY_FILE", services.key("server"))
                .with("HTTPS_CA_FILE", services.authority())
                .with("HTTPS_CLIENTS", "prometheus, telegraf");
    }

    @Test
    void secrets_are_in_no_log_and_no_answer() throws IOException {
        Path file = Files.writeString(directory.resolve("password"), PASSWORD);
        ChildProcess ingestor =
                ingestion.start(https().with("INFLUX_USERNAME", "ingestor").with("INFLUX_PASSWORD_FILE", file));
        try (ChildProcess sensor = sensor("S").with("SIM_READINGS", 5).start()) {
            assertEquals(0, sensor.awaitExit(LIMIT));
            ingestion.awaitPoints("S", 5);
            Stream<String> answers = Stream.of("health", "metrics", "info", "env", "configprops")
                    .map(path ->
                            RestAssured.get(ingestion.http() + "/q/" + path).asString());
            List<String> outputs = Stream.of(
                            sensor.lines().stream(),
                            ingestor.lines().stream(),
                            ingestion.broker.log().stream(),
                            answers)
                    .flatMap(lines -> lines)
                    .toList();
            for (Path secret : List.of(file, services.key("ingestor"), services.key("server"), sensors.key("S"))) {
                List<String> secretLines = Files.readAllLines(secret).stream()
                        .filter(line -> !line.startsWith("-----"))
                        .toList();
                assertFalse(secretLines.isEmpty());
                assertTrue(
                        outputs.stream().noneMatch(line -> secretLines.stream().anyMatch(line::contains)),
                        secret::toString);
            }
        }
    }

    @Test
    void files_for_https_that_cannot_be_used_are_one_line() {
        try (ChildProcess half = https().with("HTTPS_CLIENTS", "").start();
                ChildProcess noKey =
                        https().with("HTTPS_KEY_FILE", services.authority()).start();
                ChildProcess noAuthority =
                        https().with("HTTPS_CA_FILE", services.key("server")).start();
                ChildProcess noName = https().with("HTTPS_CLIENTS", "a b").start()) {
            assertEnds(
                    half,
                    "HTTPS_CERTIFICATE_FILE, HTTPS_KEY_FILE, HTTPS_CA_FILE and HTTPS_CLIENTS: must be set together");
            assertEnds(noKey, "HTTPS_KEY_FILE=" + services.authority() + ": must be in PEM form");
            assertEnds(noAuthority, "HTTPS_CA_FILE=" + services.key("server") + ": must be certificates in PEM form");
            assertEnds(noName, "HTTPS_CLIENTS=a b: must be names separated by commas");
        }
    }

    private static void assertEnds(ChildProcess service, String part) {
        assertEquals(2, service.awaitExit(LIMIT));
        assertOneLine(service, part);
    }
}
