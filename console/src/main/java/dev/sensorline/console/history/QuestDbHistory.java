package dev.sensorline.console.history;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.sensorline.points.Series;
import io.smallrye.mutiny.Uni;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.BufferedSource;

/** Readings from QuestDB, which the demo embeds, over its HTTP interface {@code /exec}. */
final class QuestDbHistory implements History, AutoCloseable {

    private static final Duration DAY = Duration.ofDays(1);
    private static final long MOST_BYTES = 8L << 20;
    private static final String TAG = "SYMBOL";
    private static final Set<String> NUMBERS = Set.of("DOUBLE", "FLOAT", "LONG", "INT", "SHORT", "BYTE");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpUrl url;
    private final OkHttpClient http;
    private final StoreQueries store;
    private final Clock clock;

    /** Does not connect yet. */
    QuestDbHistory(String url, OkHttpClient.Builder http, StoreQueries store, Clock clock) {
        this.url = HttpUrl.get(url);
        this.http = http.build();
        this.store = store;
        this.clock = clock;
    }

    @Override
    public String source() {
        return "questdb";
    }

    @Override
    public StoreState state() {
        return store.state();
    }

    @Override
    public void probe() {
        store.probe(() -> rows("SELECT 1"));
    }

    @Override
    public Uni<List<Downsampled>> readings(Question question) {
        return store.ask(() -> {
            Map<String, String> columns = columns(question.series().measurement());
            if (!hasReadings(columns, question.series(), question.field())) {
                return List.of();
            }
            List<Downsampled> readings = new ArrayList<>();
            for (JsonNode row : rows(QuestSql.readings(question, otherTags(columns, question.series())))) {
                readings.add(new Downsampled(
                        Instant.parse(row.get(0).asText()).toEpochMilli(),
                        row.get(1).asDouble(),
                        row.get(2).asDouble(),
                        row.get(3).asDouble()));
            }
            return readings;
        });
    }

    @Override
    public Uni<List<Instant>> lastTimes(Series series, String field, int most) {
        return store.ask(() -> {
            Map<String, String> columns = columns(series.measurement());
            if (!hasReadings(columns, series, field)) {
                return List.of();
            }
            List<Instant> times = new ArrayList<>();
            Instant from = clock.instant().minus(DAY);
            for (JsonNode row : rows(QuestSql.lastTimes(series, field, most, from, otherTags(columns, series)))) {
                times.add(Instant.parse(row.get(0).asText()));
            }
            Collections.reverse(times);
            return times;
        });
    }

    /** The columns of a table by name, with their types; empty if there is no such table. */
    private Map<String, String> columns(String table) throws IOException {
        Map<String, String> columns = new TreeMap<>();
        if (QuestSql.isPossibleName(table)) {
            for (JsonNode row : rows(QuestSql.columns(table))) {
                columns.put(row.get(0).asText(), row.get(1).asText());
            }
        }
        return columns;
    }

    /** Whether a table has all tags of a series, and a numeric field. */
    private static boolean hasReadings(Map<String, String> columns, Series series, String field) {
        return NUMBERS.contains(columns.getOrDefault(field, ""))
                && series.tags().keySet().stream().allMatch(tag -> TAG.equals(columns.get(tag)));
    }

    private static Set<String> otherTags(Map<String, String> columns, Series series) {
        return columns.entrySet().stream()
                .filter(column -> column.getValue().equals(TAG) && !series.tags().containsKey(column.getKey()))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private JsonNode rows(String query) throws IOException {
        HttpUrl exec = url.newBuilder()
                .addPathSegment("exec")
                .addQueryParameter("query", query)
                .addQueryParameter("limit", String.valueOf(InfluxQl.MOST_ROWS))
                .build();
        try (Response response =
                http.newCall(new Request.Builder().url(exec).build()).execute()) {
            BufferedSource source = response.body().source();
            if (source.request(MOST_BYTES + 1)) {
                throw new IOException("The answer is longer than " + MOST_BYTES + " bytes");
            }
            JsonNode answer = JSON.readTree(source.readByteArray());
            String error = answer.path("error").asText();
            if (error.contains("table does not exist")) {
                return JSON.createArrayNode();
            }
            if (!error.isEmpty()) {
                throw new IOException(error);
            }
            if (!answer.path("dataset").isArray()) {
                throw new IOException("The answer is not that of QuestDB, with status " + response.code());
            }
            return answer.get("dataset");
        } catch (JsonProcessingException e) {
            throw new IOException("The answer is not JSON: another server may have answered", e);
        }
    }

    @Override
    public void close() {
        store.close();
        http.connectionPool().evictAll();
    }
}
