package dev.sensorline.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * A store of points on a free port of the loopback address, with the database {@value #DATABASE}: InfluxDB 1.8 where
 * there is one, else the embedded QuestDB. Its data goes when it is closed.
 */
public final class PointStore implements AutoCloseable {

    public static final String DATABASE = "sensors";

    private static final String IMAGE = "influxdb:1.8";
    private static final String ADMIN = "admin";
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ServerProcess server;
    private final StoreSettings settings;
    private final String description;
    private final boolean influxDb;

    private PointStore(ServerProcess server, StoreSettings settings, String description, boolean influxDb) {
        this.server = server;
        this.settings = settings;
        this.description = description;
        this.influxDb = influxDb;
        ServerProcess.announce("store", description);
        if (influxDb) {
            prepare();
        }
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
        return switch (ServerChoice.of("influxd")) {
            case LOCAL -> {
                Path influxd = ServerChoice.find("influxd").orElseThrow();
                yield new PointStore(ServerProcess.onThisMachine(port, directory, List.of(influxd.toString(), "-config",
                        configure(settings, "127.0.0.1:", port, directory).toString())), settings,
                        "influxd, installed at " + influxd, true);
            }
            case DOCKER -> new PointStore(ServerProcess.inDocker(port, directory, IMAGE, List.of("influxd", "-config",
                    configure(settings, ":", port, directory).toString())), settings, IMAGE + " in Docker", true);
            case EMBEDDED -> new PointStore(ServerProcess.onThisMachine(port, directory,
                    Tree.embedded("store", "--port", Integer.toString(port))), settings, "QuestDB, embedded", false);
        };
    }

    private static Path configure(StoreSettings settings, String host, int port, Path directory) {
        return MqttBroker.write(directory.resolve("influxdb.conf"), List.of(
                "reporting-disabled = true",
                "bind-address = \"127.0.0.1:" + Ports.free() + "\"",
                "[meta]", "dir = \"" + directory + "/meta\"",
                "[data]", "dir = \"" + directory + "/data\"", "wal-dir = \"" + directory + "/wal\"",
                "[monitor]", "store-enabled = false",
                "[http]", "bind-address = \"" + host + port + "\"",
                "flux-enabled = false",
                "auth-enabled = " + (settings.username() != null)));
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
        return "http://127.0.0.1:" + server.port();
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
        return influxDb;
    }

    /** All points of a sensor, by time. */
    public List<StoredPoint> points(String measurement, String name) {
        List<StoredPoint> points = new ArrayList<>();
        if (influxDb) {
            JsonNode series = query("SELECT value, type FROM \"%s\" WHERE \"name\" = '%s'".formatted(measurement,
                    name.replace("\\", "\\\\").replace("'", "\\'"))).at("/results/0/series/0/values");
            series.forEach(row -> points.add(new StoredPoint(row.get(0).asLong(), name, row.get(2).textValue(),
                    row.get(1).doubleValue())));
        } else {
            sql("SELECT cast(timestamp AS long), * FROM '%s' WHERE name = '%s' ORDER BY timestamp"
                    .formatted(measurement, name.replace("'", "''"))).forEach(row -> points.add(new StoredPoint(
                            row.get("cast").asLong(), name, text(row.get("type")), row.get("value").doubleValue())));
        }
        return points;
    }

    /** How many points there are of each sensor. */
    public Map<String, Long> counts(String measurement) {
        Map<String, Long> counts = new TreeMap<>();
        if (influxDb) {
            query("SELECT count(value) FROM \"" + measurement + "\" GROUP BY \"name\"").at("/results/0/series")
                    .forEach(series -> counts.put(series.at("/tags/name").asText(),
                            series.at("/values/0/1").asLong()));
        } else {
            sql("SELECT name, count() AS points FROM '" + measurement + "'")
                    .forEach(row -> counts.put(row.get("name").asText(), row.get("points").asLong()));
        }
        return counts;
    }

    /**
     * Runs InfluxQL as an administrator, times in nanoseconds.
     *
     * @return InfluxDB's answer as JSON
     * @throws IllegalStateException when it answers with an error
     */
    public JsonNode query(String influxQl) {
        String form = "db=" + DATABASE + "&epoch=ns&q=" + encoded(influxQl);
        JsonNode answer = ask(HttpRequest.newBuilder(URI.create(url() + "/query"))
                .header("Authorization", "Basic " + Base64.getEncoder().encodeToString((ADMIN + ":" + ADMIN).getBytes()))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form)));
        if (answer.has("error") || answer.at("/results/0").has("error")) {
            throw new IllegalStateException(influxQl + ": " + answer);
        }
        return answer;
    }

    /** Rows by column; none when there is no such table yet. */
    private List<Map<String, JsonNode>> sql(String query) {
        JsonNode answer = ask(HttpRequest.newBuilder(URI.create(url() + "/exec?query=" + encoded(query))).GET());
        if (answer.path("error").asText().contains("table does not exist")) {
            return List.of();
        }
        if (answer.has("error")) {
            throw new IllegalStateException(query + ": " + answer);
        }
        List<String> columns = StreamSupport.stream(answer.get("columns").spliterator(), false)
                .map(column -> column.get("name").asText()).toList();
        List<Map<String, JsonNode>> rows = new ArrayList<>();
        for (JsonNode values : answer.get("dataset")) {
            Map<String, JsonNode> row = new TreeMap<>();
            for (int i = 0; i < columns.size(); i++) {
                row.put(columns.get(i), values.get(i));
            }
            rows.add(row);
        }
        return rows;
    }

    private static String text(JsonNode value) {
        return value == null ? null : value.textValue();
    }

    private JsonNode ask(HttpRequest.Builder request) {
        try {
            return JSON.readTree(http.send(request.timeout(LIMIT).build(), HttpResponse.BodyHandlers.ofString()).body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
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
        server.restart();
    }

    @Override
    public void close() {
        server.close();
    }
}
