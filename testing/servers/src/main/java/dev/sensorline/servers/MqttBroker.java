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
 * A broker on a free port of the loopback address: Mosquitto where there is one, else the embedded HiveMQ CE. Its data
 * goes when it is closed.
 */
public final class MqttBroker implements AutoCloseable {

    private static final Duration SAVE_LIMIT = Duration.ofSeconds(10);
    private static final int WINDOW = 10_000;
    private static final String EXECUTABLE = "mosquitto";
    private static final String IMAGE = "eclipse-mosquitto:2";

    private final ServerProcess server;
    private final String description;
    private final BrokerSettings settings;
    private final boolean mosquitto;

    private MqttBroker(ServerProcess server, String description, BrokerSettings settings, boolean mosquitto) {
        this.server = server;
        this.description = description;
        this.settings = settings;
        this.mosquitto = mosquitto;
        ServerProcess.announce("broker", description);
    }

    public static MqttBroker start() {
        return start(BrokerSettings.defaults());
    }

    public static MqttBroker start(BrokerSettings settings) {
        return start(settings, Ports.free());
    }

    /** Starts a broker on a port that is free. */
    public static MqttBroker start(BrokerSettings settings, int port) {
        Path directory = Tree.temporaryDirectory("broker");
        return switch (ServerChoice.of(EXECUTABLE)) {
            case LOCAL -> {
                Path mosquitto = ServerChoice.find(EXECUTABLE).orElseThrow();
                yield new MqttBroker(ServerProcess.onThisMachine(port, directory, List.of(mosquitto.toString(), "-c",
                        configure(settings, "listener " + port + " 127.0.0.1", directory).toString())),
                        "mosquitto, installed at " + mosquitto, settings, true);
            }
            case DOCKER -> new MqttBroker(ServerProcess.inDocker(port, directory, IMAGE, List.of("mosquitto", "-c",
                    configure(settings, "listener " + port, directory).toString())), IMAGE + " in Docker", settings, true);
            case EMBEDDED -> {
                MqttBroker.write(directory.resolve("broker.properties"), embedded(settings, directory));
                yield new MqttBroker(ServerProcess.onThisMachine(port, directory,
                        Tree.embedded("broker", port, directory)), "HiveMQ CE, embedded", settings, false);
            }
        };
    }

    /** Whether it is a real Mosquitto that would be started. */
    static boolean isMosquittoChosen() {
        return ServerChoice.of(EXECUTABLE) != ServerChoice.EMBEDDED;
    }

    /**
     * What the embedded broker reads as it starts. It fills no window while a message is not acknowledged, so that a small one
     * would only slow it down: {@link Feature#FULL_WINDOW}.
     */
    private static List<String> embedded(BrokerSettings settings, Path directory) {
        List<String> lines = new ArrayList<>(List.of(
                "log=true",
                "persistent=" + settings.persistent(),
                "max-inflight=" + (settings.maxInflight() == 1 ? 1 : WINDOW),
                "max-queued=" + (settings.maxQueued() == 0 ? 1_000_000 : settings.maxQueued())));
        if (settings.username() != null) {
            lines.addAll(List.of("username=" + settings.username(), "password=" + settings.password()));
        }
        for (int i = 0; i < settings.listeners().size(); i++) {
            TlsListener listener = settings.listeners().get(i);
            lines.addAll(List.of(
                    "tls." + i + ".port=" + listener.port(),
                    "tls." + i + ".address=" + listener.address(),
                    "tls." + i + ".keys=" + listener.keyStore(directory),
                    "tls." + i + ".trusted=" + listener.trustStore(directory),
                    "tls." + i + ".password=" + writeKeys(listener, directory)));
        }
        return lines;
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
            lines.addAll(List.of("listener " + tls.port() + " " + tls.address(),
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

    /** What it is, for people. */
    public String description() {
        return description;
    }

    /** Whether it is a real Mosquitto. */
    public boolean isMosquitto() {
        return mosquitto;
    }

    /** What it has logged since it was last started; of connections, sessions and users the embedded one does in Mosquitto's words. */
    public List<String> log() {
        return server.lines();
    }

    /**
     * Has a Mosquitto with persistence save what it will have after {@link #kill}; returns when it is done. The embedded
     * broker saves each message before it acknowledges it.
     */
    public void save() {
        if (!mosquitto) {
            return;
        }
        Path saved = server.directory().resolve("mosquitto.db");
        // It writes a file beside it and puts that in its place.
        saved.toFile().delete();
        server.signal("USR1");
        long deadline = System.nanoTime() + SAVE_LIMIT.toNanos();
        while (!Files.exists(saved)) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("Nothing saved:\n" + String.join("\n", log()));
            }
            Thread.onSpinWait();
        }
    }

    /** SIGTERM. */
    public void stop() {
        server.stop();
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

    /** SIGHUP: Mosquitto reads its certificates, users and rights again; the embedded one its certificates, within 10 s. */
    public void reload() {
        if (mosquitto) {
            server.signal("HUP");
        } else {
            settings.listeners().forEach(listener -> writeKeys(listener, server.directory()));
        }
    }

    /** Starts it again after {@link #stop} or {@link #kill}, with the same port, settings and data. */
    public void restart() {
        if (!mosquitto) {
            settings.listeners().forEach(listener -> writeKeys(listener, server.directory()));
        }
        server.restart();
    }

    @Override
    public void close() {
        server.close();
    }
}
