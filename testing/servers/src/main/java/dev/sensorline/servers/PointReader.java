package dev.sensorline.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * Reads points from a store: from InfluxDB 1.8 with InfluxQL, from QuestDB with SQL. Methods block for up to 20 s. They throw
 * {@link IllegalStateException} if the store answers with an error. Thread-safe.
 */
public final class PointReader {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final ObjectMapper JSON = new ObjectMapper();
    /** A time in QuestDB as nanoseconds: tables store microseconds, but the table {@code sensor} nanoseconds. */
    private static final String NANOS = "cast(cast(%s AS timestamp_ns) AS long) AS nanos";

    private static final String TAG = "::tag";
    private static final Map<String, String> INFLUXDB_TYPES =
            Map.of("DOUBLE", "float", "LONG", "integer", "BOOLEAN", "boolean", "VARCHAR", "string");

    private final HttpClient http;
    private final String url;
    private final String database;
    private final String credentials;
    private final boolean isInfluxDb;

    private PointReader(HttpClient.Builder http, String url, String database, String credentials, boolean isInfluxDb) {
        this.http = http.version(HttpClient.Version.HTTP_1_1).build();
        this.url = url;
        this.database = database;
        this.credentials = credentials;
        this.isInfluxDb = isInfluxDb;
    }

    /** Reads from InfluxDB 1.8, without authentication if the user is null. */
    public static PointReader ofInfluxDb(String url, String database, String username, String password) {
        return new PointReader(
                HttpClient.newBuilder(), url, database, username == null ? null : username + ":" + password, true);
    }

    /** Reads from InfluxDB 1.8 over HTTPS, without authentication. */
    static PointReader ofInfluxDb(String url, String database, Certificates tls) {
        return new PointReader(HttpClient.newBuilder().sslContext(tls.trusting()), url, database, null, true);
    }

    /** Reads from QuestDB. */
    public static PointReader ofQuestDb(String url) {
        return new PointReader(HttpClient.newBuilder(), url, null, null, false);
    }

    /** All points of a sensor, sorted by time. */
    public List<StoredPoint> points(String measurement, String name) {
        List<StoredPoint> points = new ArrayList<>();
        if (isInfluxDb) {
            query("SELECT value, type FROM \"%s\" WHERE \"name\" = '%s'"
                            .formatted(measurement, name.replace("\\", "\\\\").replace("'", "\\'")))
                    .at("/results/0/series/0/values")
                    .forEach(row -> points.add(new StoredPoint(
                            row.get(0).asLong(),
                            name,
                            row.get(2).textValue(),
                            row.get(1).doubleValue())));
        } else {
            sql(
                            measurement,
                            "SELECT %s, * FROM '%s' WHERE name = '%s' ORDER BY timestamp"
                                    .formatted(NANOS.formatted("timestamp"), measurement, name.replace("'", "''")))
                    .forEach(row -> points.add(new StoredPoint(
                            row.get("nanos").asLong(),
                            name,
                            row.containsKey("type") ? row.get("type").textValue() : null,
                            row.get("value").doubleValue())));
        }
        return points;
    }

    /** The number of points of each sensor. */
    public Map<String, Long> counts(String measurement) {
        Map<String, Long> counts = new TreeMap<>();
        summaries(measurement).forEach(summary -> counts.put(summary.name(), summary.count()));
        return counts;
    }

    /** The number of points and the last point of each sensor. */
    public List<SensorSummary> summaries(String measurement) {
        List<SensorSummary> summaries = new ArrayList<>();
        if (isInfluxDb) {
            Map<String, Long> counts = new TreeMap<>();
            JsonNode results = query(("SELECT count(value) FROM \"%1$s\" GROUP BY \"name\";"
                                    + "SELECT last(value) FROM \"%1$s\" GROUP BY \"name\"")
                            .formatted(measurement))
                    .get("results");
            results.at("/0/series")
                    .forEach(series -> counts.put(
                            series.at("/tags/name").asText(),
                            series.at("/values/0/1").asLong()));
            results.at("/1/series")
                    .forEach(series -> summaries.add(new SensorSummary(
                            series.at("/tags/name").asText(),
                                    counts.getOrDefault(series.at("/tags/name").asText(), 0L),
                            series.at("/values/0/1").doubleValue(),
                                    series.at("/values/0/0").asLong())));
        } else {
            sql(
                            measurement,
                            "SELECT name, count() AS points, last(value) AS value, %s FROM '%s'"
                                    .formatted(NANOS.formatted("max(timestamp)"), measurement))
                    .forEach(row -> summaries.add(new SensorSummary(
                            row.get("name").asText(),
                            row.get("points").asLong(),
                            row.get("value").doubleValue(),
                            row.get("nanos").asLong())));
        }
        return summaries;
    }

    /**
     * The rows of a measurement that have a value in at least one of the given fields. Each row is the time in nanoseconds
     * and the columns, separated by spaces. QuestDB returns false for a boolean field without a value.
     *
     * @param columns names of fields, and names of tags with the suffix {@code ::tag}
     */
    public List<String> rows(String measurement, String... columns) {
        if (isInfluxDb) {
            String selected = Arrays.stream(columns).map(PointReader::quoted).collect(Collectors.joining(", "));
            return stream(query("SELECT %s FROM \"%s\"".formatted(selected, measurement))
                            .at("/results/0/series/0/values"))
                    .map(row -> stream(row).map(PointReader::text).collect(Collectors.joining(" ")))
                    .toList();
        }
        Map<String, String> types = types(measurement);
        List<String> names = Arrays.stream(columns).map(PointReader::name).toList();
        for (String column : columns) {
            if (!types.containsKey(name(column))
                    || column.endsWith(TAG) != types.get(name(column)).equals("SYMBOL")) {
                return List.of();
            }
        }
        String present = Arrays.stream(columns)
                .filter(column -> !column.endsWith(TAG))
                .map(column -> "\"%s\" IS NOT NULL".formatted(column))
                .collect(Collectors.joining(" OR "));
        return sql(
                        measurement,
                        "SELECT %s, %s FROM '%s' WHERE %s ORDER BY timestamp"
                                .formatted(
                                        NANOS.formatted("timestamp"),
                                        names.stream().map(PointReader::quoted).collect(Collectors.joining(", ")),
                                        measurement,
                                        present))
                .stream()
                .map(row -> Stream.concat(Stream.of("nanos"), names.stream())
                        .map(name -> text(row.get(name)))
                        .collect(Collectors.joining(" ")))
                .toList();
    }

    /** The fields of a measurement, each with its InfluxDB type, separated by a space. */
    public List<String> fields(String measurement) {
        if (isInfluxDb) {
            return stream(query("SHOW FIELD KEYS FROM \"%s\"".formatted(measurement))
                            .at("/results/0/series/0/values"))
                    .map(row -> stream(row).map(PointReader::text).collect(Collectors.joining(" ")))
                    .toList();
        }
        return types(measurement).entrySet().stream()
                .filter(column -> INFLUXDB_TYPES.containsKey(column.getValue()))
                .map(column -> column.getKey() + " " + INFLUXDB_TYPES.get(column.getValue()))
                .toList();
    }

    /** Deletes all points. */
    void clear() {
        if (isInfluxDb) {
            query("DROP DATABASE " + database);
            query("CREATE DATABASE " + database);
        } else {
            sql("SELECT table_name FROM tables()")
                    .forEach(table -> sql("TRUNCATE TABLE '%s'"
                            .formatted(table.get("table_name").asText())));
        }
    }

    private Map<String, String> types(String measurement) {
        Map<String, String> types = new TreeMap<>();
        sql(measurement, "SHOW COLUMNS FROM '%s'".formatted(measurement))
                .forEach(column -> types.put(
                        column.get("column").asText(), column.get("type").asText()));
        return types;
    }

    private static String name(String column) {
        return column.replace(TAG, "");
    }

    private static String quoted(String column) {
        return "\"" + name(column) + "\"" + (column.endsWith(TAG) ? TAG : "");
    }

    /** A value as text. Numbers have no trailing zeros. */
    private static String text(JsonNode value) {
        return value.isDouble()
                ? new BigDecimal(value.asText()).stripTrailingZeros().toPlainString()
                : value.asText();
    }

    private static Stream<JsonNode> stream(JsonNode values) {
        return StreamSupport.stream(values.spliterator(), false);
    }

    /**
     * Runs InfluxQL, with times in nanoseconds.
     *
     * @return the answer of InfluxDB
     * @throws IllegalStateException if InfluxDB answers with an error
     */
    public JsonNode query(String influxQl) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + "/query"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "db=" + encoded(database) + "&epoch=ns&q=" + encoded(influxQl)));
        if (credentials != null) {
            request.header(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)));
        }
        JsonNode answer = ask(request);
        if (answer.has("error") || answer.at("/results/0").has("error")) {
            throw new IllegalStateException(influxQl + ": " + answer);
        }
        return answer;
    }

    /** The rows of a query, with values by column, over all points that the store has accepted. None if the table does not exist. */
    private List<Map<String, JsonNode>> sql(String table, String query) {
        // In QuestDB points become visible some time after they were accepted.
        return sql("SELECT wait_wal_table('%s')".formatted(table)).isEmpty() ? List.of() : sql(query);
    }

    private List<Map<String, JsonNode>> sql(String query) {
        JsonNode answer = ask(HttpRequest.newBuilder(URI.create(url + "/exec?query=" + encoded(query)))
                .GET());
        if (answer.path("error").asText().contains("table does not exist")) {
            return List.of();
        }
        if (answer.has("error")) {
            throw new IllegalStateException(query + ": " + answer);
        }
        if (!answer.has("columns")) {
            return List.of();
        }
        List<String> columns = StreamSupport.stream(answer.get("columns").spliterator(), false)
                .map(column -> column.get("name").asText())
                .toList();
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

    private JsonNode ask(HttpRequest.Builder request) {
        try {
            return JSON.readTree(http.send(request.timeout(LIMIT).build(), HttpResponse.BodyHandlers.ofString())
                    .body());
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
}
