package dev.sensorline.console.history;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.sensorline.console.history.History.Downsampled;
import dev.sensorline.console.history.History.Question;
import dev.sensorline.console.history.History.State;
import dev.sensorline.console.history.History.StoreUnavailableException;
import dev.sensorline.points.Series;
import dev.sensorline.servers.PointStore;
import okhttp3.OkHttpClient;

/** History from the QuestDB that the demo embeds. */
class QuestDbHistoryIT {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    /** Without a backslash: QuestDB takes it for an escape in line protocol, and stores another name. */
    private static final List<String> NAMES =
            List.of("T1", "with space", "it's", "say \"hello\"", "Küche 🌡", "' OR 1=1 --", "'; DROP TABLE sensor; --");

    private PointStore store;
    private QuestDbHistory history;

    @BeforeEach
    void start() {
        store = PointStore.startQuestDb();
        history = new QuestDbHistory(
                store.url(),
                new OkHttpClient.Builder(),
                new StoreQueries("QuestDB", Clock.systemUTC()),
                Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        history.close();
        store.close();
    }

    @Test
    void readings_are_downsampled_by_the_store() {
        Series series = series("T1");
        for (int i = 0; i < 20; i++) {
            write(series, i, i);
        }

        awaitReadings(series, new Downsampled(0, 4.5, 0, 9), new Downsampled(10_000, 14.5, 10, 19));
    }

    @Test
    void every_name_is_only_a_name() {
        int value = 0;
        for (String name : NAMES) {
            write(series(name), ++value, 0);
        }

        value = 0;
        for (String name : NAMES) {
            value++;
            awaitReadings(series(name), new Downsampled(0, value, value, value));
        }
        assertEquals(List.of(), readings(series("line\nfeed"), "value"));
        assertEquals(List.of(), readings(series("T1"), "no\" such 'field"));
        assertEquals(List.of(), readings(Series.of("no\"table'", new TreeMap<>(Map.of("name", "T1"))), "value"));
        assertEquals(List.of(), readings(Series.of("absent", new TreeMap<>(Map.of("name", "T1"))), "value"));
        assertEquals(List.of(), readings(series("T1"), "type"));
    }

    @Test
    void a_series_with_more_tags_is_another_sensor() {
        write(Series.of("sensor", new TreeMap<>(Map.of("name", "T1", "type", "temp"))), 100, 0);
        write(series("T1"), 1, 0);

        awaitReadings(series("T1"), new Downsampled(0, 1, 1, 1));
    }

    @Test
    void the_times_of_the_last_readings_are_in_order() {
        Series series = series("T1");
        Instant start = Instant.now().minusSeconds(100).truncatedTo(ChronoUnit.SECONDS);
        for (int i = 0; i < 30; i++) {
            write(series, i, start.plusSeconds(i).getEpochSecond());
        }

        await().atMost(LIMIT).untilAsserted(() -> {
            List<Instant> times = history.lastTimes(series, "value", 22).await().atMost(LIMIT);
            assertEquals(22, times.size());
            assertEquals(start.plusSeconds(8), times.get(0));
            assertEquals(start.plusSeconds(29), times.get(21));
        });
    }

    @Test
    void a_store_that_stops_is_down() {
        history.probe();
        await().atMost(LIMIT).until(() -> history.state().state() == State.UP);

        store.stop();
        StoreUnavailableException failure =
                assertThrows(StoreUnavailableException.class, () -> readings(series("T1"), "value"));
        assertTrue(failure.getMessage().startsWith("QuestDB does not answer: "), failure.getMessage());
        assertEquals(State.DOWN, history.state().state());
    }

    private static Series series(String name) {
        return Series.of("sensor", new TreeMap<>(Map.of("name", name)));
    }

    private void write(Series series, int value, long second) {
        store.write("%s value=%d.0 %d".formatted(series.key(), value, second * 1_000_000_000L));
    }

    /** QuestDB shows points some time after it has accepted them. */
    private void awaitReadings(Series series, Downsampled... expected) {
        await().atMost(LIMIT).untilAsserted(() -> assertEquals(List.of(expected), readings(series, "value")));
    }

    private List<Downsampled> readings(Series series, String field) {
        return history.readings(new Question(
                        series, field, Instant.EPOCH, Instant.EPOCH.plusSeconds(60), Duration.ofSeconds(10)))
                .await()
                .atMost(LIMIT);
    }
}
