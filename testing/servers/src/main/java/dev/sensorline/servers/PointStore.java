package dev.sensorline.servers;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A store of points on a free port of the loopback address, with the database {@value #DATABASE}: InfluxDB 1.8 where
 * there is one, else the embedded QuestDB. Its data goes when it is closed.
 */
public final class PointStore implements AutoCloseable {

    public static final String DATABASE = "sensors";

    private static final String EXECUTABLE = "influxd";
    private static final int INFLUXDB = 0;
    private static final String IMAGE = "influxdb:1.8";
    private static final String ADMIN = "admin";

    private final ServerProcess server;
    private final PointReader reader;
    private final StoreSettings settings;
    private final String description;
    private final int behind;

    /**
     * A store.
     *
     * @param behind the port at which an embedded store answers without asking for anything; {@value #INFLUXDB} for InfluxDB
     */
    private PointStore(ServerProcess server, StoreSettings settings, String description, int behind) {
        this.server = server;
        this.settings = settings;
        this.description = description;
        this.behind = behind;
        this.reader = isInfluxDb() ? reader(settings) : PointReader.ofQuestDb("http://127.0.0.1:" + behind);
        ServerProcess.announce("store", description);
        if (isInfluxDb()) {
            prepare();
        }
    }

    /** Whether it is a real InfluxDB 1.8 that would be started. */
    static boolean isInfluxDbChosen() {
        return ServerChoice.of(EXECUTABLE) != ServerChoice.EMBEDDED;
    }

    /** What stands before the embedded store, in its process; it is read at each request. */
    private static void configureDoor(StoreSettings settings, int port, int behind, Path directory) {
        if (port == behind) {
            return;
        }
        List<String> lines = new ArrayList<>(List.of("port=" + port));
        if (settings.username() != null) {
            lines.addAll(List.of("username=" + settings.username(), "password=" + settings.password()));
        }
        if (settings.tls() != null) {
            Path keys = directory.resolve("door.keys");
            lines.addAll(List.of("keys=" + keys, "keys.password=" + settings.tls().exportKeys("server", keys)));
        }
        MqttBroker.write(directory.resolve("door.properties"), lines);
    }

    public static PointStore start() {
        return start(StoreSettings.defaults());
    }

    public static PointStore start(StoreSettings settings) {
        return start(settings, Ports.free());
    }

    /** Starts a store on a port that is free. */
    public static PointStore start(StoreSettings settings, int port) {
        Path directory = Tree.temporaryDirectory("store");
        return switch (ServerChoice.of(EXECUTABLE)) {
            case LOCAL -> {
                Path influxd = ServerChoice.find(EXECUTABLE).orElseThrow();
                yield new PointStore(ServerProcess.onThisMachine(port, directory, List.of(influxd.toString(), "-config",
                        configure(settings, "127.0.0.1:", port, directory).toString())), settings,
                        "influxd, installed at " + influxd, INFLUXDB);
            }
            case DOCKER -> new PointStore(ServerProcess.inDocker(port, directory, IMAGE, List.of("influxd", "-config",
                    configure(settings, ":", port, directory).toString())), settings, IMAGE + " in Docker", INFLUXDB);
            case EMBEDDED -> {
                int behind = settings.equals(StoreSettings.defaults()) ? port : Ports.free();
                configureDoor(settings, port, behind, directory);
                yield new PointStore(ServerProcess.onThisMachine(port, directory,
                        Tree.embedded("store", behind, directory)), settings, "QuestDB, embedded", behind);
            }
        };
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
                "[meta]", "dir = \"" + directory + "/meta\"",
                "[data]", "dir = \"" + directory + "/data\"", "wal-dir = \"" + directory + "/wal\"",
                "[monitor]", "store-enabled = false",
                "[http]", "bind-address = \"" + host + port + "\"",
                "flux-enabled = false",
                "auth-enabled = " + (settings.username() != null)));
        if (settings.tls() != null) {
            lines.addAll(List.of("https-enabled = true",
                    "https-certificate = \"" + settings.tls().certificate("server") + "\"",
                    "https-private-key = \"" + settings.tls().key("server") + "\""));
        }
        return MqttBroker.write(directory.resolve("influxdb.conf"), lines);
    }

    private void prepare() {
        if (settings.username() != null) {
            // While there is no administrator, nothing else is accepted.
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

    /** What it is, for people. */
    public String description() {
        return description;
    }

    /** Whether it is a real InfluxDB 1.8, which knows {@link StoreSettings} and {@link #query}. */
    public boolean isInfluxDb() {
        return behind == INFLUXDB;
    }

    /** All points of a sensor, by time. */
    public List<StoredPoint> points(String measurement, String name) {
        return reader.points(measurement, name);
    }

    /** How many points there are of each sensor. */
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

    /** Gives the user of the settings another password. */
    public void setPassword(String password) {
        if (isInfluxDb()) {
            query("SET PASSWORD FOR \"" + settings.username() + "\" = '" + password + "'");
        } else {
            configureDoor(StoreSettings.withUser(settings.username(), password), server.port(), behind, server.directory());
        }
    }

    /** Runs InfluxQL as an administrator: see {@link PointReader#query}. */
    public JsonNode query(String influxQl) {
        return reader.query(influxQl);
    }

    /**
     * Lets no file of it grow beyond so many bytes, as a full disk would; takes no privileges. Only where it is installed
     * on the machine.
     */
    public void limitFiles(long bytes) {
        server.limit("fsize=" + bytes);
    }

    /** The end of {@link #limitFiles}, which a real one notices at its next start only. */
    public void unlimitFiles() {
        server.limit("fsize=unlimited");
    }

    /** SIGTERM. */
    public void stop() {
        server.stop();
    }

    /** SIGKILL. */
    public void kill() {
        server.kill();
    }

    /** SIGSTOP: it takes connections and never answers. */
    public void pause() {
        server.pause();
    }

    /** SIGCONT. */
    public void resume() {
        server.resume();
    }

    /** Starts it again after {@link #stop} or {@link #kill}, with the same port, settings and data. */
    public void restart() {
        if (!isInfluxDb()) {
            configureDoor(settings, server.port(), behind, server.directory());
        }
        server.restart();
    }

    @Override
    public void close() {
        server.close();
    }
}
