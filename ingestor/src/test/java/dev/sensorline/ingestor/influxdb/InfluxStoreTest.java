package dev.sensorline.ingestor.influxdb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.sensorline.ingestor.LogLines;
import dev.sensorline.ingestor.eventloop.VirtualEventLoop;
import dev.sensorline.ingestor.influxdb.WriteApi.Refusal;
import dev.sensorline.points.ForwardedPoint;
import dev.sensorline.points.Reading;
import dev.sensorline.points.Rejection;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;

/** Retries, pauses, splitting, state and log lines of the store, against an API in memory and a virtual clock. */
class InfluxStoreTest {

    private static final Duration LONG = Duration.ofSeconds(3);
    private static final String ACCEPTS = "INFO InfluxDB at http://store accepts points";

    /** Answers each request at once. A null answer accepts the write. */
    private static final class FakeApi implements WriteApi {

        private final List<String> requests = new ArrayList<>();
        private Function<String, Throwable> answer = lines -> null;
        private boolean isClosed;

        @Override
        public Uni<Void> write(byte[] bytes) {
            String lines = new String(bytes, UTF_8);
            requests.add(lines);
            Throwable failure = answer.apply(lines);
            return failure == null
                    ? Uni.createFrom().voidItem()
                    : Uni.createFrom().failure(failure);
        }

        @Override
        public void close() {
            isClosed = true;
        }
    }

    private final FakeApi api = new FakeApi();
    private final VirtualEventLoop loop = new VirtualEventLoop();
    private final List<Rejection> rejections = new ArrayList<>();
    private final CompletableFuture<Void> takenOver = new CompletableFuture<>();
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final LogLines log = LogLines.of(InfluxStore.class);
    private final InfluxStore store = new InfluxStore(
            "http://store",
            api,
            loop,
            rejected -> {
                rejections.addAll(rejected);
                return takenOver;
            },
            registry);

    @AfterEach
    void stopListening() {
        log.close();
    }

    private static Refusal refusal(int status) {
        return new Refusal(status, "because", Duration.ZERO);
    }

    /** Points whose lines are "p0 1", "p1 1", … */
    private static List<ForwardedPoint> points(int count) {
        return IntStream.range(0, count)
                .mapToObj(n -> ("p" + n + " 1").getBytes(UTF_8))
                .map(line -> ForwardedPoint.of(new Reading("topic", line, line.length, 0)))
                .toList();
    }

    private CompletableFuture<Void> write(int count) {
        CompletableFuture<Void> done = store.write(points(count)).subscribeAsCompletionStage();
        loop.run();
        return done;
    }

    private double written() {
        return registry.get("sensorline.points.written").functionCounter().count();
    }

    @Test
    void an_accepted_batch_is_one_request() {
        assertTrue(write(2).isDone());
        assertEquals(List.of("p0 1\np1 1\n"), api.requests);
        assertEquals(2, written());
    }

    @Test
    void an_empty_batch_is_no_request() {
        assertTrue(write(0).isDone());
        assertEquals(List.of(), api.requests);
    }

    @Test
    void serialising_and_sending_wait_for_the_event_loop() {
        store.write(points(1)).subscribe().with(done -> {});
        assertEquals(List.of(), api.requests);
        loop.run();
        assertEquals(1, api.requests.size());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 401, 403, 404, 429, 500, 503})
    void an_outage_or_a_refusal_for_another_reason_than_the_points_is_retried_until_it_ends(int status) {
        api.answer = lines -> status == 0 ? new IOException("Connection refused") : refusal(status);
        CompletableFuture<Void> done = write(2);
        for (int n = 0; n < 20; n++) {
            loop.advance(LONG);
        }
        assertFalse(done.isDone());
        assertTrue(api.requests.size() >= 20, api.requests::toString);
        api.answer = lines -> null;
        loop.advance(LONG);
        assertTrue(done.isDone());
        assertEquals(2, written());
        assertEquals(List.of(), rejections);
    }

    @Test
    void pauses_double_from_a_tenth_of_a_second_to_three_seconds() {
        List<Long> times = new ArrayList<>();
        api.answer = lines -> {
            times.add(loop.nanoTime());
            return refusal(500);
        };
        write(1);
        loop.advance(Duration.ofMinutes(1));
        long limit = Duration.ofMillis(100).toNanos();
        for (int n = 1; n < times.size(); n++) {
            long pause = times.get(n) - times.get(n - 1);
            assertTrue(pause >= limit / 2 && pause <= limit, "pause " + n + " of " + pause + " ns");
            limit = Math.min(2 * limit, LONG.toNanos());
        }
        assertTrue(times.size() > 20, "attempts: " + times.size());
    }

    @Test
    void the_pause_that_influxdb_asks_for_is_kept() {
        api.answer = lines -> new Refusal(503, "busy", Duration.ofSeconds(7));
        write(1);
        loop.advance(Duration.ofMillis(6_999));
        assertEquals(1, api.requests.size());
        loop.advance(Duration.ofMillis(1));
        assertEquals(2, api.requests.size());
    }

    @Test
    void no_more_than_half_a_minute_of_it() {
        api.answer = lines -> new Refusal(503, "busy", Duration.ofHours(1));
        write(1);
        loop.advance(Duration.ofSeconds(30));
        assertEquals(2, api.requests.size());
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 413, 422})
    void a_batch_rejected_for_its_content_is_split_until_only_the_invalid_points_are_set_aside(int status) {
        api.answer = lines -> lines.contains("p2 ") || lines.contains("p5 ") ? refusal(status) : null;
        CompletableFuture<Void> done = write(8);
        assertEquals(
                List.of("p2 1"),
                rejections.stream()
                        .map(each -> new String(each.reading().payload(), UTF_8))
                        .toList());
        assertEquals("because", rejections.get(0).detail());
        assertFalse(done.isDone(), "before the rejection has been taken over");
        takenOver.complete(null);
        loop.run();
        assertTrue(done.isDone());
        assertEquals(
                List.of("p2 1", "p5 1"),
                rejections.stream()
                        .map(each -> new String(each.reading().payload(), UTF_8))
                        .toList());
        assertEquals(6, written());
    }

    @Test
    void an_outage_amid_splitting_neither_loses_nor_repeats_a_rejection() {
        takenOver.complete(null);
        boolean[] isAway = {false};
        api.answer = lines -> {
            if (isAway[0]) {
                return new IOException("Connection refused");
            }
            isAway[0] = lines.equals("p0 1\np1 1\n");
            return lines.contains("p0 ") ? refusal(400) : null;
        };
        CompletableFuture<Void> done = write(4);
        loop.advance(LONG);
        assertFalse(done.isDone());
        isAway[0] = false;
        api.answer = lines -> lines.contains("p0 ") ? refusal(400) : null;
        loop.advance(LONG);
        assertTrue(done.isDone());
        assertEquals(1, rejections.size());
        assertEquals(3, written());
    }

    @Test
    void a_batch_that_is_being_retried_holds_up_no_other() {
        api.answer = lines -> lines.contains("p1 ") ? refusal(500) : null;
        CompletableFuture<Void> first = write(2);
        assertTrue(write(1).isDone());
        assertFalse(first.isDone());
        assertFalse(store.isAccepting(), "while a write is failing");
    }

    @Test
    void an_outage_is_one_line_and_its_end_another() {
        write(1);
        assertTrue(store.isAccepting());
        api.answer = lines -> new IOException("Connection refused");
        write(1);
        write(1);
        loop.advance(Duration.ofMinutes(1));
        assertFalse(store.isAccepting());
        api.answer = lines -> null;
        loop.advance(LONG);
        assertTrue(store.isAccepting());
        assertEquals(
                List.of(
                        ACCEPTS,
                        "WARN InfluxDB at http://store does not accept points: Connection refused; nothing is"
                                + " acknowledged until it does",
                        ACCEPTS),
                log.all());
    }

    @Test
    void another_status_is_another_line() {
        api.answer = lines -> refusal(401);
        write(1);
        api.answer = lines -> refusal(404);
        loop.advance(LONG);
        assertEquals(
                List.of(
                        "WARN InfluxDB at http://store does not accept points: 401 because; nothing is acknowledged until it does",
                        "WARN InfluxDB at http://store does not accept points: 404 because; nothing is acknowledged until it does"),
                log.all());
    }

    @Test
    void rejected_content_is_no_outage() {
        takenOver.complete(null);
        api.answer = lines -> refusal(400);
        write(2);
        assertTrue(store.isAccepting());
        assertEquals(List.of(ACCEPTS), log.all());
    }

    @Test
    void it_is_probed_at_once_and_then_while_nothing_is_written() {
        store.startProbing();
        loop.run();
        assertEquals(List.of("# probe"), api.requests);
        assertTrue(store.isAccepting());
        api.answer = lines -> refusal(503);
        loop.advance(Duration.ofSeconds(5));
        assertFalse(store.isAccepting());
        assertEquals(0, written());
        int probes = api.requests.size();
        write(1); // Fails: from now on the state of the store follows from writes.
        loop.advance(Duration.ofSeconds(30));
        assertEquals(probes, api.requests.stream().filter("# probe"::equals).count());
    }

    @Test
    void a_closed_store_is_probed_no_more() {
        store.startProbing();
        loop.run();
        store.close();
        loop.advance(Duration.ofMinutes(1));
        assertEquals(1, api.requests.size());
        assertTrue(api.isClosed);
    }
}
