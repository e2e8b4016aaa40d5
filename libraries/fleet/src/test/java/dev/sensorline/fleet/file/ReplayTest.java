package dev.sensorline.fleet.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.sensorline.fleet.Fleet;
import dev.sensorline.fleet.Turns;
import dev.sensorline.fleet.payload.DryRun;

/** Recordings are played again; what is wrong with their files is a problem of the fleet file. */
class ReplayTest {

    /** Every 2 s, from 100 s on. */
    private static final String PRESS = """
            at,temp,state
            100,21.5,0
            102,22,1
            104,,1
            106,20,0
            """;

    @Test
    void between_rows_the_last_value_holds_and_with_the_last_row_the_sensor_ends() {
        assertEquals(
                List.of("21.5", "21.5", "22.0", "22.0", "22.0", "22.0", "20.0", "20.0"),
                values("column: temp, time: at", 60));
    }

    @Test
    void twice_as_fast_takes_half_the_time() {
        assertEquals(List.of("21.5", "22.0", "22.0", "20.0"), values("column: temp, time: at, speed: 2", 60));
    }

    @Test
    void half_as_fast_takes_twice_the_time() {
        assertEquals(16, values("column: temp, time: at, speed: 0.5", 60).size());
    }

    @Test
    void a_loop_begins_again_after_the_last_row() {
        assertEquals(
                List.of("21.5", "22.0", "22.0", "20.0", "21.5", "22.0"),
                values("column: temp, time: at, speed: 2, loop: true", 6));
    }

    @Test
    void a_limit_plays_the_first_rows() {
        assertEquals(List.of("21.5", "21.5", "22.0", "22.0"), values("column: temp, time: at, limit: 2", 60));
        assertEquals(
                List.of("21.5", "22.0", "21.5", "22.0"), values("column: temp, pace: 1s, limit: 2, loop: true", 4));
    }

    @Test
    void a_pace_replaces_times_and_numbers_of_columns_names() {
        assertEquals(
                List.of("21.5", "22.0", "20.0"),
                values(Map.of("press.csv", "a,21.5\nb,22\nc,20\n"), "column: 2, pace: 1s", 60));
    }

    @Test
    void a_file_without_names_has_columns_by_number() {
        assertEquals(
                List.of("1.0", "1.0", "2.0", "2.0"),
                values(Map.of("press.csv", "100,1\r\n\r\n102,2\r\n"), "column: 2, time: 1", 60));
    }

    @Test
    void names_values_and_delimiters_may_be_those_of_a_spreadsheet() {
        assertEquals(
                List.of("21.5", "-3.0"),
                values(
                        Map.of(
                                "press.csv",
                                "\ufeff\"at \"\"local\"\"\";\"rel. temp\"\n\"10.01.2023 22:55:31\"; \"21,5\" \n10.01.2023 22:55:32;-3,0\n"),
                        "column: rel. temp, time: 'at \"local\"', time_format: 'dd.MM.yyyy HH:mm:ss', delimiter: semicolon, decimal: comma",
                        60));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "s | 1700000000 | 1700000001.5",
                "ms | 1700000000000 | 1700000001500",
                "us | 1700000000000000 | 1700000001500000",
                "ns | 1700000000000000000 | 1700000001500000000",
                "iso8601 | 2023-11-14T22:13:20Z | 2023-11-14T23:13:21.5+01:00",
                "iso8601 | 2023-11-14 22:13:20 | 2023-11-14T22:13:21.5",
                "yyyyMMddHHmmssSSS | 20231114221320000 | 20231114221321500",
            })
    void times_are_relative_to_the_first_row(String format, String first, String second) {
        // The second row lasts as long as the first: 1.5 s.
        assertEquals(
                List.of("1.0", "1.0", "2.0"),
                values(
                        Map.of("press.csv", "t,v\n%s,1\n%s,2\n".formatted(first, second)),
                        "column: v, time: t, time_format: '%s'".formatted(format),
                        60));
    }

    @Test
    void of_rows_with_the_same_time_the_last_one_counts() {
        assertEquals(
                List.of("2.0", "2.0", "3.0"),
                values(Map.of("press.csv", "t,v\n0,1\n0,2\n2,3\n"), "column: v, time: t", 60));
    }

    /** Each sensor of a group begins with the first row, also with an offset that is longer than the recording. */
    @Test
    void a_replay_begins_with_the_offset() {
        assertEquals(
                List.of("00:01:00 21.5", "00:01:01 21.5", "00:01:02 22.0"),
                lines(
                                "groups: {a: {offset: 1m, format: value, waveform: {replay: {file: press.csv, column: temp, time: at}}}}",
                                Map.of("press.csv", PRESS),
                                120)
                        .subList(0, 3));
    }

    @Test
    void a_replay_ends_with_jitter_too_and_others_go_on() {
        List<String> lines = lines("""
                groups:
                  a: {count: 3, jitter: 0.5, format: value, waveform: {replay: {file: press.csv, column: temp, time: at}}}
                  b: {format: value, waveform: acceleration}
                """, Map.of("press.csv", PRESS), 20);
        assertEquals(20, lines.stream().filter(line -> !line.contains(".")).count());
        // 3 sensors for 8 s; jitter moves the last reading of some beyond the end.
        long replayed = lines.stream().filter(line -> line.contains(".")).count();
        assertTrue(replayed >= 21 && replayed <= 24, lines::toString);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{sum: [{constant: {value: 0}}, %s]}",
                "{product: [{constant: {value: 1}}, %s]}",
                "{clamp: {of: %s, min: 0, max: 100}}",
                "{noise: {of: %s, deviation: 0}}",
            })
    void what_is_made_of_a_replay_is_a_replay(String waveform) {
        String replay = "{replay: {file: press.csv, column: temp, time: at, speed: 2}}";
        assertEquals(
                List.of("00:00:00 21.5", "00:00:01 22.0", "00:00:02 22.0", "00:00:03 20.0"),
                lines(
                        "groups: {a: {format: value, waveform: " + waveform.formatted(replay) + "}}",
                        Map.of("press.csv", PRESS),
                        60));
    }

    @Test
    void several_columns_of_a_file_are_read_once() {
        List<String> read = new ArrayList<>();
        Fleet fleet = FleetFile.read("fleet.yaml", """
                        groups:
                          a:
                            format: csv
                            metrics:
                              temp: {waveform: {replay: {file: data/press.csv, column: temp, time: at, time_format: s}}}
                              state: {waveform: {replay: {file: data/press.csv, column: state, time: at}}, decimals: 0}
                        """, path -> {
            read.add(path);
            return PRESS;
        });
        assertEquals(List.of("data/press.csv"), read);
        List<String> rows = new ArrayList<>();
        new DryRun(fleet)
                .run(Duration.ofSeconds(3), line -> rows.add(line.toString().split(" ")[2]));
        assertEquals(
                List.of(
                        "1767225600000,a,a,21.5,0,0,1767225600000",
                        "1767225601000,a,a,21.5,0,1,1767225601000",
                        "1767225602000,a,a,22.0,1,2,1767225602000"),
                rows);
    }

    @Test
    void turns_say_that_there_are_no_more_readings() {
        Fleet fleet = fleet("column: temp, pace: 1s", Map.of("press.csv", PRESS));
        Turns turns = Turns.of(fleet.groups().get(0), 0, Instant.EPOCH);
        IntStream.range(0, 4).forEach(i -> turns.next());
        assertEquals(Turns.NEVER, turns.due());
        turns.next();
        assertEquals(Turns.NEVER, turns.due());
    }

    @Test
    void an_end_beyond_all_time_is_none() {
        Fleet fleet = fleet("column: temp, pace: 8760h, speed: 0.001", Map.of("press.csv", PRESS));
        assertEquals(
                Long.MAX_VALUE,
                fleet.groups()
                        .get(0)
                        .startingAt(DryRun.START)
                        .metrics()
                        .get(0)
                        .waveform()
                        .end());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "file: none.csv, column: temp, time: at | file: 'none.csv' cannot be read: there is none",
                "file: empty.csv, column: temp, time: at | file: 'empty.csv' has no rows",
                "file: names.csv, column: temp, time: at | file: 'names.csv' has no rows below the names of its columns",
                "file: press.csv, column: hum, time: at | column: must be a column of 'press.csv', which has at, temp or state",
                "file: press.csv, column: temp, time: t | time: must be a column of 'press.csv', which has at, temp or state",
                "file: press.csv, column: 4, pace: 1 | column: must be a column of 'press.csv', which has 3",
                "file: press.csv, column: 2, time: 1 | column: line 1 of 'press.csv' must be a number, not 'temp'",
                "file: bad.csv, column: temp, time: at | column: line 4 of 'bad.csv' must be a number, not 'warm'",
                "file: bad.csv, column: temp, time: at | time: line 2 of 'bad.csv' must have a time in s, not '22:13'",
                "file: bad.csv, column: temp, time: at | time: line 5 of 'bad.csv' must not be earlier than the row before",
                "file: bad.csv, column: temp, time: at | time: line 6 of 'bad.csv' must have a time in s, not ''",
                "file: bad.csv, column: temp, time: at | column: line 2 of 'bad.csv' must have a value, because none is before it",
                "file: bad.csv, column: at, pace: 1 | column: line 2 of 'bad.csv' must be a number, not '22:13'",
                "file: bad.csv, column: temp, time: at, time_format: iso8601 | time: line 3 of 'bad.csv' must have a time in iso8601, not '5'",
                "file: same.csv, column: temp, time: at | time: 'same.csv' must have rows with different times",
                "file: press.csv, column: temp, time: at, limit: 1 | time: 'press.csv' must have rows with different times",
                "file: press.csv, column: temp, time: at, time_format: nonsense | time_format: is no pattern of a time",
                "file: press.csv, column: temp | must have time or pace, and only one of them",
                "file: press.csv, column: temp, time: at, pace: 1s | must have time or pace, and only one of them",
                "file: press.csv, column: 0, pace: 1s | column: must be a whole number from 1 to 1000, not 0",
                "file: press.csv, column: [temp], pace: 1s | column: must be the name of a column, or its number from 1, not a list",
                "file: press.csv, column: temp, time: at, loop: 1 | loop: must be false or true, not 1",
                "file: huge.csv, column: 1, pace: 1s | file: 'huge.csv' has more than 1000000 rows",
                "file: long.csv, column: 1, pace: 8760h | pace: is too long for the 1000 rows of 'long.csv'",
            })
    void a_problem_of_a_table_names_its_file_and_line(String replay, String problem) {
        Map<String, String> files = Map.of(
                "press.csv", PRESS,
                "empty.csv", "\n \n",
                "names.csv", "at,temp\n",
                "bad.csv", "at,temp\n22:13,\n5,21\n6,warm\n\"5\",22\n",
                "same.csv", "at,temp\n1,2\n1,2\n",
                "huge.csv", "1\n".repeat(1_000_001),
                "long.csv", "1\n".repeat(1_000));
        if (problem.contains("line 6")) {
            files = Map.of("bad.csv", "at,temp\n1,1\n\n\"2\",\"\n\"\n,3\n");
        }
        Map<String, String> given = files;
        String problems = assertThrows(
                        InvalidFleetException.class,
                        () -> FleetFile.read(
                                "fleet.yaml",
                                "groups: {a: {waveform: {replay: {%s}}}}".formatted(replay),
                                path -> read(given, path)))
                .getMessage();
        assertTrue(problems.contains(problem), problems);
        assertTrue(problems.lines().allMatch(line -> line.contains("groups.a.waveform.replay")), problems);
    }

    @Test
    void a_file_that_is_missing_is_a_problem_of_each_metric() {
        List<Problem> problems = assertThrows(
                        InvalidFleetException.class,
                        () -> FleetFile.read(
                                "fleet.yaml",
                                "groups: {a: {metrics: {x: {waveform: {replay: {file: f, column: 1, pace: 1}}}, y: {waveform: {replay: {file: f, column: 2, pace: 1}}}}}}"))
                .problems();
        assertEquals(
                List.of("groups.a.metrics.x.waveform.replay.file", "groups.a.metrics.y.waveform.replay.file"),
                problems.stream().map(Problem::key).toList());
    }

    @Test
    void a_column_that_is_no_number_throughout_has_ten_problems() {
        String words = "v\n" + "warm\n".repeat(1_000);
        List<Problem> problems = assertThrows(
                        InvalidFleetException.class, () -> fleet("column: v, pace: 1s", Map.of("press.csv", words)))
                .problems();
        assertEquals(10, problems.size());
    }

    private static String read(Map<String, String> files, String path) throws IOException {
        String text = files.get(path);
        if (text == null) {
            throw new FileNotFoundException("there is none");
        }
        return text;
    }

    private static Fleet fleet(String replay, Map<String, String> files) {
        return FleetFile.read(
                "fleet.yaml",
                "groups: {a: {format: value, waveform: {replay: {file: press.csv, %s}}}}".formatted(replay),
                path -> read(files, path));
    }

    private static List<String> values(String replay, int seconds) {
        return values(Map.of("press.csv", PRESS), replay, seconds);
    }

    private static List<String> values(Map<String, String> files, String replay, int seconds) {
        return lines(fleet(replay, files), seconds).stream()
                .map(line -> line.split(" ")[1])
                .toList();
    }

    private static List<String> lines(String file, Map<String, String> files, int seconds) {
        return lines(FleetFile.read("fleet.yaml", file, path -> read(files, path)), seconds);
    }

    /** Time of day and value. */
    private static List<String> lines(Fleet fleet, int seconds) {
        List<String> lines = new ArrayList<>();
        new DryRun(fleet).run(Duration.ofSeconds(seconds), line -> {
            String[] words = line.toString().split(" ");
            lines.add(words[0].substring("2026-01-01T".length(), "2026-01-01T00:00:00".length()) + " " + words[2]);
        });
        return lines;
    }
}
