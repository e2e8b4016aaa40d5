package dev.sensorline.ingestor;

import static dev.sensorline.ingestor.KafkaStack.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.sensorline.ingestor.KafkaStack.RunningIngestor;
import dev.sensorline.servers.Certificates;
import dev.sensorline.servers.ChildProcess;
import dev.sensorline.servers.KafkaBroker;
import dev.sensorline.servers.Ports;
import dev.sensorline.servers.ServiceProcess;

/** Kafka with SASL authentication, with TLS and without. */
@Tag("faults")
class KafkaSaslIT {

    /** Contains the characters that are special in a variable's value, a properties file, JAAS or SCRAM. */
    private static final String PASSWORD = "s3cr$$t${x}$\\\"';=ü";

    @TempDir
    private static Path directory;

    private static Certificates certificates;
    private static KafkaBroker open;
    private static KafkaBroker tls;

    @BeforeAll
    static void start() {
        certificates = Certificates.in(directory).issue("server");
        Map<String, String> users = Map.of("sensorline", PASSWORD);
        open = KafkaBroker.start(null, users);
        tls = KafkaBroker.start(certificates, users);
    }

    @AfterAll
    static void stop() {
        open.close();
        tls.close();
    }

    @ParameterizedTest
    @CsvSource({"PLAIN,false", "PLAIN,true", "SCRAM-SHA-256,true", "SCRAM-SHA-512,false", "SCRAM-SHA-512,true"})
    void the_right_password_is_accepted_by_kafka_and_is_never_logged(
            String mechanism, boolean withTls, @TempDir Path files) throws IOException {
        Path file = Files.writeString(files.resolve("password"), PASSWORD + "\n");
        try (KafkaStack stack = new KafkaStack(withTls ? tls : open)) {
            RunningIngestor bridge = stack.start(
                            authenticated(stack, "bridge", mechanism).with("KAFKA_PASSWORD", PASSWORD))
                    .awaitReadiness(200);
            RunningIngestor writer = stack.start(
                            authenticated(stack, "writer", mechanism).with("KAFKA_PASSWORD_FILE", file))
                    .awaitReadiness(200);
            stack.ingestion.publish("S", 0, 100, 1);
            stack.ingestion.awaitPoints("S", 100);
            assertEquals(0, bridge.lines("s3cr") + writer.lines("s3cr"));
        }
    }

    private ServiceProcess authenticated(KafkaStack stack, String role, String mechanism) {
        ServiceProcess service = stack.configured(role).with("KAFKA_USERNAME", "sensorline");
        if (stack.kafka == tls) {
            service.with("KAFKA_CA_FILE", certificates.authority());
        }
        return mechanism.equals("SCRAM-SHA-512") ? service : service.with("KAFKA_SASL_MECHANISM", mechanism);
    }

    @ParameterizedTest
    @CsvSource({"bridge,true,PLAIN", "bridge,false,SCRAM-SHA-512", "writer,false,PLAIN", "writer,true,SCRAM-SHA-512"})
    void a_wrong_password_is_one_line_with_which_each_role_ends(String role, boolean withTls, String mechanism) {
        try (KafkaStack stack = new KafkaStack(withTls ? tls : open)) {
            RunningIngestor member =
                    stack.start(authenticated(stack, role, mechanism).with("KAFKA_PASSWORD", "wr0ng"));
            assertEquals(1, member.process().awaitExit(LIMIT), member.process().lines()::toString);
            String line = member.process().awaitLine(" ERROR ", LIMIT);
            assertTrue(
                    line.contains("ends")
                            && line.contains(
                                    role.equals("bridge")
                                            ? "does not accept KAFKA_USERNAME=sensorline with this password by "
                                                    + mechanism
                                            : "Authentication failed"),
                    line);
            assertEquals(
                    1,
                    member.lines(" ERROR ") + member.lines(" WARN ") + member.lines("Exception"),
                    member.process().lines()::toString);
            assertEquals(0, member.lines("wr0ng"));
        }
    }

    @Test
    void the_client_certificate_is_sent_to_a_kafka_broker_that_requests_one() {
        Certificates own = certificates.issue("ingestor");
        try (KafkaBroker kafka = KafkaBroker.start(own, Map.of(), "ssl.client.auth=required");
                KafkaStack stack = new KafkaStack(kafka)) {
            RunningIngestor without = stack.start(stack.configured("writer").with("KAFKA_CA_FILE", own.authority()));
            // With TLS 1.3 Kafka refuses it after the handshake: it reads the alert and ends, or only sees that the
            // connection has ended.
            without.process()
                    .awaitLine(line -> line.contains("does not answer") || line.contains("bad_certificate"), LIMIT);
            without.process().close();
            for (String role : List.of("bridge", "writer")) {
                stack.start(stack.configured(role)
                                .with("KAFKA_CA_FILE", own.authority())
                                .with("KAFKA_CERTIFICATE_FILE", own.certificate("ingestor"))
                                .with("KAFKA_KEY_FILE", own.key("ingestor")))
                        .awaitReadiness(200);
            }
            stack.ingestion.publish("S", 0, 100, 1);
            stack.ingestion.awaitPoints("S", 100);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "KAFKA_SASL_MECHANISM=GSSAPI|must be SCRAM-SHA-512, SCRAM-SHA-256 or PLAIN|KAFKA_SASL_MECHANISM=GSSAPI",
                "KAFKA_SASL_MECHANISM=OAUTHBEARER|must be SCRAM-SHA-512, SCRAM-SHA-256 or PLAIN|KAFKA_SASL_MECHANISM=OAUTHBEARER",
                "KAFKA_USERNAME and KAFKA_PASSWORD|must be set together|KAFKA_USERNAME=sensorline",
                "KAFKA_PASSWORD|must not be set without KAFKA_USERNAME|KAFKA_PASSWORD=s3cret",
                "KAFKA_PASSWORD_FILE=/nowhere|can be read|KAFKA_USERNAME=sensorline KAFKA_PASSWORD_FILE=/nowhere",
                "KAFKA_PASSWORD_FILE=/nowhere|together|KAFKA_USERNAME=sensorline KAFKA_PASSWORD=s3cret KAFKA_PASSWORD_FILE=/nowhere",
                "KAFKA_SECURITY_PROTOCOL=SSL|must be SASL_SSL|KAFKA_USERNAME=sensorline KAFKA_PASSWORD=s3cret KAFKA_SECURITY_PROTOCOL=SSL",
                "KAFKA_SECURITY_PROTOCOL=SASL_SSL|KAFKA_USERNAME|KAFKA_SECURITY_PROTOCOL=SASL_SSL",
                "KAFKA_SECURITY_PROTOCOL=PLAINTEXT|must be SSL|KAFKA_TLS=true KAFKA_SECURITY_PROTOCOL=PLAINTEXT",
                "KAFKA_SASL_JAAS_CONFIG|must not be set|KAFKA_USERNAME=sensorline KAFKA_PASSWORD=s3cret KAFKA_SASL_JAAS_CONFIG=s3cret",
                "KAFKA_…|JAAS|KAFKA_SECURITY_PROTOCOL=SASL_SSL KAFKA_SASL_JAAS_CONFIG=s3cret",
                "KAFKA_CERTIFICATE_FILE and KAFKA_KEY_FILE|together|KAFKA_CERTIFICATE_FILE=/dev/null",
                "KAFKA_CA_FILE=/nowhere|can be read|KAFKA_CA_FILE=/nowhere",
                "KAFKA_TLS=perhaps|true or false|KAFKA_TLS=perhaps"
            })
    void a_wrong_variable_is_one_line_without_the_password(String named, String allowed, String variables) {
        ServiceProcess service = ServiceProcess.of("ingestor")
                .with("INGESTOR_ROLE", "bridge")
                .with("MQTT_PORT", Ports.free())
                .with("HTTP_PORT", Ports.free());
        for (String variable : variables.split(" ")) {
            service.with(variable.split("=")[0], variable.split("=")[1]);
        }
        try (ChildProcess ingestor = service.start()) {
            assertEquals(2, ingestor.awaitExit(LIMIT));
            assertEquals(1, ingestor.lines().size(), ingestor.lines()::toString);
            String line = ingestor.lines().get(0);
            assertTrue(line.startsWith(named) && line.contains(": must"), line);
            assertTrue(line.contains(allowed) && !line.contains("s3cret"), line);
        }
    }
}
