package dev.sensorline.console.history;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.sensorline.console.history.History.Downsampled;
import dev.sensorline.console.history.History.Question;
import dev.sensorline.console.history.History.State;
import dev.sensorline.console.history.History.StoreUnavailableException;
import dev.sensorline.points.Series;
import dev.sensorline.servers.Feature;
import dev.sensorline.servers.PointStore;
import dev.sensorline.servers.StoreSettings;
import dev.sensorline.servers.junit.Needs;
import okhttp3.Credentials;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** History from InfluxDB with authentication, as a user that may only read, and whose password has blanks and quotes. */
@Needs(Feature.DATABASES)
class InfluxHistoryIT {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String PASSWORD = "it's a \"secret\": pä ss";
    /** Names that need quotes, or would end a text that is not quoted. */
    private static final List<String> NAMES = List.of(
            "T1",
            "with space",
            "a,b=c",
            "it's",
            "say \"hello\"",
            "back\\slash",
            "Küche 🌡",
            "' OR 1=1 --",
            "\"; DROP MEASUREMENT sensor; --",
            "x' OR 'a'='a",
            "\\' OR 1=1",
            "/.*/",
            "$name");

    private PointStore store;
    private InfluxHistory history;
    private final OkHttpClient admin = new OkHttpClient();

    @BeforeEach
    void start() {
        store = PointStore.start(StoreSettings.withUser("writer", "writer"));
        store.query("CREATE USER reader WITH PASSWORD '" + PASSWORD.replace("'", "\\'") + "'");
        store.query("GRANT READ ON sensors TO reader");
        history = history(PASSWORD);
    }

    private InfluxHistory history(String password) {
        return new InfluxHistory(
                store.url(),
                PointStore.DATABASE,
                "",
                new OkHttpClient.Builder()
                        .addInterceptor(chain -> chain.proceed(chain.request()
                                .newBuilder()
                                .header("Authorization", Credentials.basic("reader", password, StandardCharsets.UTF_8))
                                .build())),
                new StoreQueries("InfluxDB", Clock.systemUTC()),
                Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        history.close();
        store.close();
    }

    @Test
    void readings_are_downsampled_by_the_store() throws Exception {
        Series series = series("T1");
        write("", series, LongStream.range(0, 20).toArray());

        assertEquals(
                List.of(new Downsampled(0, 4.5, 0, 9), new Downsampled(10_000, 14.5, 10, 19)),
                readings(series, 0, 60_000, 10_000));
        assertEquals(List.of(new Downsampled(0, 0.5, 0, 1)), readings(series, 0, 2_000, 10_000));
    }

    @Test
    void every_name_is_only_a_name() throws Exception {
        List<Series> all = new ArrayList<>();
        for (String name : NAMES) {
            all.add(series(name));
            // In every place: as measurement, tag and field.
            if (!name.startsWith("$")) {
                all.add(Series.of(name, new TreeMap<>(Map.of(name, name))));
            }
        }
        long value = 0;
        for (Series series : all) {
            write("", series, ++value);
        }

        value = 0;
        for (Series series : all) {
            value++;
            assertEquals(
                    List.of(new Downsampled(0, value, value, value)), readings(series, 0, 60_000, 10_000), series.key());
        }
        // What line protocol cannot carry is asked for, and not found.
        assertEquals(List.of(), readings(series("line\nfeed"), 0, 60_000, 10_000));
        assertEquals(List.of(), readings(series("T1"), "no\n\"such'field", 0, 60_000, 10_000));
    }

    @Test
    void a_series_with_more_tags_is_another_sensor() throws Exception {
        Series plain = series("T1");
        write("", Series.of("sensor", new TreeMap<>(Map.of("name", "T1", "type", "temp"))), 100);
        assertEquals(List.of(), readings(plain, 0, 60_000, 10_000));

        write("", plain, 1);
        assertEquals(List.of(new Downsampled(0, 1, 1, 1)), readings(plain, 0, 60_000, 10_000));
    }

    @Test
    void long_ranges_come_from_the_points_of_a_minute_and_the_last_minutes_from_readings() throws Exception {
        store.query("CREATE RETENTION POLICY minutes ON sensors DURATION 730d REPLICATION 1 SHARD DURATION 30d");
        Series series = series("T1");
        Instant now = Instant.now().truncatedTo(ChronoUnit.HOURS).plus(Duration.ofMinutes(30));
        Instant hourAgo = Instant.now().truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(2));
        // Two minutes with 1 and 3 readings, of which only the points of a minute are left.
        post("minutes", "%s mean=10,min=9,max=11,count=1i %d".formatted(series.key(), hourAgo.toEpochMilli()));
        post(
                "minutes",
                "%s mean=20,min=8,max=21,count=3i %d"
                        .formatted(series.key(), hourAgo.plusSeconds(60).toEpochMilli()));
        Instant latest = Instant.now().minusSeconds(1);
        post("", "%s value=5 %d".formatted(series.key(), latest.toEpochMilli()));
        history.probe();
        await().atMost(LIMIT).until(() -> history.state().state() == State.UP);

        List<Downsampled> readings = readings(
                series, hourAgo.toEpochMilli(), now.plus(Duration.ofHours(1)).toEpochMilli(), 600_000);

        assertEquals(new Downsampled(hourAgo.toEpochMilli(), 17.5, 8, 21), readings.get(0));
        assertEquals(5, readings.get(readings.size() - 1).mean());
        assertEquals(2, readings.size());
    }

    @Test
    void the_times_of_the_last_readings_are_in_order() throws Exception {
        Series series = series("T1");
        Instant start = Instant.now().minusSeconds(100).truncatedTo(ChronoUnit.SECONDS);
        for (int i = 0; i < 30; i++) {
            post("", "%s value=%d %d".formatted(series.key(), i, start.plusSeconds(i).toEpochMilli()));
        }

        List<Instant> times = history.lastTimes(series, "value", 22).await().atMost(LIMIT);

        assertEquals(22, times.size());
        assertEquals(start.plusSeconds(8), times.get(0));
        assertEquals(start.plusSeconds(29), times.get(21));
    }

    @Test
    void a_field_of_texts_has_no_readings() throws Exception {
        post("", "sensor,name=T1 value=\"on\" 1");

        assertEquals(List.of(), readings(series("T1"), 0, 60_000, 10_000));
    }

    @Test
    void the_user_cannot_write_and_a_wrong_password_is_told() {
        history.close();
        history = history("wrong");

        StoreUnavailableException failure = assertThrows(
                StoreUnavailableException.class, () -> readings(series("T1"), 0, 60_000, 10_000));
        assertTrue(failure.getMessage().contains("authorization failed"), failure.getMessage());
    }

    @Test
    void a_store_that_stops_is_down_and_up_again_when_it_is_back() throws Exception {
        write("", series("T1"), 1);
        assertEquals(1, readings(series("T1"), 0, 60_000, 10_000).size());

        store.stop();
        assertThrows(StoreUnavailableException.class, () -> readings(series("T1"), 0, 60_000, 10_000));
        assertEquals(State.DOWN, history.state().state());

        store.restart();
        await().atMost(LIMIT).until(() -> {
            history.probe();
            return history.state().state() == State.UP;
        });
        assertEquals(1, readings(series("T1"), 0, 60_000, 10_000).size());
    }

    private static Series series(String name) {
        return Series.of("sensor", new TreeMap<>(Map.of("name", name)));
    }

    private List<Downsampled> readings(Series series, long from, long to, long step) {
        return readings(series, "value", from, to, step);
    }

    private List<Downsampled> readings(Series series, String field, long from, long to, long step) {
        return history.readings(new Question(
                        series, field, Instant.ofEpochMilli(from), Instant.ofEpochMilli(to), Duration.ofMillis(step)))
                .await()
                .atMost(LIMIT);
    }

    /** A reading a second, from 1970 on. */
    private void write(String policy, Series series, long... values) throws Exception {
        for (int i = 0; i < values.length; i++) {
            post(policy, "%s value=%d %d".formatted(series.key(), values[i], i * 1_000));
        }
    }

    private void post(String policy, String line) throws Exception {
        Request request = new Request.Builder()
                .url(store.url() + "/write?db=sensors&precision=ms&rp=" + policy)
                .header("Authorization", Credentials.basic("writer", "writer"))
                .post(RequestBody.create(line, MediaType.get("text/plain; charset=utf-8")))
                .build();
        try (Response response = admin.newCall(request).execute()) {
            assertEquals(204, response.code(), () -> line);
        }
    }
}
