package dev.sensorline.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Kafka broker in KRaft mode, as a process on a free port of the loopback address, with the jars of the module
 * {@code testing/kafka}. It creates topics on demand, with three partitions. Its data is deleted when it is closed.
 */
public final class KafkaBroker implements AutoCloseable {

    private static final Duration FORMAT_LIMIT = Duration.ofSeconds(60);
    private static final List<String> JVM_OPTIONS =
            List.of("-Xms64m", "-Xmn24m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
    private static final String CLUSTER_ID = "c2Vuc29ybGluZS10ZXN0cw";

    private final ServerProcess server;

    private final int internalPort;

    private KafkaBroker(ServerProcess server, int internalPort) {
        this.server = server;
        this.internalPort = internalPort;
        ServerProcess.announce("kafka", "org.apache.kafka, as a process");
    }

    public static KafkaBroker start() {
        return start(null);
    }

    /** Starts a broker with TLS and the certificate {@code server}; without TLS if there are no certificates. */
    public static KafkaBroker start(Certificates tls) {
        return start(tls, Map.of());
    }

    /**
     * Starts a broker whose clients authenticate with SASL, PLAIN or SCRAM, if there are users.
     *
     * @param tls   null for a broker without TLS
     * @param users passwords by user; passwords of SCRAM can be changed over {@link #internalAddress}
     * @param more  further lines of the configuration
     */
    public static KafkaBroker start(Certificates tls, Map<String, String> users, String... more) {
        String protocol = (users.isEmpty() ? "" : "SASL_") + (tls == null ? "PLAINTEXT" : "SSL");
        Path directory = ProjectTree.temporaryDirectory("kafka");
        int port = Ports.free();
        int controller = Ports.free();
        int internal = Ports.free();
        List<String> lines = new ArrayList<>(List.of(
                "process.roles=broker,controller",
                "node.id=1",
                "controller.quorum.voters=1@127.0.0.1:" + controller,
                "controller.listener.names=CONTROLLER",
                "listeners=" + protocol + "://127.0.0.1:" + port + ",INTERNAL://127.0.0.1:" + internal
                        + ",CONTROLLER://127.0.0.1:" + controller,
                "listener.security.protocol.map=CONTROLLER:PLAINTEXT,INTERNAL:PLAINTEXT," + protocol + ":" + protocol,
                "inter.broker.listener.name=INTERNAL",
                "log.dirs=" + directory.resolve("data"),
                "num.partitions=3",
                "offsets.topic.replication.factor=1",
                "offsets.topic.num.partitions=1",
                "log.cleaner.dedupe.buffer.size=4194304", // Bytes; the default takes 128 MB of the heap.
                "transaction.state.log.replication.factor=1",
                "transaction.state.log.min.isr=1",
                "group.initial.rebalance.delay.ms=0"));
        if (tls != null) {
            lines.addAll(List.of(
                    "ssl.keystore.type=PEM",
                    "ssl.keystore.location="
                            + MqttBroker.write(directory.resolve("server.pem"), keyAndCertificate(tls)),
                    "ssl.truststore.type=PEM",
                    "ssl.truststore.location=" + tls.authority()));
        }
        if (!users.isEmpty()) {
            String listener = "listener.name." + protocol.toLowerCase(Locale.ROOT) + ".";
            lines.add("sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512");
            lines.add(listener + "plain.sasl.jaas.config=" + plainUsers(users));
            List.of("scram-sha-256", "scram-sha-512")
                    .forEach(scram -> lines.add(listener + scram
                            + ".sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;"));
        }
        lines.addAll(List.of(more));
        Path settings = MqttBroker.write(directory.resolve("server.properties"), lines);
        List<String> format =
                new ArrayList<>(List.of("format", "--cluster-id", CLUSTER_ID, "--config", settings.toString()));
        users.forEach((name, password) -> List.of("SCRAM-SHA-256", "SCRAM-SHA-512")
                .forEach(scram -> format.addAll(
                        List.of("--add-scram", "%s=[name=%s,password=%s]".formatted(scram, name, password)))));
        try (ChildProcess formatting = ChildProcess.start(
                ProjectTree.kafka(JVM_OPTIONS, "kafka.tools.StorageTool", format.toArray(String[]::new)), Map.of())) {
            if (formatting.awaitExit(FORMAT_LIMIT) != 0) {
                throw new IllegalStateException(String.join("\n", formatting.lines()));
            }
        }
        return new KafkaBroker(
                ServerProcess.onThisMachine(
                        port, directory, ProjectTree.kafka(JVM_OPTIONS, "kafka.Kafka", settings.toString())),
                internal);
    }

    /** A value in JAAS syntax within a properties file: backslashes are escaped for both, and the file is ASCII. */
    private static String plainUsers(Map<String, String> users) {
        StringBuilder module = new StringBuilder("org.apache.kafka.common.security.plain.PlainLoginModule required");
        users.forEach((name, password) -> module.append(
                " user_%s=\"%s\"".formatted(name, password.replace("\\", "\\\\").replace("\"", "\\\""))));
        return module.append(';')
                .toString()
                .replace("\\", "\\\\")
                .chars()
                .mapToObj(c -> c < 128 ? Character.toString(c) : "\\u%04x".formatted(c))
                .collect(Collectors.joining());
    }

    private static List<String> keyAndCertificate(Certificates tls) {
        try {
            return List.of(Files.readString(tls.key("server")), Files.readString(tls.certificate("server")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Host and port for clients. */
    public String address() {
        return "127.0.0.1:" + port();
    }

    /** Host and port for the broker itself and for tests: without TLS and authentication. */
    public String internalAddress() {
        return "127.0.0.1:" + internalPort;
    }

    /** The directories of the partitions of a topic, with the records in the format in which they arrived. */
    public List<Path> partitions(String topic) {
        try (Stream<Path> data = Files.list(server.directory().resolve("data"))) {
            return data.filter(directory -> directory.getFileName().toString().matches(Pattern.quote(topic) + "-\\d+"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return server.port();
    }

    /** The lines of the log since the last start. */
    public List<String> log() {
        return server.lines();
    }

    /** Kills the broker (SIGKILL). */
    public void kill() {
        server.kill();
    }

    /** Pauses the broker (SIGSTOP). */
    public void pause() {
        server.pause();
    }

    /** Resumes the broker (SIGCONT). */
    public void resume() {
        server.resume();
    }

    /** Starts the broker again after {@link #kill}, with the same port, settings and data. */
    public void restart() {
        server.restart();
    }

    @Override
    public void close() {
        server.close();
    }
}
