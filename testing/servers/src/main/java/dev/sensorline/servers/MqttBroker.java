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
 * An MQTT broker on a port of the loopback address: Mosquitto if it is available, otherwise the embedded HiveMQ CE. Its data
 * is deleted when it is closed.
 */
public final class MqttBroker implements AutoCloseable {

    private static final Duration SAVE_LIMIT = Duration.ofSeconds(10);
    private static final int EMBEDDED_WINDOW = 10_000;
    private static final String EXECUTABLE = "mosquitto";
    private static final String IMAGE = "eclipse-mosquitto:2";

    private final ServerProcess server;
    private final String description;
    private final BrokerSettings settings;
    private final boolean isMosquitto;

    private MqttBroker(ServerProcess server, String description, BrokerSettings settings, boolean isMosquitto) {
        this.server = server;
        this.description = description;
        this.settings = settings;
        this.isMosquitto = isMosquitto;
        ServerProcess.announce("broker", description);
    }

    public static MqttBroker start() {
        return start(BrokerSettings.defaults());
    }

    public static MqttBroker start(BrokerSettings settings) {
        return start(settings, Ports.free());
    }

    /** Starts a broker on a port, which must be free. */
    public static MqttBroker start(BrokerSettings settings, int port) {
        Path directory = ProjectTree.temporaryDirectory("broker");
        return switch (ServerChoice.of(EXECUTABLE)) {
            case LOCAL -> {
                Path mosquitto = ServerChoice.find(EXECUTABLE).orElseThrow();
                yield new MqttBroker(
                        ServerProcess.onThisMachine(
                                port,
                                directory,
                                List.of(
                                        mosquitto.toString(),
                                        "-c",
                                        configure(settings, "listener " + port + " 127.0.0.1", directory)
                                                .toString())),
                        "mosquitto, installed at " + mosquitto,
                        settings,
                        true);
            }
            case DOCKER ->
                new MqttBroker(
                        ServerProcess.inDocker(
                                port,
                                directory,
                                IMAGE,
                                List.of(
                                        "mosquitto",
                                        "-c",
                                        configure(settings, "listener " + port, directory)
                                                .toString())),
                        IMAGE + " in Docker",
                        settings,
                        true);
            case EMBEDDED ->
                startEmbedded("HiveMQ CE, embedded", settings, port, embedded(settings, directory), directory);
        };
    }

    /**
     * Starts the embedded broker, whatever is available, because not every Mosquitto has WebSockets.
     *
     * @param webSocketPort the port of its WebSockets, at {@code /mqtt}; it must be free
     */
    public static MqttBroker startWithWebSockets(BrokerSettings settings, int webSocketPort) {
        Path directory = ProjectTree.temporaryDirectory("broker");
        List<String> lines = new ArrayList<>(embedded(settings, directory));
        lines.add("websocket.port=" + webSocketPort);
        return startEmbedded("HiveMQ CE with WebSockets", settings, Ports.free(), lines, directory);
    }

    /** Starts the embedded broker with WebSockets over TLS, at {@code /mqtt}. */
    public static MqttBroker startWithWebSockets(BrokerSettings settings, TlsListener webSockets) {
        Path directory = ProjectTree.temporaryDirectory("broker");
        List<String> lines = new ArrayList<>(embedded(settings, directory));
        lines.addAll(embedded("websocket.tls.", webSockets, directory));
        return startEmbedded("HiveMQ CE with WebSockets over TLS", settings, Ports.free(), lines, directory);
    }

    private static MqttBroker startEmbedded(
            String name, BrokerSettings settings, int port, List<String> lines, Path directory) {
        write(directory.resolve("broker.properties"), lines);
        return new MqttBroker(
                ServerProcess.onThisMachine(port, directory, ProjectTree.embedded("broker", port, directory)),
                name,
                settings,
                false);
    }

    /** Starts a broker of a certain make. */
    public static MqttBroker start(Broker make) {
        int port = Ports.free();
        Path directory = ProjectTree.temporaryDirectory("broker");
        return new MqttBroker(
                ServerProcess.onThisMachine(port, directory, make.command(port, directory)),
                make.toString(),
                BrokerSettings.defaults(),
                false);
    }

    /** Whether {@link #start} would start Mosquitto. */
    static boolean isMosquittoChosen() {
        return ServerChoice.of(EXECUTABLE) != ServerChoice.EMBEDDED;
    }

    /**
     * The settings of the embedded broker. It sends nothing while a message is not acknowledged, so a small in-flight window
     * would only slow it down: see {@link Feature#FULL_WINDOW}.
     */
    static List<String> embedded(BrokerSettings settings, Path directory) {
        List<String> lines = new ArrayList<>(List.of(
                "log=true",
                "persistent=" + settings.persistent(),
                "max-inflight=" + (settings.maxInflight() == 1 ? 1 : EMBEDDED_WINDOW),
                "max-queued=" + (settings.maxQueued() == 0 ? 1_000_000 : settings.maxQueued())));
        if (settings.username() != null) {
            lines.addAll(List.of("username=" + settings.username(), "password=" + settings.password()));
        }
        for (int i = 0; i < settings.listeners().size(); i++) {
            lines.addAll(embedded("tls." + i + ".", settings.listeners().get(i), directory));
        }
        return lines;
    }

    private static List<String> embedded(String prefix, TlsListener listener, Path directory) {
        return List.of(
                prefix + "port=" + listener.port(),
                prefix + "address=" + listener.address(),
                prefix + "keys=" + listener.keyStore(directory),
                prefix + "trusted=" + listener.trustStore(directory),
                prefix + "password=" + writeKeys(listener, directory));
    }

    private static String writeKeys(TlsListener listener, Path directory) {
        listener.clients().exportAuthority(listener.trustStore(directory));
        return listener.server().exportKeys("server", listener.keyStore(directory));
    }

    private static Path configure(BrokerSettings settings, String listener, Path directory) {
        List<String> lines = new ArrayList<>(List.of(
                listener,
                "user root",
                "log_dest stderr", // Standard output is written in blocks.
                "log_type all",
                "max_inflight_messages " + settings.maxInflight(),
                "max_queued_messages " + settings.maxQueued()));
        if (settings.persistent()) {
            lines.addAll(List.of("persistence true", "persistence_location " + directory + "/"));
        }
        if (settings.username() == null) {
            lines.add("allow_anonymous true");
        } else {
            Path passwords = directory.resolve("passwords");
            addUser(passwords, settings.username(), settings.password());
            lines.addAll(List.of("allow_anonymous false", "password_file " + passwords));
        }
        for (TlsListener tls : settings.listeners()) {
            lines.addAll(List.of(
                    "listener " + tls.port() + " " + tls.address(),
                    "cafile " + tls.clients().authority(),
                    "certfile " + tls.server().certificate("server"),
                    "keyfile " + tls.server().key("server"),
                    "require_certificate true",
                    "use_identity_as_username true"));
        }
        lines.addAll(settings.extraLines());
        return write(directory.resolve("mosquitto.conf"), lines);
    }

    private static void addUser(Path passwords, String username, String password) {
        Path command = ServerChoice.find("mosquitto_passwd")
                .orElseThrow(() -> new IllegalStateException("A broker with a password needs mosquitto_passwd"));
        try (ChildProcess process = ChildProcess.start(
                List.of(command.toString(), "-b", "-c", passwords.toString(), username, password), Map.of())) {
            process.awaitExit(Duration.ofSeconds(5));
        }
    }

    static Path write(Path file, List<String> lines) {
        try {
            return Files.write(file, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String host() {
        return "127.0.0.1";
    }

    public int port() {
        return server.port();
    }

    /** Product and origin of the broker, for messages. */
    public String description() {
        return description;
    }

    /** Whether the broker is Mosquitto. */
    public boolean isMosquitto() {
        return isMosquitto;
    }

    /** The lines of the log since the last start. Both brokers log connections, sessions and users in the format of Mosquitto. */
    public List<String> log() {
        return server.lines();
    }

    /**
     * Makes a persistent Mosquitto save its state, which it has again after {@link #kill}, and waits for it. The embedded
     * broker needs no request: it saves each message before it acknowledges it.
     */
    public void save() {
        if (!isMosquitto) {
            return;
        }
        Path saved = server.directory().resolve("mosquitto.db");
        // Mosquitto writes a new file and renames it.
        saved.toFile().delete();
        server.signal("USR1");
        long deadline = System.nanoTime() + SAVE_LIMIT.toNanos();
        while (!Files.exists(saved)) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("The broker did not save its state:\n" + String.join("\n", log()));
            }
            Thread.onSpinWait();
        }
    }

    /** Stops the broker (SIGTERM). */
    public void stop() {
        server.stop();
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

    /**
     * Reloads the configuration: Mosquitto its certificates, users and access rules (SIGHUP), the embedded broker its
     * certificates, within 10 s.
     */
    public void reload() {
        if (isMosquitto) {
            server.signal("HUP");
        } else {
            settings.listeners().forEach(listener -> writeKeys(listener, server.directory()));
        }
    }

    /** Starts the broker again after {@link #stop} or {@link #kill}, with the same port, settings and data. */
    public void restart() {
        if (!isMosquitto) {
            settings.listeners().forEach(listener -> writeKeys(listener, server.directory()));
        }
        server.restart();
    }

    @Override
    public void close() {
        server.close();
    }
}
