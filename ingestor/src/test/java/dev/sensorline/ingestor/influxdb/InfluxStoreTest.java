package dev.sensorline.ingestor.influxdb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.sensorline.ingestor.LogLines;
import dev.sensorline.ingestor.eventloop.VirtualEventLoop;
import dev.sensorline.ingestor.influxdb.WriteApi.NoAnswer;
import dev.sensorline.ingestor.pipeline.Parting;
import dev.sensorline.ingestor.pipeline.ProcessEnd;
import dev.sensorline.points.ForwardedPoint;
import dev.sensorline.points.Reading;
import dev.sensorline.points.Rejection;
import dev.sensorline.points.Rejection.Reason;
import dev.sensorline.points.Storable;
import dev.sensorline.points.lineprotocol.LineProtocol;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;

/** Retries, pauses, splitting, state and log lines of the store, against an API in memory and a virtual clock. */
class InfluxStoreTest {

    private static final Duration HOLD = Duration.ofSeconds(30);
    private static final Duration LONG = Duration.ofSeconds(3);
    private static final String ACCEPTS = "INFO InfluxDB at http://store accepts points";

    private static final String PROBE = "\n";
    private static final Answer NO_CONTENT = answer(204, "");

    /** Answers each request at once, with an answer or with why there is none, or when a future does. */
    private static final class FakeApi implements WriteApi {

        private final List<String> requests = new ArrayList<>();
        private final List<byte[]> bodies = new ArrayList<>();
        private Function<String, Object> answer = lines -> NO_CONTENT;
        private boolean isClosed;

        @Override
        public Uni<Answer> write(byte[] bytes) {
            String lines = new String(bytes, UTF_8);
            requests.add(lines);
            bodies.add(bytes);
            Object answered = answer.apply(lines);
            if (answered instanceof CompletableFuture<?> later) {
                return Uni.createFrom().completionStage(later).map(Answer.class::cast);
            }
            return answered instanceof Throwable failure
                    ? Uni.createFrom().failure(failure)
                    : Uni.createFrom().item((Answer) answered);
        }

        @Override
        public void close() {
            isClosed = true;
        }
    }

    private final List<String> ends = new ArrayList<>();
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
            HOLD,
            new ProcessEnd(() -> ends.add("exit")),
            registry);

    @AfterEach
    void stopListening() {
        log.close();
    }

    /** As InfluxDB answers. */
    private static Answer answer(int status, String words) {
        return new Answer(status, words, true, List.of(), Duration.ZERO);
    }

    private static Answer refusal(int status) {
        return answer(status, "because");
    }

    private static Throwable away() {
        return new NoAnswer("Connection refused");
    }

    /** Points whose lines are "p0 1", "p1 1", … */
    private static List<ForwardedPoint> points(int count) {
        return IntStream.range(0, count)
                .mapToObj(n -> ("p" + n + " 1").getBytes(UTF_8))
                .map(line -> ForwardedPoint.of(new Reading("topic", line, line.length, 0)))
                .toList();
    }

    private CompletableFuture<Void> write(int count) {
        CompletableFuture<Void> done = store.write(points(count), Parting.NONE).subscribeAsCompletionStage();
        loop.run();
        return done;
    }

    private CompletableFuture<Void> write(String... lines) {
        return write(Parting.NONE, lines);
    }

    private CompletableFuture<Void> write(Parting parting, String... lines) {
        List<ForwardedPoint> points = Stream.of(lines)
                .map(line -> line.getBytes(UTF_8))
                .map(line -> ForwardedPoint.of(new Reading("topic", line, line.length, 0)))
                .toList();
        CompletableFuture<Void> done = store.write(points, parting).subscribeAsCompletionStage();
        loop.run();
        return done;
    }

    /** So many lines of a series. */
    private static String[] lines(String series, int count) {
        return IntStream.range(0, count).mapToObj(n -> series + " v=1 " + n).toArray(String[]::new);
    }

    /** What has been set aside, in alphabetical order. */
    private List<String> setAside() {
        return rejections.stream()
                .map(each -> new String(each.reading().payload(), UTF_8))
                .sorted()
                .toList();
    }

    private void advance(int seconds) {
        loop.advance(Duration.ofSeconds(seconds));
    }

    private double gauge(String name) {
        return registry.get(name).gauge().value();
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
        store.write(points(1), Parting.NONE).subscribe().with(done -> {});
        assertEquals(List.of(), api.requests);
        loop.run();
        assertEquals(1, api.requests.size());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 401, 403, 404, 429, 500, 503})
    void an_outage_or_a_refusal_for_another_reason_than_the_points_is_retried_until_it_ends(int status) {
        api.answer = lines -> status == 0 ? away() : refusal(status);
        CompletableFuture<Void> done = write(2);
        for (int n = 0; n < 20; n++) {
            loop.advance(LONG);
        }
        assertFalse(done.isDone());
        assertTrue(api.requests.size() >= 20, api.requests::toString);
        api.answer = lines -> NO_CONTENT;
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
        api.answer = lines -> new Answer(503, "busy", true, List.of(), Duration.ofSeconds(7));
        write(1);
        loop.advance(Duration.ofMillis(6_999));
        assertEquals(1, api.requests.size());
        loop.advance(Duration.ofMillis(1));
        assertEquals(2, api.requests.size());
    }

    @Test
    void no_more_than_half_a_minute_of_it() {
        api.answer = lines -> new Answer(503, "busy", true, List.of(), Duration.ofHours(1));
        write(1);
        loop.advance(Duration.ofSeconds(30));
        assertEquals(2, api.requests.size());
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 413, 422})
    void a_batch_rejected_for_its_content_is_split_until_only_the_invalid_points_are_set_aside(int status) {
        api.answer = lines -> lines.contains("p2 ") || lines.contains("p5 ") ? refusal(status) : NO_CONTENT;
        CompletableFuture<Void> done = write(8);
        assertEquals(List.of("p2 1", "p5 1"), setAside());
        assertEquals("because", rejections.get(0).detail());
        assertFalse(done.isDone(), "before the rejections have been taken over");
        takenOver.complete(null);
        loop.run();
        assertTrue(done.isDone());
        assertEquals(6, written());
    }

    @Test
    void an_outage_amid_splitting_neither_loses_nor_repeats_a_rejection() {
        takenOver.complete(null);
        boolean[] isAway = {false};
        api.answer = lines -> {
            if (isAway[0]) {
                return away();
            }
            isAway[0] = lines.equals("p0 1\np1 1\n");
            return lines.contains("p0 ") ? refusal(400) : NO_CONTENT;
        };
        CompletableFuture<Void> done = write(4);
        loop.advance(LONG);
        assertFalse(done.isDone());
        api.answer = lines -> lines.contains("p0 ") ? refusal(400) : NO_CONTENT;
        loop.advance(LONG);
        assertTrue(done.isDone());
        assertEquals(List.of("p0 1"), setAside());
        assertEquals(3, written());
    }

    @Test
    void a_batch_that_is_being_retried_holds_up_no_other() {
        api.answer = lines -> lines.contains("p1 ") ? refusal(500) : NO_CONTENT;
        CompletableFuture<Void> first = write(2);
        assertTrue(write(1).isDone());
        assertFalse(first.isDone());
        assertFalse(store.isAccepting(), "while a write is failing");
    }

    @Test
    void an_outage_is_one_line_and_its_end_another() {
        write(1);
        assertTrue(store.isAccepting());
        api.answer = lines -> away();
        write(1);
        write(1);
        loop.advance(Duration.ofMinutes(1));
        assertFalse(store.isAccepting());
        api.answer = lines -> NO_CONTENT;
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
        write(1);
        assertTrue(store.isAccepting());
        assertEquals(List.of(ACCEPTS), log.all());
    }

    @Test
    void it_is_probed_at_once_and_then_while_nothing_is_written() {
        store.startProbing();
        loop.run();
        assertEquals(List.of(PROBE), api.requests);
        assertTrue(store.isAccepting());
        api.answer = lines -> refusal(503);
        loop.advance(Duration.ofSeconds(5));
        assertFalse(store.isAccepting());
        assertEquals(0, written());
        int probes = api.requests.size();
        write(1); // Fails: from now on the state of the store follows from writes.
        loop.advance(Duration.ofSeconds(30));
        assertEquals(probes, api.requests.stream().filter(PROBE::equals).count());
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

    @Test
    void a_server_that_answers_400_to_everything_is_not_influxdb_and_nothing_is_acknowledged() {
        api.answer = lines ->
                new Answer(400, "Client sent an HTTP request to an HTTPS server.", false, List.of(), Duration.ZERO);
        store.startProbing();
        CompletableFuture<Void> done = write(2);
        advance(120);
        assertFalse(done.isDone());
        assertFalse(store.isAccepting());
        assertEquals(List.of(), rejections);
        assertEquals(
                List.of(
                        "WARN InfluxDB at http://store does not accept points: this is not InfluxDB's answer: 400 Client"
                                + " sent an HTTP request to an HTTPS server.; nothing is acknowledged until it does"),
                log.all());
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 202, 302})
    void only_204_is_acceptance(int status) {
        api.answer = lines -> answer(status, "Please sign in");
        CompletableFuture<Void> done = write(2);
        advance(60);
        assertFalse(done.isDone());
        assertEquals(0, written());
        assertFalse(store.isAccepting());
    }

    @Test
    void the_content_is_not_to_blame_before_the_server_has_accepted_a_request_without_points() {
        takenOver.complete(null);
        Answer unproven = new Answer(400, "cannot parse", false, List.of(), Duration.ZERO);
        api.answer = lines -> lines.equals(PROBE) || !lines.contains("p1 ") ? NO_CONTENT : unproven;
        assertTrue(write(2).isDone());
        assertEquals(List.of("p0 1\np1 1\n", PROBE, "p0 1\n", "p1 1\n"), api.requests);
        assertEquals(List.of("p1 1"), setAside());
    }

    @Test
    void a_partial_write_whose_words_name_the_points_is_not_written_again() {
        takenOver.complete(null);
        api.answer = lines -> answer(
                400,
                "partial write: field type conflict: input field \"v\" on measurement \"a\" is type integer, already"
                        + " exists as type float dropped=1");
        List<Storable> points =
                Stream.of("a v=1i 1", "b v=1 1", "c v=1 1").map(Lines::decoded).toList();
        CompletableFuture<Void> done = store.write(points, Parting.NONE).subscribeAsCompletionStage();
        loop.run();
        assertTrue(done.isDone());
        assertEquals(1, api.requests.size());
        assertEquals(List.of("a v=1i 1"), setAside());
        assertEquals(2, written());
    }

    /** As InfluxDB 1.8 answers: of a conflict and of a line that it cannot parse it tells the conflict only. */
    @Test
    void a_record_that_cannot_be_parsed_is_set_aside_although_another_is_refused_with_it() {
        takenOver.complete(null);
        api.answer = lines -> lines.contains("a v=1i")
                ? answer(
                        400,
                        "partial write: field type conflict: input field \"v\" on measurement \"a\" is type integer,"
                                + " already exists as type float dropped=1")
                : lines.contains("b v=x")
                        ? answer(400, "partial write: unable to parse 'b v=x 1': invalid boolean dropped=0")
                        : NO_CONTENT;
        assertTrue(write("a v=1i 1", "b v=x 1", "c v=1 1").isDone());
        assertEquals(List.of("a v=1i 1", "b v=x 1"), setAside());
        assertEquals(1, written());
    }

    @Test
    void a_series_that_is_known_to_be_refused_costs_the_others_no_request() {
        takenOver.complete(null);
        api.answer = lines -> lines.contains("a v=1i")
                ? answer(
                        400,
                        "partial write: field type conflict: input field \"v\" on measurement \"a\" is type integer,"
                                + " already exists as type float dropped=1")
                : NO_CONTENT;
        write("a v=1i 1", "b v=1 1");
        for (int n = 0; n < 120; n++) {
            api.requests.clear();
            write("a v=1i 1", "b v=1 1");
            assertTrue(api.requests.contains("b v=1 1\n"), api.requests::toString);
            advance(1);
        }
        assertEquals(121, rejections.size());
        assertTrue(store.isAccepting());
    }

    @Test
    void another_type_of_a_series_that_is_refused_is_written_with_the_others() {
        takenOver.complete(null);
        api.answer = lines -> lines.contains("a v=1i")
                ? answer(
                        400,
                        "partial write: field type conflict: input field \"v\" on measurement \"a\" is type integer,"
                                + " already exists as type float dropped=1")
                : NO_CONTENT;
        write("a v=1i 1", "b v=1 1");
        api.requests.clear();
        write("a v=1 2", "b v=1 2");
        assertEquals(List.of("a v=1 2\nb v=1 2\n"), api.requests);
    }

    @Test
    void halves_of_a_refused_batch_are_sent_at_once() {
        api.answer = lines -> lines.contains("p0 ") ? refusal(400) : NO_CONTENT;
        write(16);
        // Each level of halves is a round trip; the fake answers within the call.
        assertEquals(9, api.requests.size(), api.requests::toString);
    }

    @Test
    void that_all_is_refused_is_a_state_in_which_nothing_is_set_aside_until_the_hold_time_has_passed() {
        takenOver.complete(null);
        api.answer = lines -> lines.equals(PROBE) ? NO_CONTENT : refusal(400);
        store.startProbing();
        write(lines("a", 100));
        write(lines("b", 1));
        advance(9);
        assertTrue(store.isAccepting());
        advance(2);
        assertFalse(store.isAccepting());
        assertEquals(1, gauge("sensorline.store.refusing"));
        advance(17);
        assertEquals(List.of(), rejections);
        assertEquals(
                List.of(
                        ACCEPTS,
                        "WARN InfluxDB at http://store does not accept points: it refuses the content of all, the last"
                                + " one: because; nothing is set aside before 30 s have passed"),
                log.all());
        advance(4);
        assertEquals(101, rejections.size());
        assertFalse(store.isAccepting());
    }

    @Test
    void all_that_was_held_is_written_when_the_store_accepts_again() {
        takenOver.complete(null);
        api.answer = lines -> lines.equals(PROBE) ? NO_CONTENT : refusal(400);
        CompletableFuture<Void> first = write(lines("a", 100));
        CompletableFuture<Void> second = write(lines("b", 1));
        advance(12);
        assertFalse(store.isAccepting());
        api.answer = lines -> NO_CONTENT;
        advance(10);
        assertTrue(store.isAccepting());
        assertTrue(first.isDone());
        assertTrue(second.isDone());
        assertEquals(List.of(), rejections);
        assertEquals(101, written());
        assertEquals(0, gauge("sensorline.points.apart"));
    }

    @Test
    void a_few_refused_points_of_one_series_are_no_state() {
        takenOver.complete(null);
        api.answer = lines -> lines.equals(PROBE) ? NO_CONTENT : refusal(400);
        CompletableFuture<Void> done = write(lines("a", 5));
        advance(15);
        assertTrue(done.isDone());
        assertEquals(5, rejections.size());
        assertTrue(store.isAccepting());
    }

    @Test
    void points_beyond_the_retention_policy_are_never_a_state() {
        takenOver.complete(null);
        api.answer = lines -> answer(
                400,
                "partial write: points beyond retention policy dropped="
                        + lines.lines().count());
        assertTrue(write(lines("a", 200)).isDone());
        assertTrue(write(lines("b", 200)).isDone());
        advance(30);
        assertTrue(store.isAccepting());
        assertEquals(400, rejections.size());
    }

    @Test
    void new_series_of_a_full_store_wait_apart_and_are_set_aside_as_store_full() {
        takenOver.complete(null);
        api.answer = lines -> lines.contains("new")
                ? answer(400, "partial write: max-series-per-database limit exceeded: (6) dropped=1")
                : NO_CONTENT;
        List<String> left = new ArrayList<>();
        CompletableFuture<Void> done = write(
                (points, settled) -> {
                    left.addAll(points.stream().map(LineProtocol::line).toList());
                    return true;
                },
                "new v=1 1",
                "old v=1 1");
        assertTrue(done.isDone());
        assertEquals(List.of("new v=1 1"), left);
        assertEquals(1, gauge("sensorline.points.apart"));
        for (int n = 0; n < 29; n++) {
            write("old v=1 " + n);
            advance(1);
        }
        assertEquals(List.of(), rejections);
        assertTrue(store.isAccepting());
        advance(2);
        assertEquals(Reason.STORE_FULL, rejections.get(0).reason());
        assertEquals(0, gauge("sensorline.points.apart"));
    }

    @Test
    void the_oldest_series_of_which_nothing_waits_is_forgotten_when_there_are_many() {
        takenOver.complete(null);
        api.answer = lines -> lines.contains("new")
                ? answer(
                        400,
                        "partial write: max-series-per-database limit exceeded: (6) dropped="
                                + lines.lines().count())
                : NO_CONTENT;
        Parting parting = (points, settled) -> true;
        for (int n = 0; n < 10_200; n += 100) {
            write(parting, "always\\ new v=1 1");
            write(
                    parting,
                    IntStream.range(n, n + 100)
                            .mapToObj(number -> "new" + number + " v=1 1")
                            .toArray(String[]::new));
            write(parting, "old v=1 1");
        }
        api.requests.clear();
        write(parting, "new9000 v=1 2", "old v=1 1");
        assertEquals(List.of("old v=1 1\n"), api.requests, "a series that is known");
        api.requests.clear();
        write(parting, "new0 v=1 2", "old v=1 2");
        assertEquals("new0 v=1 2\nold v=1 2\n", api.requests.get(0), "one that is forgotten");
    }

    @Test
    void a_series_of_a_full_store_is_written_when_there_is_room_again() {
        takenOver.complete(null);
        api.answer = lines -> lines.contains("new")
                ? answer(400, "partial write: max-series-per-database limit exceeded: (6) dropped=1")
                : NO_CONTENT;
        CompletableFuture<Void> done = write("new v=1 1", "old v=1 1");
        assertFalse(done.isDone());
        api.answer = lines -> NO_CONTENT;
        advance(5);
        assertTrue(done.isDone());
        assertEquals(2, written());
        assertEquals(List.of(), rejections);
        assertEquals(
                List.of(
                        ACCEPTS,
                        "WARN InfluxDB at http://store does not take the points of some series, such as new: partial"
                                + " write: max-series-per-database limit exceeded: (6) dropped=1; they are kept apart"
                                + " and set aside after 30 s, the others are written",
                        "INFO InfluxDB at http://store takes the points of all series again, or they come no more"),
                log.all());
    }

    @Test
    void a_series_that_fails_is_found_and_waits_apart_and_the_others_are_written() {
        takenOver.complete(null);
        api.answer = lines -> lines.contains("OLD") ? refusal(500) : NO_CONTENT;
        String[] mixed = new String[64];
        for (int n = 0; n < mixed.length; n++) {
            mixed[n] = (n == 20 ? "OLD" : "s" + n) + " v=1 1";
        }
        Parting parting = (points, settled) -> true;
        CompletableFuture<Void> done = write(parting, mixed);
        advance(60);
        assertTrue(done.isDone());
        assertEquals(63, written());
        assertTrue(store.isAccepting());
        int requests = api.requests.size();
        assertTrue(requests < 80, () -> requests + " requests");
        for (int n = 0; n < 30; n++) {
            assertTrue(write(parting, "OLD v=1 " + n, "s1 v=1 " + n).isDone(), "batch " + n);
            advance(1);
        }
        assertTrue(store.isAccepting());
        advance(60);
        assertTrue(rejections.size() > 1);
        assertEquals(Reason.STORE_ERROR, rejections.get(0).reason());
    }

    @Test
    void while_nothing_else_is_accepted_a_series_that_fails_is_never_set_aside() {
        takenOver.complete(null);
        api.answer = lines -> lines.contains("OLD") ? refusal(500) : NO_CONTENT;
        CompletableFuture<Void> done = write((points, settled) -> true, "OLD v=1 1", "s v=1 1");
        advance(300);
        assertTrue(done.isDone());
        assertEquals(List.of(), rejections);
        api.answer = lines -> NO_CONTENT;
        advance(61);
        assertEquals(2, written());
    }

    @Test
    void no_more_wait_apart_than_half_of_what_the_broker_sends_without_acknowledgement() {
        takenOver.complete(null);
        api.answer = lines -> lines.contains("OLD") ? refusal(500) : NO_CONTENT;
        Parting parting = (points, settled) -> true;
        write(parting, "OLD v=1 0", "s v=1 0");
        advance(60);
        for (int n = 1; n < 15; n++) {
            write(parting, "OLD v=1 " + n, "s v=1 " + n);
        }
        assertEquals(10, gauge("sensorline.points.apart"));
        assertEquals(5, rejections.size());
    }

    @Test
    void half_of_the_agreed_window_may_wait_apart() {
        takenOver.complete(null);
        api.answer = lines -> lines.contains("OLD") ? refusal(500) : NO_CONTENT;
        Parting parting = new Parting() {

            @Override
            public boolean leave(List<? extends Storable> points, CompletionStage<Void> settled) {
                return true;
            }

            @Override
            public int window() {
                return 100;
            }
        };
        write(parting, "OLD v=1 0", "s v=1 0");
        advance(60); // Which half is tried is left to chance.
        for (int n = 1; n < 60; n++) {
            write(parting, "OLD v=1 " + n, "s v=1 " + n);
        }
        assertEquals(50, gauge("sensorline.points.apart"));
        assertEquals(10, rejections.size());
    }

    @Test
    void a_series_that_fails_is_written_soon_after_the_store_takes_it_again_however_many_points_failed() {
        takenOver.complete(null);
        api.answer = lines -> lines.contains("OLD") ? refusal(500) : NO_CONTENT;
        Parting parting = (points, settled) -> true;
        write(parting, lines("s", 200)); // So many may wait.
        write(parting, lines("OLD", 50));
        advance(1);
        write(parting, "s v=1 0");
        advance(20);
        assertEquals(50, gauge("sensorline.points.apart"));
        api.answer = lines -> NO_CONTENT;
        advance(8);
        assertEquals(0, gauge("sensorline.points.apart"));
        assertEquals(251, written());
        assertEquals(List.of(), rejections);
    }

    @Test
    void a_point_set_aside_while_it_is_tried_does_not_settle_another() {
        takenOver.complete(null);
        api.answer = lines -> lines.contains("OLD") ? refusal(500) : NO_CONTENT;
        List<CompletionStage<Void>> settled = new ArrayList<>();
        Parting parting = (points, whenSettled) -> settled.add(whenSettled);
        write(parting, "OLD1 v=1 0", "s v=1 0");
        advance(60);
        write(parting, "OLD2 v=1 0", "s v=1 1");
        advance(60);
        settled.clear();
        write(parting, "OLD1 v=1 1", "OLD2 v=1 1", "s v=1 2");
        CompletableFuture<Answer> trial = new CompletableFuture<>();
        api.answer = lines -> lines.contains("OLD1") ? trial : lines.contains("OLD2") ? refusal(500) : NO_CONTENT;
        advance(60);
        for (int n = 2; n <= 10; n++) {
            write(parting, "OLD2 v=1 " + n, "s v=1 " + n); // More than may wait, so that the oldest are set aside.
        }
        assertEquals(List.of("OLD1 v=1 0", "OLD1 v=1 1", "OLD2 v=1 0"), setAside());
        trial.complete(NO_CONTENT);
        loop.run();
        assertFalse(settled.get(0).toCompletableFuture().isDone(), "while a point of the group still waits");
        assertEquals(10, gauge("sensorline.points.apart"));
    }

    @Test
    void a_batch_of_many_bytes_is_several_requests() {
        String text = "x".repeat(300_000);
        assertTrue(write(
                        "a v=\"" + text + "\" 1",
                        "b v=\"" + text + "\" 1",
                        "c v=\"" + text + "\" 1",
                        "d v=\"" + text + "\" 1",
                        "e v=1 1")
                .isDone());
        assertEquals(2, api.requests.size());
        assertEquals(5, written());
    }

    @Test
    void a_batch_of_long_series_is_several_requests() {
        String tag = "x".repeat(300_000);
        List<Storable> points = Stream.of("a", "b", "c", "d", "e")
                .map(name -> Lines.decoded(name + ",t=" + tag + " v=1.0 1"))
                .toList();
        CompletableFuture<Void> done = store.write(points, Parting.NONE).subscribeAsCompletionStage();
        loop.run();
        assertTrue(done.isDone());
        assertEquals(2, api.bodies.size());
        assertEquals(5, written());
    }

    /** As a proxy with a limit that closes the connection before its 413 is read. */
    @Test
    void a_long_request_that_is_not_answered_while_a_short_one_is_accepted_is_divided() {
        String text = "x".repeat(20_000);
        String[] lines = IntStream.range(0, 20)
                .mapToObj(n -> "s" + n + " v=\"" + text + "\" 1")
                .toArray(String[]::new);
        api.answer = request -> request.length() > 100_000 ? new NoAnswer("Connection reset by peer") : NO_CONTENT;
        CompletableFuture<Void> done = write(lines);
        advance(30);
        assertTrue(done.isDone());
        assertEquals(20, written());
        assertTrue(store.isAccepting());
        assertEquals(List.of(), rejections);
        assertEquals(
                List.of(
                        "WARN InfluxDB at http://store does not accept points: Connection reset by peer; nothing is"
                                + " acknowledged until it does",
                        ACCEPTS),
                log.all());
    }

    @Test
    void while_nothing_is_answered_a_long_request_stays_whole() {
        String text = "x".repeat(20_000);
        String[] lines = IntStream.range(0, 20)
                .mapToObj(n -> "s" + n + " v=\"" + text + "\" 1")
                .toArray(String[]::new);
        api.answer = request -> away();
        CompletableFuture<Void> done = write(lines);
        advance(60);
        assertFalse(done.isDone());
        api.answer = request -> NO_CONTENT;
        advance(10);
        assertTrue(done.isDone());
        assertEquals(20, written());
        int whole = api.requests.get(0).length();
        assertEquals(
                Set.of(whole, PROBE.length()),
                api.requests.stream().map(String::length).collect(Collectors.toSet()));
    }

    @Test
    void lines_are_encoded_once_however_often_they_are_sent() {
        api.answer = lines -> refusal(503);
        write(2);
        advance(10);
        assertTrue(api.bodies.size() > 3, () -> api.bodies.size() + " requests");
        for (byte[] body : api.bodies) {
            assertSame(api.bodies.get(0), body);
        }
    }

    @Test
    void an_error_of_the_program_ends_the_process_with_a_line() {
        api.answer = lines -> new NullPointerException("bug");
        CompletableFuture<Void> done = write(1);
        assertEquals(List.of("exit"), ends);
        assertFalse(done.isDone());
    }

    @Test
    void in_a_batch_that_stays_whole_a_series_that_fails_is_set_aside_although_no_other_points_come() {
        takenOver.complete(null);
        api.answer = lines -> lines.contains("OLD") ? refusal(500) : NO_CONTENT;
        CompletableFuture<Void> done = write("OLD v=1 1", "s v=1 1");
        advance(10);
        assertFalse(done.isDone());
        advance(120);
        assertTrue(done.isDone());
        assertEquals(Reason.STORE_ERROR, rejections.get(0).reason());
        assertEquals(1, written());
    }

    @ParameterizedTest
    @CsvSource({"500, because", "400, partial write: max-series-per-database limit exceeded: (6) dropped=1"})
    void a_series_holds_up_batches_that_stay_whole_once_and_not_each_of_them(int status, String words) {
        takenOver.complete(null);
        api.answer = lines -> lines.contains("OLD") ? answer(status, words) : NO_CONTENT;
        write("OLD v=1 0", "s v=1 0");
        advance(120);
        assertEquals(List.of("OLD v=1 0"), setAside());
        for (int n = 1; n <= 100; n++) {
            CompletableFuture<Void> done = write("OLD v=1 " + n, "s v=1 " + n);
            advance(1); // As long as a trial may keep it.
            assertTrue(done.isDone(), "batch " + n);
        }
        assertEquals(101, rejections.size());
        api.answer = lines -> NO_CONTENT;
        for (int n = 101; n <= 161; n++) {
            write("OLD v=1 " + n, "s v=1 " + n);
            advance(1);
        }
        int untilTried = rejections.size();
        CompletableFuture<Void> done = write("OLD v=1 162", "s v=1 162");
        assertTrue(done.isDone());
        assertEquals(untilTried, rejections.size());
    }
}
