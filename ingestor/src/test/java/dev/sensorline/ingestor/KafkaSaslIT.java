package dev.sensorline.ingestor;

import static dev.sensorline.ingestor.KafkaPath.LIMIT;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.sensorline.ingestor.KafkaPath.Member;
import dev.sensorline.servers.Certificates;
import dev.sensorline.servers.ChildProcess;
import dev.sensorline.servers.KafkaBroker;
import dev.sensorline.servers.Ports;
import dev.sensorline.servers.ServiceProcess;

/** Kafka that asks for a user and a password, by SASL, with TLS and without. */
class KafkaSaslIT {

    /** With all that means something in a variable's value, a file of properties, JAAS or SCRAM. */
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
    @CsvSource({ "PLAIN,false", "PLAIN,true", "SCRAM-SHA-256,true", "SCRAM-SHA-512,false", "SCRAM-SHA-512,true" })
    void the_right_password_opens_kafka_and_is_never_logged(String mechanism, boolean withTls, @TempDir Path files)
            throws IOException {
        Path file = Files.writeString(files.resolve("password"), PASSWORD + "\n");
        try (KafkaPath path = new KafkaPath(withTls ? tls : open)) {
            Member bridge = path.start(authenticated(path, "bridge", mechanism).with("KAFKA_PASSWORD", PASSWORD))
                    .awaitReadiness(200);
            Member writer = path.start(authenticated(path, "writer", mechanism).with("KAFKA_PASSWORD_FILE", file))
                    .awaitReadiness(200);
            path.ingestion.publish("S", 0, 100, 1);
            path.ingestion.awaitPoints("S", 100);
            assertEquals(0, bridge.lines("s3cr") + writer.lines("s3cr"));
        }
    }

    private ServiceProcess authenticated(KafkaPath path, String role, String mechanism) {
        ServiceProcess service = path.configured(role).with("KAFKA_USERNAME", "sensorline");
        if (path.kafka == tls) {
            service.with("KAFKA_CA_FILE", certificates.authority());
        }
        return mechanism.equals("SCRAM-SHA-512") ? service : service.with("KAFKA_SASL_MECHANISM", mechanism);
    }

    @ParameterizedTest
    @CsvSource({ "bridge,PLAIN", "bridge,SCRAM-SHA-512", "writer,PLAIN", "writer,SCRAM-SHA-512" })
    void a_wrong_password_is_one_line_and_nothing_is_acknowledged(String role, String mechanism) throws Exception {
        try (KafkaPath path = new KafkaPath(open)) {
            Member member = path.start(authenticated(path, role, mechanism).with("KAFKA_PASSWORD", "wr0ng"));
            if (role.equals("bridge")) {
                path.ingestion.publish("S", 0, 10, 1);
            }
            Thread.sleep(30_000);
            System.out.println("XXX " + role + mechanism + " " + String.join("\nXXX ", member.process().lines()) + " alive " + member.process().isAlive());
        }
    }
}
