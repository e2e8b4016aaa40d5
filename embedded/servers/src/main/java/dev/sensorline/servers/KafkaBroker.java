package dev.sensorline.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One broker of Kafka, in KRaft mode, on a free port of the loopback address: from the jars of the module beside this one, as
 * a process of its own. It makes topics of three partitions when they are asked for. Its data goes when it is closed.
 */
public final class KafkaBroker implements AutoCloseable {

    private static final Duration FORMAT_LIMIT = Duration.ofSeconds(60);
    private static final List<String> JVM = List.of("-Xms64m", "-Xmn24m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
    private static final String CLUSTER = "c2Vuc29ybGluZS10ZXN0cw";

    private final ServerProcess server;

    private KafkaBroker(ServerProcess server) {
        this.server = server;
        ServerProcess.announce("kafka", "org.apache.kafka, as a process");
    }

    public static KafkaBroker start() {
        return start(null);
    }

    /** Starts a broker that shows the certificate {@code server} and speaks TLS; in the clear when there are none. */
    public static KafkaBroker start(Certificates tls) {
        String protocol = tls == null ? "PLAINTEXT" : "SSL";
        Path directory = Tree.temporaryDirectory("kafka");
        int port = Ports.free();
        int controller = Ports.free();
        List<String> lines = new ArrayList<>(List.of(
                "process.roles=broker,controller",
                "node.id=1",
                "controller.quorum.voters=1@127.0.0.1:" + controller,
                "controller.listener.names=CONTROLLER",
                "listeners=" + protocol + "://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controller,
                "listener.security.protocol.map=CONTROLLER:PLAINTEXT," + protocol + ":" + protocol,
                "security.inter.broker.protocol=" + protocol,
                "log.dirs=" + directory.resolve("data"),
                "num.partitions=3",
                "offsets.topic.replication.factor=1",
                "offsets.topic.num.partitions=1",
                "log.cleaner.dedupe.buffer.size=4194304", // Bytes; else 128 MB of the heap.
                "transaction.state.log.replication.factor=1",
                "transaction.state.log.min.isr=1",
                "group.initial.rebalance.delay.ms=0"));
        if (tls != null) {
            lines.addAll(List.of(
                    "ssl.keystore.type=PEM",
                    "ssl.keystore.location=" + MqttBroker.write(directory.resolve("server.pem"), keyAndCertificate(tls)),
                    "ssl.truststore.type=PEM",
                    "ssl.truststore.location=" + tls.authority()));
        }
        Path settings = MqttBroker.write(directory.resolve("server.properties"), lines);
        try (ChildProcess format = ChildProcess.start(Tree.kafka(JVM, "kafka.tools.StorageTool", "format",
                "--cluster-id", CLUSTER, "--config", settings.toString()), Map.of())) {
            if (format.awaitExit(FORMAT_LIMIT) != 0) {
                throw new IllegalStateException(String.join("\n", format.lines()));
            }
        }
        return new KafkaBroker(ServerProcess.onThisMachine(port, directory,
                Tree.kafka(JVM, "kafka.Kafka", settings.toString())));
    }

    private static List<String> keyAndCertificate(Certificates tls) {
        try {
            return List.of(Files.readString(tls.key("server")), Files.readString(tls.certificate("server")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What its clients are told. */
    public String address() {
        return "127.0.0.1:" + port();
    }

    public int port() {
        return server.port();
    }

    /** What it has logged since it was last started. */
    public List<String> log() {
        return server.lines();
    }

    /** SIGKILL. */
    public void kill() {
        server.kill();
    }

    /** SIGSTOP. */
    public void pause() {
        server.pause();
    }

    /** SIGCONT. */
    public void resume() {
        server.resume();
    }

    /** Starts it again after {@link #kill}, with the same port, settings and data. */
    public void restart() {
        server.restart();
    }

    @Override
    public void close() {
        server.close();
    }
}
