package dev.sensorline.simulator.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.sensorline.fleet.Fleet;
import dev.sensorline.fleet.Measurement;
import dev.sensorline.fleet.fault.Effects;
import dev.sensorline.fleet.fault.FaultKind;
import dev.sensorline.fleet.file.FleetFile;
import dev.sensorline.fleet.ledger.LedgerEntry;
import dev.sensorline.fleet.ledger.LedgerGroup;
import dev.sensorline.fleet.ledger.LedgerHeader;
import dev.sensorline.fleet.ledger.LedgerReader;
import dev.sensorline.fleet.ledger.Outcome;
import dev.sensorline.fleet.payload.Bytes;
import dev.sensorline.fleet.payload.Encoders;

/** A run of a fleet in virtual time. */
class FleetRunTest {

    private static final long WALL_MILLIS = 1_800_000_000_000L;

    private static final String PLANT = """
            seed: 7
            groups:
              hall:
                name: press-{n}
                count: 50
                period: 100ms
                metrics:
                  a: {waveform: temperature, decimals: 3}
                  b: {waveform: {walk: {start: 5, deviation: 0.3, min: 0, max: 10}}, decimals: 3}
              jittery:
                count: 23
                period: 70ms
                jitter: 20ms
                waveform: {counter: {spread: 0.5}}
              single: {period: 50ms, waveform: current, format: value}
            """;

    private final Output output = new Output();
    private VirtualLoops loops = new VirtualLoops(1);

    private static final class Output implements Reporter {

        final List<String> events = new ArrayList<>();
        final List<String> progress = new ArrayList<>();
        final List<Throwable> failures = new ArrayList<>();
        String unreachable = "";
        String text = "";
        String json = "";
        OptionalInt exit = OptionalInt.empty();

        @Override
        public void event(String line) {
            events.add(line);
        }

        @Override
        public void failure(Throwable failure) {
            failures.add(failure);
        }

        @Override
        public void unreachable(String reason) {
            unreachable = reason;
        }

        @Override
        public void progress(String line) {
            progress.add(line);
        }

        @Override
        public void result(String text, String json) {
            this.text = text;
            this.json = json;
        }
    }

    private static FleetOptions options(String file, int threads, int connections) {
        return new FleetOptions(
                FleetFile.read("fleet.yaml", file),
                threads,
                connections,
                10_000,
                Duration.ofMinutes(1),
                Optional.empty(),
                Duration.ofSeconds(10),
                Optional.of(Duration.ofSeconds(2)),
                FleetOptions.UNLIMITED,
                List.of(),
                0.001,
                Optional.empty());
    }

    private static FleetOptions with(FleetOptions old, Optional<Duration> duration, long readings, List<Double> rates) {
        return new FleetOptions(
                old.fleet(),
                old.threads(),
                old.connections(),
                old.connectRate(),
                old.keepAlive(),
                Optional.empty(),
                old.latest(),
                duration,
                readings,
                rates,
                old.tolerance(),
                old.commands());
    }

    private static FleetOptions within(FleetOptions old, Duration latest) {
        return new FleetOptions(
                old.fleet(),
                old.threads(),
                old.connections(),
                old.connectRate(),
                old.keepAlive(),
                Optional.empty(),
                latest,
                old.duration(),
                old.readingsEach(),
                old.rates(),
                old.tolerance(),
                old.commands());
    }

    private static FleetOptions connectingWithin(FleetOptions old, Duration limit) {
        return new FleetOptions(
                old.fleet(),
                old.threads(),
                old.connections(),
                old.connectRate(),
                old.keepAlive(),
                Optional.of(limit),
                old.latest(),
                old.duration(),
                old.readingsEach(),
                old.rates(),
                old.tolerance(),
                old.commands());
    }

    private static FleetOptions withCommands(FleetOptions old) {
        return new FleetOptions(
                old.fleet(),
                old.threads(),
                old.connections(),
                old.connectRate(),
                old.keepAlive(),
                Optional.empty(),
                old.latest(),
                old.duration(),
                old.readingsEach(),
                old.rates(),
                old.tolerance(),
                Optional.of("fleet"));
    }

    private FleetRun start(FleetOptions options) {
        return start(options, (group, seed, start) -> Troubles.NONE);
    }

    private FleetRun start(FleetOptions options, Troubles.Source troubles) {
        return start(options, troubles, Journal.NONE);
    }

    /** With a broker of which something is known before it is there. */
    private void startWith(FleetOptions options, Consumer<VirtualLoops> broker) {
        start(options);
        broker.accept(loops);
    }

    private FleetRun start(FleetOptions options, Troubles.Source troubles, Journal journal) {
        loops = new VirtualLoops(options.threads());
        FleetRun run = new FleetRun(
                options,
                loops.loops,
                new SensorLoop.Parts(Encoders::of, troubles, journal),
                output,
                WALL_MILLIS,
                code -> output.exit = OptionalInt.of(code));
        run.start();
        return run;
    }

    private List<String> readings() {
        return loops.messages.stream()
                .filter(message -> !message.topic().endsWith("/status"))
                .map(message -> message.topic() + " " + message.payload())
                .sorted()
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "2, 7", "3, 30", "1, 0", "3, 0"})
    void readings_are_the_same_whatever_the_number_of_threads_and_connections(int threads, int connections) {
        start(with(options(PLANT, 1, 1), Optional.empty(), 20, List.of()));
        loops.run(20_000);
        List<String> expected = readings();
        assertEquals(74 * 20, expected.size());

        start(with(options(PLANT, threads, connections), Optional.empty(), 20, List.of()));
        loops.run(20_000);
        assertEquals(expected.size(), readings().size());
        // Connecting takes more or less time, so that times differ.
        assertEquals(withoutTime(expected), withoutTime(readings()));
        assertEquals(0, output.exit.orElseThrow());
        int connectionsUsed = (int) loops.messages.stream()
                .map(VirtualLoops.Message::publisher)
                .distinct()
                .count();
        assertEquals(connections == 0 ? 74 : connections, connectionsUsed);
    }

    private static List<String> withoutTime(List<String> readings) {
        return readings.stream()
                .map(reading -> reading.replaceAll(",\"(time|sent)\":\\d+", ""))
                .sorted()
                .toList();
    }

    @Test
    void a_run_ends_after_its_duration_and_says_what_was_asked_and_achieved() {
        start(options("groups: {a: {count: 100, period: 1s, waveform: current}}", 1, 1));
        loops.run(1_500);
        assertTrue(output.exit.isEmpty());
        loops.run(2_000);
        assertEquals(0, output.exit.orElseThrow());
        assertEquals(200, loops.messages.size());
        assertTrue(output.text.contains("100.0 readings/s asked, 100.0/s achieved (100.000 %) in 2.0 s"), output.text);
        assertTrue(output.text.endsWith("met"), output.text);
        assertTrue(output.json.startsWith("{\"met\":true,\"steps\":[{"), output.json);
        assertTrue(output.progress.stream().anyMatch(line -> line.startsWith("100 sensors, 1 of 1 connected")));
    }

    @Test
    void a_run_that_cannot_go_on_says_so_and_ends() {
        IllegalStateException failure = new IllegalStateException("a defect");
        start(options("groups: {a: {count: 10, period: 1s, waveform: current}}", 2, 2), (group, seed, start) -> {
            throw failure;
        });
        loops.run(2_000);
        assertEquals(List.of(failure), output.failures);
        assertEquals(FleetRun.FAILED, output.exit.orElseThrow());
    }

    /** Which none of the settings ends. */
    @ParameterizedTest
    @ValueSource(strings = {"0", "50ms"})
    void a_run_ends_with_its_replays(String jitter) {
        FleetOptions any = options("groups: {a: {waveform: current}}", 2, 2);
        start(new FleetOptions(
                FleetFile.read(
                        "fleet.yaml",
                        "groups: {a: {count: 10, period: 100ms, jitter: %s, format: value, waveform: {replay: {file: f, column: 1, pace: 100ms}}}}"
                                .formatted(jitter),
                        path -> "1\n2\n3\n"),
                any.threads(),
                any.connections(),
                any.connectRate(),
                any.keepAlive(),
                Optional.empty(),
                any.latest(),
                Optional.empty(),
                FleetOptions.UNLIMITED,
                List.of(),
                any.tolerance(),
                any.commands()));
        loops.run(5_000);
        assertEquals(0, output.exit.orElseThrow());
        assertEquals(
                Set.of("1.0", "2.0", "3.0"),
                loops.messages.stream().map(VirtualLoops.Message::payload).collect(Collectors.toSet()));
        // Jitter moves some of the last readings beyond the end.
        assertEquals(jitter.equals("0") ? 30 : 28, loops.messages.size(), jitter.equals("0") ? 0 : 2);
    }

    @Test
    void no_reading_is_sent_before_it_is_due_and_all_that_are_due_within_5_ms_share_a_batch() {
        start(options("groups: {a: {count: 1000, period: 1s, format: json, waveform: current}}", 1, 1));
        loops.run(4_000);
        for (VirtualLoops.Message message : loops.messages) {
            long due = Long.parseLong(message.payload().replaceAll(".*\"time\":(\\d+).*", "$1"));
            long late = message.nanos() / VirtualLoops.MILLI + WALL_MILLIS - due;
            assertTrue(late >= 0 && late <= 6, message.payload() + " was late by " + late + " ms");
        }
        long batches = loops.messages.stream()
                .map(VirtualLoops.Message::nanos)
                .distinct()
                .count();
        assertTrue(batches <= 2 * 200 + 2, "batches: " + batches);
    }

    @Test
    void readings_wait_for_a_socket_that_is_full_and_their_latency_counts_from_when_they_were_due() {
        start(options("groups: {a: {count: 100, period: 100ms, waveform: current}}", 1, 1));
        loops.run(500);
        loops.socketsAreFull = true;
        loops.run(1_000);
        loops.socketsAreFull = false;
        loops.run(2_000);
        assertEquals(2_000, loops.messages.size());
        assertTrue(worst("sent_ms") >= 990, output.json);
        assertTrue(output.text.contains("readings were late for 1.0 s: limited by the socket"), output.text);
        assertTrue(output.text.endsWith("met"), output.text);
    }

    private double worst(String which) {
        return Double.parseDouble(output.json.replaceAll(".*\"" + which + "\":\\{[^}]*\"worst\":([0-9.]+).*", "$1"));
    }

    @Test
    void a_reading_that_cannot_go_out_in_time_is_skipped_and_counted_and_the_socket_is_named() {
        start(within(
                options("groups: {a: {count: 100, period: 100ms, waveform: current}}", 1, 1), Duration.ofMillis(100)));
        loops.run(500);
        loops.socketsAreFull = true;
        loops.run(1_000);
        loops.socketsAreFull = false;
        loops.run(2_000);
        // About 900 ms long, readings had waited for 100 ms in vain.
        assertEquals(1_100, loops.messages.size(), 20);
        assertTrue(output.json.contains("\"limit\":\"socket\""), output.json);
        assertEquals(RunResult.NOT_MET, output.exit.orElseThrow());
        assertTrue(output.text.contains("not met: limited by the socket"), output.text);
    }

    @Test
    void the_sequence_has_a_gap_where_a_reading_is_skipped() {
        start(within(options("groups: {a: {period: 100ms, waveform: current}}", 1, 1), Duration.ZERO));
        loops.run(550);
        loops.socketsAreFull = true;
        loops.run(300);
        loops.socketsAreFull = false;
        loops.run(2_000);
        List<Integer> sequence = loops.messages.stream()
                .map(message -> Integer.parseInt(message.payload().replaceAll(".*\"seq\":(\\d+).*", "$1")))
                .toList();
        assertEquals(17, sequence.size());
        assertEquals(19, sequence.get(16));
    }

    @Test
    void a_broker_that_does_not_acknowledge_is_named_and_the_latency_of_acknowledgements_counts_from_due() {
        start(options("groups: {a: {count: 100, period: 100ms, qos: 1, waveform: current}}", 1, 1));
        loops.run(500);
        loops.acknowledges = false;
        loops.run(1_800);
        loops.acknowledges = true;
        loops.publishers.get(0).acknowledgeAll();
        loops.run(3_000);
        assertTrue(worst("acknowledged_ms") >= 1_500, output.json);
        assertTrue(output.json.contains("\"limit\":\"acknowledgements\""), output.json);
    }

    @Test
    void a_broker_that_refuses_readings_is_named_and_the_rate_is_not_met() {
        start(options("groups: {a: {count: 10, period: 100ms, qos: 1, waveform: current}}", 1, 1));
        loops.takes = false;
        loops.run(9_000);
        assertTrue(output.json.contains("\"ratio\":0.000000"), output.json);
        assertTrue(output.json.contains("\"refused\":200"), output.json);
        assertTrue(output.text.endsWith("not met: limited by the broker: it refuses readings"), output.text);
        assertEquals(RunResult.NOT_MET, output.exit.orElseThrow());
    }

    /** A machine that has no time for this process: each of its actions takes long. */
    @Test
    void a_simulator_without_cpu_time_blames_itself_and_not_the_broker() {
        start(options("groups: {a: {count: 10000, period: 100ms, waveform: current}}", 1, 1));
        loops.run(100);
        loops.actionNanos = 200 * VirtualLoops.MILLI;
        loops.run(100_000);
        assertTrue(output.json.contains("\"limit\":\"generator\""), output.json);
        assertTrue(output.text.contains("not met: limited by the simulator"), output.text);
        assertEquals(RunResult.NOT_MET, output.exit.orElseThrow());
    }

    @Test
    void a_lost_connection_is_opened_again_and_the_readings_that_waited_are_sent() {
        start(options("groups: {a: {count: 10, period: 100ms, waveform: current}}", 1, 1));
        loops.run(500);
        loops.publishers.get(0).drop("closed by the broker");
        loops.run(3_000);
        assertEquals(200, loops.messages.size());
        assertEquals(2, loops.publishers.get(0).connections);
        assertTrue(output.text.contains("1 connections lost or not accepted"), output.text);
        assertTrue(
                output.events.contains("1 connections lost or not accepted: closed by the broker"),
                output.events::toString);
    }

    @Test
    void a_sweep_scales_the_periods_and_names_the_knee() {
        start(with(
                options("groups: {a: {count: 100, period: 1s, qos: 1, waveform: current}}", 1, 1),
                Optional.of(Duration.ofSeconds(2)),
                FleetOptions.UNLIMITED,
                List.of(100.0, 1_000.0, 50_000.0)));
        loops.window = 20; // With an acknowledgement after 1 ms, 20,000 readings/s at most.
        loops.run(40_000);
        assertEquals(0, output.exit.orElseThrow());
        assertTrue(output.text.contains("      100 readings/s asked,       100 achieved"), output.text);
        assertTrue(output.text.contains("     1000 readings/s asked,      1000 achieved"), output.text);
        assertTrue(
                output.text.endsWith("The knee is above 1000 readings/s: limited by the broker's acknowledgements: "
                        + "as many readings are in flight as SIM_INFLIGHT allows"),
                output.text);
    }

    @Test
    void an_acknowledgement_that_comes_late_counts_in_the_step_in_which_its_reading_was_due() {
        start(with(
                options("groups: {a: {count: 100, period: 1s, qos: 1, waveform: current}}", 2, 2),
                Optional.of(Duration.ofSeconds(2)),
                FleetOptions.UNLIMITED,
                List.of(100.0, 200.0, 400.0)));
        loops.window = 10_000;
        loops.run(1_500);
        loops.acknowledges = false;
        loops.run(6_500); // The first step has waited for 5 s, and the second one goes on.
        assertEquals(
                2,
                output.events.stream()
                        .filter(line -> line.startsWith("Sending "))
                        .count());
        loops.acknowledges = true;
        loops.publishers.forEach(VirtualLoops.FakePublisher::acknowledgeAll);
        loops.run(10_000);
        for (int rate = 100; rate <= 400; rate *= 2) {
            assertTrue(
                    output.json.contains(
                            "\"due\":%1$d,\"sent\":%1$d,\"skipped\":0,\"dropped\":0,\"faults\":0,\"acknowledged\":%1$d,\"unacknowledged\":0"
                                    .formatted(2 * rate)),
                    output.json);
        }
        // Not the late ones of the first step, which had waited for longer.
        assertTrue(worst("acknowledged_ms") < 100, "of the last step: " + output.json);
    }

    @Test
    void readings_that_are_never_acknowledged_count_in_their_step_only() {
        start(with(
                options("groups: {a: {count: 100, period: 1s, qos: 1, waveform: current}}", 1, 1),
                Optional.of(Duration.ofSeconds(2)),
                FleetOptions.UNLIMITED,
                List.of(100.0, 200.0)));
        loops.window = 10_000;
        loops.acknowledges = false;
        loops.run(30_000);
        assertTrue(output.json.contains("\"unacknowledged\":200,"), output.json);
        assertTrue(output.json.contains("\"unacknowledged\":400,"), output.json);
    }

    @Test
    void where_no_connection_is_accepted_in_time_the_run_ends_and_says_why() {
        FleetOptions options = connectingWithin(
                options("groups: {a: {count: 10, period: 1s, waveform: current}}", 2, 2), Duration.ofSeconds(5));
        start(options);
        loops.refused = number -> true;
        loops.run(4_900);
        assertTrue(output.exit.isEmpty());
        loops.run(1_000);
        assertEquals(FleetRun.NOT_CONNECTED, output.exit.orElseThrow());
        assertEquals("refused", output.unreachable);
        assertEquals("", output.text);
        int attempts = loops.attempts.size();
        loops.run(60_000);
        assertEquals(attempts, loops.attempts.size());
    }

    @Test
    void a_run_whose_connections_are_few_in_time_goes_on() {
        start(connectingWithin(
                options("groups: {a: {count: 10, period: 1s, waveform: current}}", 1, 0), Duration.ofSeconds(5)));
        loops.refused = number -> number > 0;
        loops.run(20_000);
        assertEquals("", output.unreachable);
        assertEquals(RunResult.NOT_MET, output.exit.orElseThrow());
    }

    @Test
    void a_lower_qos_of_the_broker_is_told_once_and_nothing_is_awaited() {
        startWith(
                options("groups: {a: {count: 10, period: 100ms, qos: 2, retain: true, waveform: current}}", 2, 2),
                fresh -> {
                    fresh.maximumQoS = 0;
                    fresh.isRetainAvailable = false;
                });
        loops.run(4_000);
        assertTrue(loops.messages.stream().allMatch(message -> message.qos() == 0));
        assertEquals(200, loops.messages.size());
        assertTrue(output.json.contains("\"acknowledged\":0,\"unacknowledged\":0"), output.json);
        assertEquals(0, output.exit.orElseThrow());
        assertEquals(
                List.of(
                        "The broker takes messages at QoS 0 at most: readings are published at no higher one",
                        "The broker retains no messages: readings are published as messages that are not retained"),
                output.events.stream()
                        .filter(line -> line.startsWith("The broker"))
                        .toList());
    }

    @Test
    void a_reading_that_is_too_large_for_the_broker_is_counted_and_told_once() {
        startWith(
                options(
                        "groups: {a: {period: 100ms, waveform: current}, b: {name: long-%s, period: 100ms, format: value, waveform: current}}"
                                .formatted("x".repeat(120)),
                        1,
                        1),
                fresh -> fresh.maximumSize = 140);
        loops.run(4_000);
        assertEquals(20, loops.messages.size());
        assertTrue(output.json.contains("\"sent\":20,\"skipped\":20"), output.json);
        assertTrue(output.json.contains("\"limit\":\"size\""), output.json);
        assertEquals(RunResult.NOT_MET, output.exit.orElseThrow());
        assertEquals(
                1,
                output.events.stream()
                        .filter(line -> line.startsWith("The broker takes no packets"))
                        .count());
    }

    @ParameterizedTest
    @CsvSource({
        "'groups: {a: {waveform: current}}', 3.17e-8",
        "'groups: {a: {count: 1000000, waveform: current}}', 3.17e-2",
        "'groups: {a: {period: 1, waveform: current}, b: {period: 365d, waveform: current}}', 1.000000032",
        "'groups: {a: {offset: 10, waveform: current}}', 3.17e-7"
    })
    void no_period_and_no_offset_becomes_longer_than_a_year(String file, double lowest) {
        Fleet fleet = FleetFile.read("fleet.yaml", file.replace("365d", "8760h"));
        assertEquals(lowest, FleetOptions.lowestRate(fleet), lowest / 100);
    }

    @ParameterizedTest
    @CsvSource({"1000, 1, 131072", "1000, 0, 67108", "100000, 0, 4096"})
    void many_connections_keep_less_each_of_what_the_broker_does_not_read(int sensors, int connections, int bytes) {
        FleetOptions options =
                options("groups: {a: {count: %d, waveform: current}}".formatted(sensors), 1, connections);
        assertEquals(bytes, options.unsentBytes());
    }

    @Test
    void connecting_is_paced() {
        FleetOptions options = options("groups: {a: {count: 300, period: 1s, waveform: current}}", 1, 0);
        loops = new VirtualLoops(1);
        start(new FleetOptions(
                options.fleet(),
                1,
                0,
                100,
                options.keepAlive(),
                Optional.empty(),
                options.latest(),
                options.duration(),
                options.readingsEach(),
                List.of(),
                0,
                Optional.empty()));
        loops.run(1_000);
        assertEquals(100, loops.attempts.size(), 11);
        assertTrue(
                loops.messages.stream().noneMatch(message -> message.payload().startsWith("{")));
        loops.run(5_500);
        assertEquals(300, loops.attempts.size());
        assertEquals(600, readings().size());
    }

    @Test
    void each_connection_that_is_refused_is_tried_again_after_a_pause_of_its_own_that_grows() {
        start(options("groups: {a: {count: 200, period: 1s, waveform: current}}", 1, 0));
        loops.refused = number -> true;
        loops.run(20);
        assertEquals(200, loops.attempts.size());
        double first = loops.attempts.size();
        loops.run(45);
        assertEquals(first, loops.attempts.size(), 100);
        loops.run(80);
        List<Long> again = loops.attempts.subList(200, loops.attempts.size());
        assertTrue(again.size() >= 200);
        assertTrue(again.stream().distinct().count() > 2, "all at once");
        int before = loops.attempts.size();
        loops.run(60_000);
        // Pauses of up to 30 s: without growth there would be 800 attempts of each.
        assertTrue((loops.attempts.size() - before) / 200.0 < 12, "attempts: " + loops.attempts.size());
        assertTrue(output.events.stream().anyMatch(line -> line.endsWith("not accepted: refused")));
    }

    @Test
    void a_sensor_with_a_connection_of_its_own_is_online_and_at_the_end_offline() {
        start(options(
                "groups: {hall: {name: 'p{n}', count: 3, period: 1s, topic: 'x/{name}', waveform: current}}", 2, 0));
        loops.run(5_000);
        Map<String, List<String>> status = loops.messages.stream()
                .filter(message -> message.topic().endsWith("/status"))
                .peek(message -> assertTrue(message.retain() && message.qos() == 1))
                .collect(Collectors.groupingBy(
                        VirtualLoops.Message::topic,
                        Collectors.mapping(VirtualLoops.Message::payload, Collectors.toList())));
        assertEquals(
                Map.of(
                        "x/p1/status", List.of("online", "offline"),
                        "x/p2/status", List.of("online", "offline"),
                        "x/p3/status", List.of("online", "offline")),
                status);
    }

    /** What was not acknowledged on the connection before fills the window of the next one. */
    @Test
    void a_sensor_whose_window_is_full_is_online_and_offline_all_the_same() {
        start(options("groups: {hall: {period: 100ms, qos: 1, topic: 'x/{name}', waveform: current}}", 1, 0));
        loops.window = 3;
        loops.run(200);
        loops.acknowledges = false;
        loops.run(800);
        loops.publishers.get(0).drop("closed by the broker");
        loops.run(9_000);
        assertEquals(
                List.of("online", "online", "offline"),
                loops.messages.stream()
                        .filter(message -> message.topic().equals("x/hall/status"))
                        .map(VirtualLoops.Message::payload)
                        .toList());
    }

    @Test
    void all_connections_are_kept_alive_twice_in_each_interval() {
        start(with(
                options("groups: {a: {count: 50, period: 1s, waveform: current}}", 1, 0),
                Optional.empty(),
                FleetOptions.UNLIMITED,
                List.of()));
        loops.run(300_000);
        loops.publishers.forEach(publisher -> assertEquals(10, publisher.pings, 1));
    }

    @Test
    void connections_are_kept_alive_as_often_as_the_broker_asks_for() {
        FleetOptions options = with(
                options("groups: {a: {count: 50, period: 1s, waveform: current}}", 1, 0),
                Optional.empty(),
                FleetOptions.UNLIMITED,
                List.of());
        start(options);
        loops.keepAliveSeconds = 10;
        loops.run(300_000);
        loops.publishers.forEach(publisher -> assertEquals(60, publisher.pings, 2));
    }

    @Test
    void a_run_that_is_stopped_says_what_came_of_it_until_then() {
        FleetRun run = start(with(
                options("groups: {a: {count: 10, period: 100ms, waveform: current}}", 1, 1),
                Optional.empty(),
                FleetOptions.UNLIMITED,
                List.of()));
        loops.run(1_000);
        var stopped = run.stop();
        loops.run(2_000);
        assertTrue(stopped.isDone());
        assertTrue(output.text.matches("(?s)10\\d\\.\\d readings/s asked.*"), output.text);
    }

    @Test
    void a_run_that_is_stopped_while_it_awaits_acknowledgements_says_what_came_of_it() {
        FleetRun run = start(options("groups: {a: {count: 10, period: 100ms, qos: 1, waveform: current}}", 1, 1));
        loops.run(1_500);
        loops.acknowledges = false;
        loops.run(1_000);
        assertTrue(output.text.isEmpty());
        var stopped = run.stop();
        loops.run(1_000);
        assertFalse(stopped.isDone());
        loops.run(6_000);
        assertTrue(stopped.isDone());
        assertTrue(output.text.contains("not acknowledged, 0 refused by the broker"), output.text);
    }

    @Test
    void a_broker_that_refuses_the_subscription_to_commands_is_reported_once() {
        startWithCommands("groups: {a: {count: 2, waveform: current}}", 1, 1);
        VirtualLoops.FakePublisher first = loops.publishers.get(0);
        first.listener.unsubscribed(first, "not authorized");
        first.listener.unsubscribed(first, "not authorized");
        assertEquals(
                List.of("The broker refuses a subscription, so that commands do not arrive: not authorized"),
                output.events.stream()
                        .filter(line -> line.startsWith("The broker"))
                        .toList());
    }

    @Test
    void a_command_before_the_readings_begin_is_refused() {
        loops.refused = number -> false;
        start(withCommands(options("groups: {a: {count: 10, period: 100ms, waveform: current}}", 1, 0)));
        loops.refused = number -> number == 9;
        loops.run(1_000);
        assertEquals(
                "{\"ok\":false,\"error\":\"the fleet sends no readings now\"}",
                command("fleet/a/command", "{\"on\": false}"));
    }

    @Test
    void a_fleet_begins_without_those_connections_that_cannot_be_opened() {
        start(options("groups: {a: {count: 10, period: 100ms, waveform: current}}", 1, 0));
        loops.refused = number -> number >= 5;
        loops.run(9_000);
        assertTrue(readings().isEmpty());
        loops.run(5_000);
        assertFalse(output.text.isEmpty());
        assertTrue(output.json.contains("\"limit\":\"connection\""), output.json);
    }

    /** What faults say happens, each at one reading of the first sensor. */
    @Test
    void faults_drop_repeat_delay_and_damage_readings() {
        start(
                options("groups: {a: {count: 2, period: 100ms, offset: 0, waveform: acceleration, decimals: 0}}", 1, 1),
                (group, seed, start) -> new Troubles() {

                    @Override
                    public void apply(Measurement reading, Effects effects) {
                        effects.clear();
                        if (reading.sensor == 0 && reading.sequence < 5) {
                            effects.kinds = reading.sequence == 0 ? 0 : 1;
                            effects.isSent = reading.sequence != 1;
                            effects.isTwice = reading.sequence == 2;
                            effects.delay = reading.sequence == 3 ? 250 * VirtualLoops.MILLI : 0;
                            effects.isMalformed = reading.sequence == 4;
                        }
                    }

                    @Override
                    public void damage(Bytes payload, long random) {
                        payload.clear();
                        payload.append('!');
                    }
                });
        loops.run(4_000);
        List<String> first = loops.messages.stream()
                .filter(message -> message.topic().equals("sensor/a-1"))
                .map(message -> message.payload().replaceAll(".*\"seq\":(\\d+).*", "$1"))
                .toList();
        assertEquals(List.of("0", "2", "2", "!", "5", "3", "6"), first.subList(0, 7));
        assertTrue(output.json.contains("\"sent\":39,\"skipped\":0,\"dropped\":1,\"faults\":4"), output.json);
        assertTrue(output.json.startsWith("{\"met\":true"), output.json);
    }

    private static final String LATE =
            "groups: {a: {count: 2, period: 10s, offset: 0, waveform: current, faults: [late: {rate: 1, by: 1s}]}}";

    /** The connection is lost while readings are late, and no other reading is due. */
    @Test
    void a_late_reading_waits_for_a_shared_connection_without_work() {
        start(
                with(options(LATE, 1, 1), Optional.of(Duration.ofSeconds(8)), FleetOptions.UNLIMITED, List.of()),
                new FileFaults.Source());
        loops.run(500);
        loops.refused = number -> true;
        loops.publishers.get(0).drop("closed by the broker");
        loops.actionNanos = VirtualLoops.MILLI / 100;
        long before = loops.actions;
        loops.run(3_000);
        assertTrue(loops.actions - before < 5_000, "actions: " + (loops.actions - before));
        loops.refused = number -> false;
        loops.run(12_000);
        assertEquals(2, loops.messages.size());
        assertTrue(output.json.startsWith("{\"met\":true"), output.json);
    }

    @Test
    void a_late_reading_does_not_wait_for_the_connection_of_another_sensor() {
        start(
                with(options(LATE, 1, 0), Optional.of(Duration.ofSeconds(4)), FleetOptions.UNLIMITED, List.of()),
                new FileFaults.Source());
        loops.run(500);
        loops.refused = number -> number == 0;
        loops.publishers.get(0).drop("closed by the broker");
        loops.actionNanos = VirtualLoops.MILLI / 100;
        loops.run(9_000);
        assertEquals(
                List.of("sensor/a-2"),
                readings().stream().map(text -> text.split(" ")[0]).toList());
        assertTrue(output.json.contains("\"sent\":1,\"skipped\":1,\"dropped\":0"), output.json);
        assertTrue(output.json.contains("\"limit\":\"connection\""), output.json);
    }

    @Test
    void a_reading_that_a_fault_keeps_beyond_the_end_is_one_that_the_fault_dropped() {
        start(
                options(LATE.replace("by: 1s", "by: 1m"), 1, 1), // For 2 s.
                new FileFaults.Source());
        loops.run(9_000);
        assertTrue(output.json.contains("\"sent\":0,\"skipped\":0,\"dropped\":2"), output.json);
        assertEquals(0, output.exit.orElseThrow());
    }

    @Test
    void a_fault_takes_the_connection_of_a_sensor_away_and_gives_it_back() {
        start(
                options("groups: {a: {count: 2, period: 100ms, offset: 0, waveform: current}}", 1, 0),
                (group, seed, start) -> new Troubles() {

                    @Override
                    public void apply(Measurement reading, Effects effects) {
                        effects.clear();
                        if (reading.sensor == 0 && reading.sequence >= 5 && reading.sequence < 10) {
                            effects.isSent = false;
                            effects.awayUntil = start + 1_000 * VirtualLoops.MILLI;
                        }
                        if (reading.sensor == 1 && reading.sequence == 7) {
                            effects.isReconnecting = true;
                        }
                    }

                    @Override
                    public void damage(Bytes payload, long random) {}
                });
        loops.run(700);
        assertFalse(loops.publishers.get(0).isConnected);
        loops.run(3_000);
        assertEquals(2, loops.publishers.get(0).connections);
        assertEquals(2, loops.publishers.get(1).connections);
        assertTrue(output.json.contains("\"dropped\":5"), output.json);
    }

    @Test
    void other_seeds_give_other_readings() {
        Fleet fleet = FleetFile.read("fleet.yaml", PLANT);
        start(with(options(PLANT, 1, 1), Optional.empty(), 5, List.of()));
        loops.run(20_000);
        List<String> one = withoutTime(readings());
        start(with(options(PLANT.replace("seed: 7", "seed: 8"), 1, 1), Optional.empty(), 5, List.of()));
        loops.run(20_000);
        assertEquals(7, fleet.seed());
        assertNotEquals(one, withoutTime(readings()));
    }

    private FleetRun startWithCommands(String file, int threads, int connections) {
        FleetOptions old = options(file, threads, connections);
        FleetRun run = start(new FleetOptions(
                old.fleet(),
                threads,
                connections,
                10_000,
                old.keepAlive(),
                Optional.empty(),
                old.latest(),
                Optional.empty(),
                FleetOptions.UNLIMITED,
                List.of(),
                0.001,
                Optional.of("fleet")));
        loops.run(1_000);
        return run;
    }

    private String command(String topic, String text) {
        VirtualLoops.FakePublisher first = loops.publishers.stream()
                .filter(publisher -> publisher.number() == 0)
                .findFirst()
                .orElseThrow();
        first.listener.received(first, topic, text.getBytes(StandardCharsets.UTF_8));
        loops.run(1);
        return loops.messages.stream()
                .filter(message -> message.topic().equals(topic.replace("/command", "/answer")))
                .reduce((earlier, later) -> later)
                .map(VirtualLoops.Message::payload)
                .orElse("no answer");
    }

    private Map<String, Long> countsWithin(long millis) {
        int before = loops.messages.size();
        loops.run(millis);
        return loops.messages.subList(before, loops.messages.size()).stream()
                .filter(message -> message.topic().startsWith("sensor/"))
                .collect(Collectors.groupingBy(VirtualLoops.Message::topic, Collectors.counting()));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 3", "2, 0"})
    void sensors_are_switched_off_and_on_and_paced_by_commands(int threads, int connections) {
        startWithCommands(
                "groups: {a: {count: 4, period: 100ms, waveform: current}, b: {count: 2, period: 100ms, jitter: 10ms, waveform: current}}",
                threads,
                connections);
        assertEquals(
                List.of("fleet/+/command", "fleet/+/+/command"),
                loops.publishers.stream()
                        .filter(publisher -> publisher.number() == 0)
                        .findFirst()
                        .orElseThrow()
                        .subscriptions);
        assertEquals("{\"ok\":true}", command("fleet/a/a-2/command", "{\"on\": false}"));
        assertEquals(
                Map.of("sensor/a-1", 10L, "sensor/a-3", 10L, "sensor/a-4", 10L, "sensor/b-1", 10L, "sensor/b-2", 10L),
                countsWithin(1_000));
        assertEquals("{\"ok\":true}", command("fleet/a/command", "{\"on\": false}"));
        loops.run(10);
        assertEquals(Map.of("sensor/b-1", 10L, "sensor/b-2", 10L), countsWithin(1_000));
        assertEquals("{\"ok\":true}", command("fleet/a/command", "{\"on\": true, \"period\": \"50ms\"}"));
        loops.run(100);
        Map<String, Long> counts = countsWithin(1_000);
        assertEquals(6, counts.size());
        assertEquals(20, counts.get("sensor/a-2"), 1);
        assertEquals("{\"ok\":true}", command("fleet/b/b-1/command", "{\"period\": 0.02}"));
        assertEquals("{\"ok\":true}", command("fleet/a/a-3/command", "{\"period\": 0.25}"));
        counts = countsWithin(1_000);
        assertEquals(50, counts.get("sensor/b-1"), 1);
        assertEquals(10, counts.get("sensor/b-2"), 1);
        assertEquals(4, counts.get("sensor/a-3"), 1);
        assertEquals(20, counts.get("sensor/a-4"), 1);
        // Numbers of readings go on, without a gap and without one that is there twice.
        for (String sensor : List.of("sensor/a-3", "sensor/a-4", "sensor/b-1", "sensor/b-2")) {
            List<Integer> sequence = loops.messages.stream()
                    .filter(message -> message.topic().equals(sensor))
                    .map(message -> Integer.parseInt(message.payload().replaceAll(".*\"seq\":(\\d+).*", "$1")))
                    .toList();
            assertEquals(sequence.stream().distinct().toList(), sequence);
            assertEquals(sequence.stream().sorted().toList(), sequence);
            if (sensor.startsWith("sensor/b")) {
                assertEquals(sequence.size() - 1, sequence.get(sequence.size() - 1));
            }
        }
    }

    /** The socket is full until the recording is over, so that the periods are changed when there is nothing more to send. */
    @ParameterizedTest
    @ValueSource(strings = {"fleet/a/command", "fleet/a/a-1/command"})
    void a_period_that_is_changed_after_the_end_of_a_replay_sends_nothing_more(String topic) {
        FleetOptions any = options("groups: {a: {waveform: current}}", 1, 1);
        start(withCommands(new FleetOptions(
                FleetFile.read(
                        "fleet.yaml",
                        "groups: {a: {count: 2, period: 100ms, format: value, waveform: {replay: {file: f, column: 1, pace: 100ms}}}}",
                        path -> "1\n2\n3\n4\n5\n6\n"),
                1,
                1,
                any.connectRate(),
                any.keepAlive(),
                Optional.empty(),
                any.latest(),
                Optional.empty(),
                FleetOptions.UNLIMITED,
                List.of(),
                any.tolerance(),
                any.commands())));
        loops.run(300);
        loops.socketsAreFull = true;
        loops.run(1_000);
        VirtualLoops.FakePublisher first = loops.publishers.get(0);
        byte[] text = "{\"period\": \"1s\"}".getBytes(StandardCharsets.UTF_8);
        first.listener.received(first, topic, text);
        loops.run(1);
        first.listener.received(first, topic, text);
        loops.run(1);
        loops.socketsAreFull = false;
        loops.run(10_000);
        assertTrue(loops.messages.size() <= 12, "messages: " + loops.messages.size());
        assertTrue(output.exit.isPresent());
    }

    @Test
    void a_command_that_cannot_be_done_is_answered_with_what_is_wrong() {
        startWithCommands("groups: {a: {count: 2, jitter: 100ms, waveform: current}}", 1, 1);
        assertEquals(
                "{\"ok\":false,\"error\":\"there is no such group or sensor\"}",
                command("fleet/a/a-3/command", "{\"on\": false}"));
        assertEquals(
                "{\"ok\":false,\"error\":\"there is no such group or sensor\"}",
                command("fleet/b/command", "{\"on\": false}"));
        assertEquals(
                "{\"ok\":false,\"error\":\"command:1:2: off: is no key here: allowed are period, on, faults, fault or rebirth\"}",
                command("fleet/a/command", "{\"off\": true}"));
        assertEquals(
                "{\"ok\":false,\"error\":\"period: must not be shorter than the jitter of the group\"}",
                command("fleet/a/command", "{\"period\": \"50ms\"}"));
        assertEquals(
                "{\"ok\":false,\"error\":\"rebirth: the group is not one of Sparkplug\"}",
                command("fleet/a/command", "{\"rebirth\": true}"));
        assertEquals(
                "{\"ok\":false,\"error\":\"faults.spike: the group has no such fault\"}",
                command("fleet/a/command", "{\"faults\": {\"spike\": false}}"));
        assertEquals(
                "{\"ok\":false,\"error\":\"fault: is for a group, not for one of its sensors\"}",
                command("fleet/a/a-1/command", "{\"fault\": {\"dropout\": {\"rate\": 1}}}"));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 3", "2, 0"})
    void the_faults_of_a_file_are_the_same_whatever_the_number_of_threads_and_connections(
            int threads, int connections) {
        String file =
                "groups: {a: {count: 50, period: 100ms, waveform: current, faults: [dropout: {rate: 0.2}, spike: {rate: 0.1, by: 100}, duplicate: {rate: 0.1}]}}";
        start(with(options(file, 1, 1), Optional.empty(), 20, List.of()), new FileFaults.Source());
        loops.run(20_000);
        List<String> expected = withoutTime(readings());
        assertTrue(output.json.matches(".*\"dropped\":(1[5-9]|2[0-5])\\d,.*"), output.json);
        start(with(options(file, threads, connections), Optional.empty(), 20, List.of()), new FileFaults.Source());
        loops.run(20_000);
        assertEquals(expected, withoutTime(readings()));
    }

    @Test
    void a_kind_of_faults_is_switched_off_by_a_command() {
        FleetOptions old = options(
                "groups: {a: {count: 10, period: 100ms, waveform: current, faults: [dropout: {rate: 1}]}}", 2, 2);
        start(
                new FleetOptions(
                        old.fleet(),
                        2,
                        2,
                        10_000,
                        old.keepAlive(),
                        Optional.empty(),
                        old.latest(),
                        Optional.empty(),
                        FleetOptions.UNLIMITED,
                        List.of(),
                        0.001,
                        Optional.of("fleet")),
                new FileFaults.Source());
        loops.run(1_000);
        assertTrue(readings().isEmpty());
        assertEquals("{\"ok\":true}", command("fleet/a/command", "{\"faults\": {\"dropout\": false}}"));
        assertEquals(10, countsWithin(1_000).size());
    }

    @Test
    void a_fault_is_set_by_a_command_and_switched_off_for_one_sensor() {
        start(
                withCommands(with(
                        options("groups: {a: {count: 10, period: 100ms, waveform: current}}", 2, 2),
                        Optional.empty(),
                        FleetOptions.UNLIMITED,
                        List.of())),
                new FileFaults.Source());
        loops.run(1_000);
        assertEquals(10, countsWithin(1_000).size());
        assertEquals("{\"ok\":true}", command("fleet/a/command", "{\"fault\": {\"dropout\": {\"rate\": 1}}}"));
        assertEquals(Map.of(), countsWithin(1_000));
        assertEquals("{\"ok\":true}", command("fleet/a/a-3/command", "{\"faults\": {\"dropout\": false}}"));
        assertEquals(Map.of("sensor/a-3", 10L), countsWithin(1_000));
    }

    /** What a fault remembers of a sensor goes on while it is switched off. */
    @Test
    void a_sensor_that_was_switched_off_has_the_faults_that_it_would_have_had() {
        String file = "groups: {a: {period: 100ms, waveform: acceleration, faults: [stuck: {rate: 0.2, for: 500ms}]}}";
        FleetOptions options = withCommands(
                with(options(file, 1, 1), Optional.of(Duration.ofSeconds(9)), FleetOptions.UNLIMITED, List.of()));
        start(options, new FileFaults.Source());
        loops.run(20_000);
        List<String> expected = withoutTime(readings());
        for (int offMillis = 310; offMillis < 2_000; offMillis += 100) {
            start(options, new FileFaults.Source());
            loops.run(1_000);
            command("fleet/a/command", "{\"on\": false}");
            loops.run(offMillis);
            command("fleet/a/command", "{\"on\": true}");
            loops.run(20_000);
            List<String> sent = withoutTime(readings().stream()
                    .filter(text -> text.startsWith("sensor/"))
                    .toList());
            assertEquals(90 - sent.size(), offMillis / 100.0, 2);
            assertTrue(expected.containsAll(sent), sent::toString);
        }
    }

    private static final String FAULTY = """
            seed: 3
            groups:
              a:
                count: 7
                period: 50ms
                qos: 1
                waveform: acceleration
                decimals: 0
                faults:
                  - dropout: {rate: 0.05}
                  - disconnect: {rate: 0.04, for: 200ms}
                  - duplicate: {rate: 0.05}
                  - late: {rate: 0.05, by: 300ms}
                  - spike: {rate: 0.05, by: 1000000}
            """;

    /** The messages of a sensor with a number, of which a ledger says that they were sent. */
    private long messages(String sensor, long sequence) {
        return loops.messages.stream()
                .filter(message -> message.topic().equals("sensor/" + sensor))
                .filter(message -> message.payload().contains("\"seq\":" + sequence + ","))
                .count();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void a_ledger_has_one_entry_for_each_reading_that_was_due_and_says_what_became_of_it(
            int connections, @TempDir Path directory) throws IOException {
        FleetOptions options = options(FAULTY, connections, connections);
        Path file = directory.resolve("run.ledger");
        LedgerHeader header = new LedgerHeader(
                3,
                LedgerHeader.hashOf(FAULTY),
                0,
                options.fleet().groups().stream().map(LedgerGroup::of).toList());
        try (LedgerJournal ledger = new LedgerJournal(Files.newOutputStream(file), header, reason -> {})) {
            start(options, new FileFaults.Source(), ledger);
            loops.run(4_000);
        }
        Map<Integer, Long> next = new HashMap<>();
        Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
        Map<Long, Outcome> byNumber = new HashMap<>();
        int acknowledged = 0;
        try (LedgerReader reader = new LedgerReader(Files.newInputStream(file))) {
            while (reader.next()) {
                LedgerEntry entry = reader.entry();
                if (entry.isAcknowledgement) {
                    assertEquals(Outcome.SENT, byNumber.remove(entry.number));
                    acknowledged++;
                    continue;
                }
                outcomes.merge(entry.outcome, 1, Integer::sum);
                byNumber.put(entry.number, entry.outcome);
                next.merge(entry.sensor, 1L, Long::sum);
                boolean isTwice = FaultKind.DUPLICATE.isIn(entry.faults);
                boolean isLate = FaultKind.LATE.isIn(entry.faults);
                long expected = entry.outcome != Outcome.SENT ? 0 : isTwice && !isLate ? 2 : 1;
                assertEquals(
                        expected, messages("a-" + (entry.sensor + 1), entry.sequence), () -> "of " + entry.sequence);
                if (entry.outcome == Outcome.SENT && isLate) {
                    assertTrue(entry.sent - entry.due > 300 * VirtualLoops.MILLI - 1_000);
                }
            }
            assertTrue(reader.isComplete());
        }
        // 2 s of a reading each 50 ms.
        assertEquals(Set.of(40L), Set.copyOf(next.values()));
        assertEquals(7, next.size());
        assertEquals(outcomes.get(Outcome.SENT), acknowledged);
        assertTrue(outcomes.get(Outcome.DROPOUT) > 0 && outcomes.get(Outcome.DISCONNECT) > 0, outcomes::toString);
    }

    @Test
    void what_a_command_has_switched_off_is_in_the_ledger_and_not_acknowledged(@TempDir Path directory)
            throws IOException {
        FleetOptions options = options("groups: {a: {count: 2, period: 100ms, offset: 0, waveform: current}}", 1, 1);
        Path file = directory.resolve("run.ledger");
        LedgerHeader header = new LedgerHeader(
                0, "", 0, options.fleet().groups().stream().map(LedgerGroup::of).toList());
        try (LedgerJournal ledger = new LedgerJournal(Files.newOutputStream(file), header, reason -> {})) {
            start(withCommands(options), (group, seed, start) -> Troubles.NONE, ledger);
            loops.run(500);
            command("fleet/a/a-1/command", "{\"on\": false}");
            loops.run(4_000);
        }
        Map<Integer, List<Outcome>> outcomes = new HashMap<>();
        try (LedgerReader reader = new LedgerReader(Files.newInputStream(file))) {
            while (reader.next()) {
                outcomes.computeIfAbsent(reader.entry().sensor, sensor -> new ArrayList<>())
                        .add(reader.entry().outcome);
            }
        }
        assertEquals(20, outcomes.get(0).size());
        assertEquals(Outcome.OFF, outcomes.get(0).get(19));
        assertEquals(Collections.nCopies(20, Outcome.SENT), outcomes.get(1));
    }
}
