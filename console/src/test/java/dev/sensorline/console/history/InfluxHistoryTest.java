package dev.sensorline.console.history;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import com.sun.net.httpserver.HttpServer;

import dev.sensorline.console.history.History.Downsampled;
import dev.sensorline.console.history.History.Question;
import dev.sensorline.console.history.History.State;
import dev.sensorline.console.history.History.StoreUnavailableException;
import dev.sensorline.points.Series;
import io.smallrye.mutiny.Uni;
import okhttp3.OkHttpClient;

class InfluxHistoryTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Question QUESTION = new Question(
            Series.of("sensor", new TreeMap<>(Map.of("name", "T1"))),
            "value",
            Instant.ofEpochMilli(0),
            Instant.ofEpochMilli(60_000),
            Duration.ofSeconds(10));
    private static final String ROWS =
            "{\"results\":[{\"statement_id\":0,\"series\":[{\"name\":\"sensor\",\"tags\":{\"name\":\"T1\",\"type\":\"\"},"
                    + "\"columns\":[\"time\",\"mean\",\"min\",\"max\"],\"values\":[[10000,21.5,21,22]]}]}]}\n";

    private HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private InfluxHistory history;
    private volatile int status = 200;
    private volatile String answer = ROWS;
    /** Beyond the length of the answer; the connection is closed before they are sent. */
    private volatile int missingBytes;

    private final CountDownLatch released = new CountDownLatch(1);
    private volatile boolean isHeld;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/query", exchange -> {
            exchange.getRequestBody().readAllBytes();
            if (isHeld) {
                try {
                    released.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            byte[] body = answer.getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, body.length + missingBytes);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        history = new InfluxHistory(
                "http://127.0.0.1:" + server.getAddress().getPort(),
                "sensors",
                "",
                new OkHttpClient.Builder(),
                new StoreQueries("InfluxDB", Clock.systemUTC()),
                Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        released.countDown();
        history.close();
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void readings_of_the_series_are_read() {
        assertEquals(List.of(new Downsampled(10_000, 21.5, 21, 22)), readings());
        assertEquals(State.UP, history.state().state());
    }

    @Test
    void another_series_with_more_tags_is_not_the_sensor() {
        answer = ROWS.replace("\"type\":\"\"", "\"type\":\"temp\"");

        assertEquals(List.of(), readings());
    }

    @Test
    void an_error_with_status_200_is_an_error() {
        answer = "{\"results\":[{\"statement_id\":0,\"error\":\"database not found: sensors\"}]}";

        assertFails("database not found: sensors");
        assertEquals(State.DOWN, history.state().state());
        assertEquals("database not found: sensors", history.state().detail());
    }

    @Test
    void a_tag_that_is_called_error_is_no_error() {
        answer = ROWS.replace("\"type\":\"\"", "\"error\":\"\",\"results\":\"\",\"partial\":\"\"");

        assertEquals(1, readings().size());
    }

    @Test
    void a_refused_user_is_an_error() {
        status = 401;
        answer = "{\"error\":\"authorization failed\"}";

        assertFails("authorization failed");
    }

    @Test
    void an_answer_that_ends_early_is_an_error() {
        missingBytes = 10;

        assertFails("");
    }

    @Test
    void an_answer_with_missing_rows_is_an_error() {
        answer = ROWS.replace("]]}]}]}", "]],\"partial\":true}],\"partial\":true}]}");

        assertFails("too many rows");
    }

    @Test
    void a_page_of_another_server_is_an_error() {
        for (String page : List.of("<html>Sign in</html>", "{}", "", "null", "[]")) {
            answer = page;
            assertFails("another server");
        }
    }

    @Test
    void a_field_with_texts_has_no_readings() {
        answer = "{\"results\":[{\"statement_id\":0,\"error\":\"unsupported mean iterator type: *query.stringInterruptIterator\"}]}";

        assertEquals(List.of(), readings());
    }

    @Test
    void a_store_that_is_away_comes_back() {
        status = 503;
        answer = "{\"error\":\"starting\"}";
        assertFails("starting");

        status = 200;
        answer = ROWS;
        assertEquals(1, readings().size());
        assertEquals(State.UP, history.state().state());
    }

    @Test
    void questions_beyond_the_queue_fail_at_once() {
        isHeld = true;
        List<Uni<List<Downsampled>>> waiting = new ArrayList<>();
        for (int i = 0; i < StoreQueries.THREADS + StoreQueries.QUEUE; i++) {
            waiting.add(history.readings(QUESTION).memoize().indefinitely());
            waiting.get(i).subscribe().with(readings -> {}, failure -> {});
        }
        assertFails("Too many questions");

        released.countDown();
        waiting.forEach(each -> assertEquals(1, each.await().atMost(LIMIT).size()));
    }

    private List<Downsampled> readings() {
        return history.readings(QUESTION).await().atMost(LIMIT);
    }

    private void assertFails(String part) {
        StoreUnavailableException failure = assertThrows(StoreUnavailableException.class, this::readings);
        assertTrue(failure.getMessage().contains(part), failure.getMessage());
    }
}
