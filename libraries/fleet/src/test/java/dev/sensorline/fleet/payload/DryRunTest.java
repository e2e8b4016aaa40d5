package dev.sensorline.fleet.payload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import dev.sensorline.fleet.Fleet;
import dev.sensorline.fleet.file.FleetFile;

/** What a fleet sends, by a virtual clock. */
class DryRunTest {

    /** All waveforms but replays; with and without jitter. */
    private static final String PLANT = """
            seed: 7
            groups:
              hall:
                name: press-{n}
                count: 40
                period: 2s
                topic: plant/{group}/{name}
                format: {template: {text: 'temperature={temperature} vibration={vibration} pieces={pieces}'}}
                metrics:
                  temperature: {waveform: {noise: {of: {day: {min: 18, max: 26}}, deviation: 0.2}}, decimals: 2}
                  vibration: {waveform: {product: [{states: {on_for: 5m, off_for: 1m, spread: 0.2}}, {gaussian: {mean: 3, deviation: 0.5}}]}}
                  pieces: {waveform: {counter: {spread: 0.5, wrap: 1000}}, decimals: 0}
              trucks:
                count: 5
                period: 1s
                jitter: 300ms
                format: {template: {text: 'lat={lat} lon={lon} course={course}'}}
                metrics:
                  lat: {waveform: {gps: {coordinate: latitude, speed: 14, points: &way [{lat: 48.1, lon: 11.5}, {lat: 48.2, lon: 11.7}]}}, decimals: 6}
                  lon: {waveform: {gps: {coordinate: longitude, speed: 14, points: *way}}, decimals: 6}
                  course: {waveform: {gps: {coordinate: course, speed: 14, points: *way}}, decimals: 1}
              lab:
                count: 10
                period: 500ms
                offset: 0
                format: {template: {text: 'a={a} b={b} c={c} d={d} e={e} f={f} g={g}'}}
                metrics:
                  a: {waveform: temperature}
                  b: {waveform: pressure}
                  c: {waveform: current}
                  d: {waveform: acceleration}
                  e: {waveform: {walk: {start: 5, deviation: 0.3, min: 0, max: 10}}}
                  f: {waveform: {clamp: {of: {sine: {amplitude: 5, period: 1m}}, min: -3, max: 3}}}
                  g: {waveform: {sum: [{square: {period: 10}}, {sawtooth: {period: 7}}, {uniform: {min: 0, max: 1}}, {constant: {value: 1}}]}}
            """;

    /** Natively the same: whoever changes it on purpose changes the readings of everybody's fleets. */
    @Test
    void the_same_seed_gives_the_same_readings_on_every_machine() throws NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        long[] count = {0};
        new DryRun(FleetFile.read("plant.yaml", PLANT)).run(Duration.ofMinutes(10), line -> {
            digest.update(line.append('\n').toString().getBytes(UTF_8));
            count[0]++;
        });
        // 40 each 2 s, 5 each second, of which the jitter moves some beyond the end, and 10 each 0.5 s.
        assertEquals(40 * 300 + 5 * 600 + 10 * 1_200, (double) count[0], 5);
        assertEquals(
                "df332875fc08ffc29ea9446aabe0e1823b96e604d584670bb36dcc04751fd63f",
                HexFormat.of().formatHex(digest.digest()));
    }

    /** Natively the same, too. */
    @Test
    void the_same_seed_gives_the_same_payloads_in_each_format() throws NoSuchAlgorithmException {
        String metrics =
                "{a: {waveform: {gaussian: {deviation: 1e-4}}}, b: {waveform: {gaussian: {deviation: 1e9}}, decimals: 3}, c: {waveform: {counter: {spread: 0.5}}, decimals: 0}}";
        StringBuilder file = new StringBuilder("groups:\n");
        for (String format : List.of(
                "json",
                "line",
                "csv",
                "senml",
                "cbor",
                "msgpack",
                "{template: {text: '{name} {a} {b} {c} {seq} {time} {sent}'}}")) {
            file.append("  g%d: {count: 7, jitter: 0.3, format: %s, metrics: %s}\n"
                    .formatted(file.length(), format, metrics));
        }
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        lines(file.toString(), 600).forEach(line -> digest.update(line.getBytes(UTF_8)));
        assertEquals(
                "d5b23a9aa5df3e24fcdd8ca0037c7f6de9ed793f61eef193692902ff0bd9b807",
                HexFormat.of().formatHex(digest.digest()));
    }

    @Test
    void another_seed_gives_other_readings() {
        assertNotEquals(lines(PLANT, 5), lines(PLANT.replace("seed: 7", "seed: 8"), 5));
    }

    @Test
    void a_line_has_time_topic_and_payload_which_is_sent_when_it_is_due() {
        assertEquals(
                List.of(
                        "2026-01-01T00:00:00Z lab/T-1/1 {\"type\":\"T\",\"name\":\"T-1\",\"value\":0.8414709848078965,"
                                + "\"time\":1767225600000,\"seq\":0,\"sent\":1767225600000}",
                        "2026-01-01T00:00:00.500Z lab/T-2/2 {\"type\":\"T\",\"name\":\"T-2\",\"value\":0.8414709848078965,"
                                + "\"time\":1767225600500,\"seq\":0,\"sent\":1767225600500}",
                        "2026-01-01T00:00:01Z lab/T-1/1 {\"type\":\"T\",\"name\":\"T-1\",\"value\":0.9092974268256817,"
                                + "\"time\":1767225601000,\"seq\":1,\"sent\":1767225601000}"),
                lines("groups: {T: {count: 2, topic: 'lab/{name}/{n}', waveform: current}}", 2)
                        .subList(0, 3));
    }

    @Test
    void a_binary_payload_is_written_in_hexadecimal_digits_and_sparkplug_as_json() {
        assertEquals(
                List.of("2026-01-01T00:00:00Z sensor/T a6647479706561546"
                        + "46e616d6561546576616c7565fb3feaed548f090cee6474696d651b0000019b76daa800637365710"
                        + "06473656e741b0000019b76daa800"),
                lines("groups: {T: {format: cbor, waveform: current}}", 1));
        assertEquals(
                lines("groups: {T: {format: json, topic: spBv1.0/T/NDATA/T, waveform: current}}", 1),
                lines("groups: {T: {format: sparkplug, waveform: current}}", 1));
    }

    @Test
    void sensors_begin_evenly_spread_over_the_period_unless_there_is_an_offset() {
        assertEquals(
                List.of("00Z", "00.250Z", "00.500Z", "00.750Z", "01Z"),
                seconds("groups: {T: {count: 4, waveform: current}}").subList(0, 5));
        assertEquals(
                List.of("00.100Z", "00.100Z", "01.100Z", "01.100Z"),
                seconds("groups: {T: {count: 2, offset: 100ms, waveform: current}}"));
    }

    @Test
    void jitter_delays_each_reading_by_less_than_itself_and_messages_stay_in_the_order_of_time() {
        List<String> lines =
                lines("groups: {T: {count: 100, offset: 0, jitter: 1s, format: value, waveform: acceleration}}", 20);
        List<String> times = lines.stream().map(line -> line.split(" ")[0]).toList();
        assertEquals(times.stream().sorted().toList(), times);
        for (int sensor = 1; sensor <= 100; sensor++) {
            String topic = " sensor/T-%d ".formatted(sensor);
            List<String> own =
                    lines.stream().filter(line -> line.contains(topic)).toList();
            assertEquals(20, own.size());
            for (int n = 0; n < own.size(); n++) {
                assertTrue(own.get(n).startsWith("2026-01-01T00:00:%02d".formatted(n)), own.get(n));
                assertTrue(own.get(n).endsWith(" " + n * n), own.get(n));
            }
        }
    }

    @Test
    void jitter_is_spread_over_its_whole_range() {
        List<String> lines = lines("groups: {T: {count: 1000, offset: 0, jitter: 1s, waveform: current}}", 1);
        long early = lines.stream()
                .filter(line -> line.compareTo("2026-01-01T00:00:00.500") < 0)
                .count();
        assertEquals(500, (double) early, 80);
    }

    @Test
    void a_run_goes_on_where_it_ended() {
        List<String> inParts = new ArrayList<>();
        DryRun run = new DryRun(FleetFile.read("plant.yaml", PLANT));
        IntStream.rangeClosed(1, 5)
                .forEach(end -> run.run(Duration.ofSeconds(end), line -> inParts.add(line.toString())));
        assertEquals(lines(PLANT, 5), inParts);
    }

    /** A ring of 100,000 sensors takes no memory for each of them: 100 groups of a million could not be made otherwise. */
    @Test
    void a_group_of_a_million_sensors_takes_no_more_memory_than_one() {
        StringBuilder file = new StringBuilder("groups:\n");
        for (int i = 0; i < 100; i++) {
            file.append("  g%d-: {count: 1000000, period: 1h, waveform: temperature}\n".formatted(i));
        }
        Fleet fleet = FleetFile.read("fleet.yaml", file.toString());
        assertEquals(100_000_000, fleet.sensors());
        assertEquals(100, lines(fleet, Duration.ofNanos(1)).size());
    }

    private static List<String> seconds(String file) {
        return lines(file, 2).stream()
                .map(line -> line.split(" ")[0].substring("2026-01-01T00:00:".length()))
                .toList();
    }

    private static List<String> lines(String file, int seconds) {
        return lines(FleetFile.read("fleet.yaml", file), Duration.ofSeconds(seconds));
    }

    private static List<String> lines(Fleet fleet, Duration length) {
        List<String> lines = new ArrayList<>();
        new DryRun(fleet).run(length, line -> lines.add(line.toString()));
        return lines;
    }
}
