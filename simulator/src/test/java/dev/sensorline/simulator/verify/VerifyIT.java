package dev.sensorline.simulator.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.sensorline.fleet.Fleet;
import dev.sensorline.fleet.Group;
import dev.sensorline.fleet.Measurement;
import dev.sensorline.fleet.Turns;
import dev.sensorline.fleet.fault.Effects;
import dev.sensorline.fleet.fault.FaultKind;
import dev.sensorline.fleet.fault.GroupFaults;
import dev.sensorline.fleet.file.FleetFile;
import dev.sensorline.fleet.ledger.LedgerGroup;
import dev.sensorline.fleet.ledger.LedgerHeader;
import dev.sensorline.fleet.ledger.LedgerWriter;
import dev.sensorline.fleet.ledger.Outcome;
import dev.sensorline.fleet.payload.Bytes;
import dev.sensorline.servers.ChildProcess;
import dev.sensorline.servers.Feature;
import dev.sensorline.servers.PointStore;
import dev.sensorline.servers.Ports;
import dev.sensorline.servers.ServiceProcess;
import dev.sensorline.servers.StoreSettings;
import dev.sensorline.servers.junit.Needs;

/** The command verify as a process, on a store whose points are as an ingestor writes them. */
@Needs(Feature.INFLUXDB)
class VerifyIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final long MILLI = 1_000_000;

    /** One sensor has more points than InfluxDB puts into one part of its answer. */
    private static final String FLEET = """
            seed: 7
            groups:
              hall:
                name: press-{n}
                count: 20
                period: 2s
                qos: 1
                metrics:
                  temperature: {waveform: {gaussian: {mean: 21, deviation: 2}}, decimals: 2}
                  pieces: {waveform: {counter: {}}, decimals: 0}
                faults: &all [dropout: {rate: 0.01}, stuck: {every: 5m, for: 20}, spike: {rate: 0.01, by: 50}, drift: {every: 5m, for: 30, per_hour: 60},
                  offset: {rate: 0.001, for: 10, by: 1}, noise: {rate: 0.01, deviation: 1}, late: {rate: 0.02, by: 2500ms}, duplicate: {rate: 0.02},
                  malformed: {rate: 0.01}, clock_skew: {rate: 0.005, for: 10, by: -4}, disconnect: {every: 4m, for: 8}, reconnect_storm: {every: 3m}]
              gate:
                count: 2
                period: 50ms
                qos: 1
                waveform: {gaussian: {deviation: 5}}
                faults: *all
              meter:
                count: 3
                jitter: 300ms
                format: value
                waveform: {gaussian: {deviation: 5}}
                faults: *all
            """;

    private static PointStore store;
    private static Path ledger;

    @TempDir
    private static Path directory;

    @BeforeAll
    static void run() throws IOException {
        store = PointStore.start();
        ledger = directory.resolve("run.ledger");
        Fleet fleet = FleetFile.read("fleet.yaml", FLEET);
        StringBuilder points = new StringBuilder();
        try (OutputStream out = Files.newOutputStream(ledger);
                LedgerWriter writer = new LedgerWriter(
                        out,
                        new LedgerHeader(
                                fleet.seed(),
                                LedgerHeader.hashOf(FLEET),
                                START.getEpochSecond() * 1_000_000_000,
                                List.of(
                                        LedgerGroup.of(fleet.groups().get(0), true, MILLI),
                                        LedgerGroup.of(fleet.groups().get(1), true, 0),
                                        LedgerGroup.of(fleet.groups().get(2), false, 0))))) {
            for (int group = 0; group < 3; group++) {
                run(fleet, group, writer, points);
            }
        }
        write(points.toString());
        // An ingestor wrote these before the run began.
        write("sensor,name=press-1 temperature=1,pieces=1,seq=1i 1700000000000000000\n");
    }

    @AfterAll
    static void stop() {
        store.close();
    }

    private static void write(String points) {
        List<String> lines = points.lines().toList();
        for (int from = 0; from < lines.size(); from += 5_000) {
            store.write(String.join("\n", lines.subList(from, Math.min(lines.size(), from + 5_000))));
        }
    }

    /** Ten minutes of a group. */
    private static void run(Fleet fleet, int number, LedgerWriter writer, StringBuilder points) {
        Group group = fleet.groups().get(number);
        GroupFaults faults = new GroupFaults(group, fleet.seed(), START);
        Turns turns = Turns.of(group, fleet.seed(), START);
        Random random = new Random(number);
        Effects effects = new Effects();
        Measurement reading = new Measurement(group.metrics().size());
        long end = (START.getEpochSecond() + 660) * 1_000_000_000;
        for (; turns.due() < end; turns.next()) {
            reading.sensor = turns.sensor();
            reading.sequence = turns.step();
            reading.due = turns.due();
            reading.time = turns.due();
            for (int i = 0; i < reading.values.length; i++) {
                reading.values[i] = group.metrics()
                        .get(i)
                        .waveform()
                        .at(group.seedOf(turns.sensor(), fleet.seed()), turns.step(), turns.due());
            }
            faults.apply(reading, effects);
            reading.sent = reading.due + effects.delay + 200_000 + random.nextInt(2_000_000);
            if (!effects.isSent) {
                writer.unsent(
                        number,
                        reading,
                        effects.kinds,
                        FaultKind.DISCONNECT.isIn(effects.kinds) ? Outcome.DISCONNECT : Outcome.DROPOUT);
                continue;
            }
            long entry = writer.sent(number, reading, effects.kinds);
            if (group.qos() > 0) {
                writer.acknowledged(entry, reading.sent + 300_000);
            }
            if (!effects.isMalformed) {
                long arrival = reading.sent + 500_000 + random.nextInt(1_000);
                append(points, group, reading, number == 0 ? Math.floorDiv(reading.time, MILLI) * MILLI : arrival);
                if (number > 0 && effects.isTwice) {
                    append(points, group, reading, arrival + 10_000);
                }
            }
        }
    }

    private static void append(StringBuilder points, Group group, Measurement reading, long time) {
        points.append("sensor,name=").append(group.names().name(reading.sensor)).append(' ');
        for (int i = 0; i < reading.values.length; i++) {
            points.append(group.metrics().get(i).name()).append('=');
            Bytes value = new Bytes();
            value.appendText(group.metrics().get(i), reading.values[i]);
            points.append(new String(value.copy(), StandardCharsets.US_ASCII));
            points.append(',');
        }
        points.append("seq=").append(reading.sequence).append("i ").append(time).append('\n');
    }

    private static ChildProcess verify(String... more) {
        return ServiceProcess.of("simulator")
                .withHeap("64m")
                .withArguments("verify", "--ledger", ledger.toString(), "--influx", store.url())
                .withArguments(more)
                .start();
    }

    @Test
    void every_point_and_every_gap_of_a_run_with_faults_of_all_kinds_is_explained() throws IOException {
        try (ChildProcess process = verify()) {
            assertEquals(0, process.awaitExit(LIMIT), process.lines()::toString);
            assertTrue(
                    process.lines().contains("Unexplained: 0 points, 0 gaps"),
                    () -> String.join("\n", process.lines()));
        }
        try (ChildProcess process = verify("--json")) {
            assertEquals(0, process.awaitExit(LIMIT), process.lines()::toString);
            JsonNode report = new ObjectMapper().readTree(process.lines().get(0));
            assertEquals(0, report.at("/unexplained/points").longValue());
            assertEquals(0, report.at("/unexplained/gaps").longValue());
            assertEquals(25, report.get("sensors").size());
            assertTrue(report.at("/ledger/complete").booleanValue());
            assertEquals(
                    report.at("/ledger/readings").longValue(),
                    report.at("/groups/0/readings").longValue()
                            + report.at("/groups/1/readings").longValue()
                            + report.at("/groups/2/readings").longValue());
            TreeSet<String> found = new TreeSet<>();
            report.get("groups")
                    .forEach(group -> group.get("findings").fieldNames().forEachRemaining(found::add));
            assertEquals(
                    new TreeSet<>(Arrays.asList(
                            "as_sent", "faulty", "repeated", "dropout", "disconnect", "malformed", "overwritten")),
                    found);
        }
    }

    /** A point is removed, another one is changed, and two are added. */
    @Test
    void a_store_that_was_tampered_with_is_reported() {
        store.query("SELECT * INTO tampered FROM sensor WHERE time >= '2026-01-01T00:00:00Z' GROUP BY *");
        JsonNode rows = store.query("SELECT seq FROM tampered WHERE \"name\" = 'press-2' LIMIT 3")
                .at("/results/0/series/0/values");
        store.query("DELETE FROM tampered WHERE \"name\" = 'press-2' AND time = " + rows.at("/0/0"));
        store.write("tampered,name=press-2 temperature=99 " + rows.at("/2/0") + "\n"
                + "tampered,name=press-3 temperature=20,pieces=1,seq=999999i 1767225700000000000\n"
                + "tampered,name=stranger value=1 1767225700000000000\n");
        try (ChildProcess process = verify("--measurement", "tampered")) {
            assertEquals(1, process.awaitExit(LIMIT), process.lines()::toString);
            List<String> lines = process.lines();
            assertTrue(lines.contains("Unexplained: 3 points, 1 gaps"), () -> String.join("\n", lines));
            for (String part : List.of(
                    "press-2 reading %s at ".formatted(rows.at("/0/1")),
                    ": acknowledged, lost",
                    "press-2 reading %s at ".formatted(rows.at("/2/1")),
                    ": stored with another value",
                    "press-3 reading 999999 at 2026-01-01T00:01:40Z: stored, but not in the ledger",
                    "stranger at 2026-01-01T00:01:40Z: stored for a sensor that is not in the ledger")) {
                assertTrue(lines.stream().anyMatch(line -> line.contains(part)), () -> String.join("\n", lines));
            }
        }
    }

    @Test
    void points_from_a_time_on_can_be_left_out() {
        try (ChildProcess process = verify("--until", "2026-01-01T00:00:00Z", "--json")) {
            assertEquals(1, process.awaitExit(LIMIT));
            assertTrue(process.lines().get(0).contains("\"lost_acknowledged\":"), process.lines()::toString);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--database nowhere|refuses the query: database not found: nowhere",
                "--influx http://127.0.0.1:1|--influx=http://127.0.0.1:1: cannot be reached: Connection refused",
                "--influx http://u:secret@h|--influx: must have no user and password: use --user and --password-file",
                "--influx nothing|--influx: must be a URL such as http://localhost:8086",
                "--ledger nothing|--ledger=nothing: must be a file that can be read",
                "--until tomorrow|--until=tomorrow: must be a time such as 2026-01-01T00:00:00Z",
                "--user me|--user and --password-file: must be given together",
                "--user me --password-file nothing|--password-file=nothing: must be a file that can be read",
                "--what|--what: is no option of verify",
                "--user|--user: must have a value",
            })
    void what_is_wrong_is_said_in_a_line(String arguments, String line) {
        try (ChildProcess process = verify(arguments.split(" "))) {
            assertEquals(2, process.awaitExit(LIMIT), process.lines()::toString);
            assertTrue(process.lines().get(0).endsWith(line), process.lines()::toString);
            assertTrue(
                    process.lines().size() == 1 || process.lines().get(1).startsWith("usage: simulator verify"),
                    process.lines()::toString);
        }
    }

    @Test
    void another_server_and_another_file_are_recognised() throws IOException {
        Path other = Files.writeString(directory.resolve("other"), "{}");
        try (ChildProcess process = verify("--ledger", other.toString())) {
            assertEquals(2, process.awaitExit(LIMIT));
            assertEquals(List.of("--ledger=%s: is no ledger".formatted(other)), process.lines());
        }
        try (ChildProcess process = verify("--influx", store.url() + "/elsewhere")) {
            assertEquals(2, process.awaitExit(LIMIT));
            assertEquals(
                    List.of("--influx=%s/elsewhere: answers with status 404: is it InfluxDB 1.8?"
                            .formatted(store.url())),
                    process.lines());
        }
    }

    @Test
    void a_user_is_authenticated_by_the_password_of_a_file() throws IOException {
        Path password = Files.writeString(directory.resolve("password"), "admin\n");
        try (PointStore guarded = PointStore.start(StoreSettings.withUser("writer", "w"), Ports.free())) {
            try (ChildProcess process = verify("--influx", guarded.url())) {
                assertEquals(2, process.awaitExit(LIMIT));
                assertEquals(1, process.lines().size(), process.lines()::toString);
                assertTrue(process.lines().get(0).contains("unable to parse authentication credentials"));
            }
            try (ChildProcess process =
                    verify("--influx", guarded.url(), "--user", "admin", "--password-file", password.toString())) {
                // Nothing is stored there.
                assertEquals(1, process.awaitExit(LIMIT), process.lines()::toString);
            }
        }
    }
}
