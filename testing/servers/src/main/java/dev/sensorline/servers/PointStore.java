package dev.sensorline.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A store for points on a port of the loopback address, with the database {@value #DATABASE}: InfluxDB 1.8 if it is
 * available, otherwise the embedded QuestDB. Its data is deleted when it is closed.
 */
public final class PointStore implements AutoCloseable {

    public static final String DATABASE = "sensors";

    private static final String EXECUTABLE = "influxd";
    private static final int NO_QUESTDB = 0;
    private static final String IMAGE = "influxdb:1.8";
    private static final String ADMIN = "admin";

    private final ServerProcess server;
    private final PointReader reader;
    private final StoreSettings settings;
    private final String description;
    private final int questDbPort;

    /**
     * A store.
     *
     * @param questDbPort the port of QuestDB without TLS and authentication; {@value #NO_QUESTDB} for InfluxDB
     */
    private PointStore(ServerProcess server, StoreSettings settings, String description, int questDbPort) {
        this.server = server;
        this.settings = settings;
        this.description = description;
        this.questDbPort = questDbPort;
        this.reader = isInfluxDb() ? reader(settings) : PointReader.ofQuestDb("http://127.0.0.1:" + questDbPort);
        ServerProcess.announce("store", description);
        if (isInfluxDb()) {
            prepare();
        }
    }

    /** Whether {@link #start} would start InfluxDB 1.8. */
    static boolean isInfluxDbChosen() {
        return ServerChoice.of(EXECUTABLE) != ServerChoice.EMBEDDED;
    }

    /** Writes the settings of the proxy in front of QuestDB, which runs in the same process and reads them at each request. */
    private static void configureProxy(StoreSettings settings, int port, int questDbPort, Path directory) {
        if (port == questDbPort) {
            return;
        }
        List<String> lines = new ArrayList<>(List.of("port=" + port));
        if (settings.username() != null) {
            lines.addAll(List.of("username=" + settings.username(), "password=" + settings.password()));
        }
        if (settings.tls() != null) {
            Path keys = directory.resolve("proxy.keys");
            lines.addAll(
                    List.of("keys=" + keys, "keys.password=" + settings.tls().exportKeys("server", keys)));
        }
        MqttBroker.write(directory.resolve("proxy.properties"), lines);
    }

    public static PointStore start() {
        return start(StoreSettings.defaults());
    }

    public static PointStore start(StoreSettings settings) {
        return start(settings, Ports.free());
    }

    /** Starts a store on a port, which must be free. */
    public static PointStore start(StoreSettings settings, int port) {
        Path directory = ProjectTree.temporaryDirectory("store");
        return switch (ServerChoice.of(EXECUTABLE)) {
            case LOCAL -> {
                Path influxd = ServerChoice.find(EXECUTABLE).orElseThrow();
                yield new PointStore(
                        ServerProcess.onThisMachine(
                                port,
                                directory,
                                List.of(
                                        influxd.toString(),
                                        "-config",
                                        configure(settings, "127.0.0.1:", port, directory)
                                                .toString())),
                        settings,
                        "influxd, installed at " + influxd,
                        NO_QUESTDB);
            }
            case DOCKER ->
                new PointStore(
                        ServerProcess.inDocker(
                                port,
                                directory,
                                IMAGE,
                                List.of(
                                        "influxd",
                                        "-config",
                                        configure(settings, ":", port, directory)
                                                .toString())),
                        settings,
                        IMAGE + " in Docker",
                        NO_QUESTDB);
            case EMBEDDED -> questDb(settings, port, directory, "QuestDB, embedded");
        };
    }

    /** Starts QuestDB, also where InfluxDB is available. Its report does not call it embedded, as for tests that fall back on it. */
    public static PointStore startQuestDb() {
        return questDb(StoreSettings.defaults(), Ports.free(), ProjectTree.temporaryDirectory("store"), "QuestDB");
    }

    private static PointStore questDb(StoreSettings settings, int port, Path directory, String description) {
        int questDbPort = settings.equals(StoreSettings.defaults()) ? port : Ports.free();
        configureProxy(settings, port, questDbPort, directory);
        return new PointStore(
                ServerProcess.onThisMachine(port, directory, ProjectTree.embedded("store", questDbPort, directory)),
                settings,
                description,
                questDbPort);
    }

    private PointReader reader(StoreSettings settings) {
        return settings.tls() == null
                ? PointReader.ofInfluxDb(url(), DATABASE, ADMIN, ADMIN)
                : PointReader.ofInfluxDb(url(), DATABASE, settings.tls());
    }

    private static Path configure(StoreSettings settings, String host, int port, Path directory) {
        List<String> lines = new ArrayList<>(List.of(
                "reporting-disabled = true",
                "bind-address = \"127.0.0.1:" + Ports.free() + "\"",
                "[meta]",
                "dir = \"" + directory + "/meta\"",
                "[data]",
                "dir = \"" + directory + "/data\"",
                "wal-dir = \"" + directory + "/wal\"",
                "[monitor]",
                "store-enabled = false",
                "[http]",
                "bind-address = \"" + host + port + "\"",
                "flux-enabled = false",
                "auth-enabled = " + (settings.username() != null)));
        if (settings.tls() != null) {
            lines.addAll(List.of(
                    "https-enabled = true",
                    "https-certificate = \"" + settings.tls().certificate("server") + "\"",
                    "https-private-key = \"" + settings.tls().key("server") + "\""));
        }
        return MqttBroker.write(directory.resolve("influxdb.conf"), lines);
    }

    private void prepare() {
        if (settings.username() != null) {
            // InfluxDB accepts no other query until there is an administrator.
            query("CREATE USER " + ADMIN + " WITH PASSWORD '" + ADMIN + "' WITH ALL PRIVILEGES");
        }
        query("CREATE DATABASE " + DATABASE);
        if (settings.username() != null) {
            query("CREATE USER \"" + settings.username() + "\" WITH PASSWORD '" + settings.password() + "'");
            query("GRANT WRITE ON " + DATABASE + " TO \"" + settings.username() + "\"");
        }
    }

    public String url() {
        return (settings.tls() == null ? "http://127.0.0.1:" : "https://127.0.0.1:") + server.port();
    }

    public int port() {
        return server.port();
    }

    /** Product and origin of the store, for messages. */
    public String description() {
        return description;
    }

    /** Whether the store is InfluxDB 1.8, which supports {@link #query}. */
    public boolean isInfluxDb() {
        return questDbPort == NO_QUESTDB;
    }

    /** All points of a sensor, sorted by time. */
    public List<StoredPoint> points(String measurement, String name) {
        return reader.points(measurement, name);
    }

    /** The number of points of each sensor. */
    public Map<String, Long> counts(String measurement) {
        return reader.counts(measurement);
    }

    /** The rows of a measurement: see {@link PointReader#rows}. */
    public List<String> rows(String measurement, String... columns) {
        return reader.rows(measurement, columns);
    }

    /** The fields of a measurement and their types: see {@link PointReader#fields}. */
    public List<String> fields(String measurement) {
        return reader.fields(measurement);
    }

    /** Deletes all points. */
    public void clear() {
        reader.clear();
    }

    /** Changes the password of the user. */
    public void setPassword(String password) {
        if (isInfluxDb()) {
            query("SET PASSWORD FOR \"" + settings.username() + "\" = '" + password + "'");
        } else {
            configureProxy(
                    StoreSettings.withUser(settings.username(), password),
                    server.port(),
                    questDbPort,
                    server.directory());
        }
    }

    /** Runs InfluxQL as an administrator: see {@link PointReader#query}. */
    public JsonNode query(String influxQl) {
        return reader.query(influxQl);
    }

    /** Writes lines of line protocol, as somebody else than the service. */
    public void write(String lines) {
        try {
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(url() + "/write?db=" + DATABASE))
                                    .POST(HttpRequest.BodyPublishers.ofString(lines))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 204) {
                throw new IllegalStateException(answer.body());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /**
     * Simulates a full disk: no file of the store can grow beyond a number of bytes. Only for a store that is installed on
     * the machine.
     */
    public void limitFiles(long bytes) {
        server.limit("fsize=" + bytes);
    }

    /** Ends {@link #limitFiles}. InfluxDB recovers at its next start. */
    public void unlimitFiles() {
        server.limit("fsize=unlimited");
    }

    /** Stops the store (SIGTERM). */
    public void stop() {
        server.stop();
    }

    /** Kills the store (SIGKILL). */
    public void kill() {
        server.kill();
    }

    /** Pauses the store (SIGSTOP): connections are accepted, requests are not answered. */
    public void pause() {
        server.pause();
    }

    /** Resumes the store (SIGCONT). */
    public void resume() {
        server.resume();
    }

    /** Starts the store again after {@link #stop} or {@link #kill}, with the same port, settings and data. */
    public void restart() {
        if (!isInfluxDb()) {
            configureProxy(settings, server.port(), questDbPort, server.directory());
        }
        server.restart();
    }

    @Override
    public void close() {
        server.close();
    }
}
