package dev.sensorline.fleet.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.sensorline.fleet.Fault;
import dev.sensorline.fleet.Fleet;
import dev.sensorline.fleet.Format;
import dev.sensorline.fleet.Group;
import dev.sensorline.fleet.Metric;
import dev.sensorline.fleet.waveform.Constant;

/** What a fleet file means, and what is reported of one that means nothing. */
class FleetFileTest {

    @Test
    void a_group_has_all_of_its_keys() {
        Fleet fleet = FleetFile.read("fleet.yaml", """
                seed: 7
                groups:
                  hall:
                    name: press-{n}-a
                    count: 3
                    first: 10
                    period: 250ms
                    jitter: 0.05
                    offset: 1s
                    topic: plant/{group}/{name}/{n}
                    qos: 1
                    retain: true
                    format: {template: {text: '{value}'}}
                    waveform: {constant: {value: 5}}
                    decimals: 2
                    faults:
                      - spike: {rate: 0.01, by: 10}
                      - stuck: {every: 1h, for: 5m}
                """);
        Group hall = fleet.groups().get(0);
        assertEquals(7, fleet.seed());
        assertEquals(3, fleet.sensors());
        assertEquals("hall", hall.name());
        assertEquals("press-10-a", hall.names().name(0));
        assertEquals("press-12-a", hall.names().name(2));
        assertEquals(Duration.ofMillis(250), hall.period());
        assertEquals(Duration.ofMillis(50), hall.jitter());
        assertEquals(Optional.of(Duration.ofSeconds(1)), hall.offset());
        assertEquals("plant/hall/press-11-a/11", hall.topic().topic(1));
        assertEquals("plant/{group}/{name}/{n}", hall.topic().toString());
        assertEquals(1, hall.qos());
        assertTrue(hall.retain());
        assertEquals(new Format.Template("{value}"), hall.format());
        assertEquals(List.of(new Metric("value", new Constant(5), 2)), hall.metrics());
        assertEquals(
                List.of(
                        new Fault.Spike(new Fault.AtRandom(0.01, Duration.ZERO), 10),
                        new Fault.Stuck(
                                new Fault.Scheduled(Duration.ofHours(1), Duration.ofHours(1), Duration.ofMinutes(5)))),
                hall.faults());
    }

    @Test
    void a_group_needs_nothing_but_a_waveform() {
        Group group = only("groups: {T1: {waveform: temperature}}");
        assertEquals("T1", group.names().name(0));
        assertEquals(Duration.ofSeconds(1), group.period());
        assertEquals(Duration.ZERO, group.jitter());
        assertEquals(Optional.empty(), group.offset());
        assertEquals("sensor/T1", group.topic().topic(0));
        assertEquals(0, group.qos());
        assertEquals(Format.Known.JSON, group.format());
        assertEquals(List.of(), group.faults());
    }

    @Test
    void several_sensors_have_their_number_at_the_end() {
        assertEquals(
                "T-2",
                only("groups: {T: {count: 2, waveform: current}}").names().name(1));
    }

    @Test
    void several_metrics_are_in_the_order_of_the_file() {
        Group group = only("""
                groups:
                  truck:
                    format: senml
                    metrics:
                      speed: {waveform: {uniform: {min: 0, max: 20}}, decimals: 1}
                      lat: {waveform: {gps: {coordinate: latitude, speed: 14, points: &way [{lat: 48, lon: 11}, {lat: 49, lon: 12}]}}}
                      lon: {waveform: {gps: {coordinate: longitude, speed: 14, points: *way}}}
                """);
        assertEquals(
                List.of("speed", "lat", "lon"),
                group.metrics().stream().map(Metric::name).toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "temperature",
                "pressure",
                "current",
                "acceleration",
                "{temperature: {}}",
                "{constant: {value: -1e3}}",
                "{constant: {value: 0x1F}}",
                "{constant: {value: 0o17}}",
                "{uniform: {min: 1, max: 1}}",
                "{gaussian: {deviation: 0}}",
                "{sine: {amplitude: 5, period: 1m, phase: 0.25}}",
                "{square: {period: 10, duty: 0.1}}",
                "{sawtooth: {period: 10.5s}}",
                "{walk: {start: 1, deviation: 0.1, min: 0, max: 2}}",
                "{day: {min: 5, max: 25, peak: 14:30}}",
                "counter",
                "{counter: {increment: 2, spread: 1, wrap: 100}}",
                "{states: {on_for: 1h, off_for: 10m, spread: 0.5}}",
                "{sum: [temperature, {constant: {value: 1}}]}",
                "{product: [counter, counter]}",
                "{clamp: {of: temperature, min: 25.2, max: 25.8}}",
                "{noise: {of: {clamp: {of: current, min: 0, max: 1}}, deviation: 0.1}}"
            })
    void a_waveform_is_a_name_or_one_key(String waveform) {
        double value = only("groups: {T: {waveform: %s}}".formatted(waveform))
                .metrics()
                .get(0)
                .waveform()
                .at(1, 2, 3);
        assertTrue(Double.isFinite(value));
    }

    @Test
    void a_waveform_means_the_same_as_a_name_and_as_a_key() {
        assertEquals(
                only("groups: {T: {waveform: temperature}}").metrics(),
                only("groups: {T: {waveform: {temperature: {}}}}").metrics());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dropout: {rate: 0.5}",
                "stuck: {every: 1h, after: 0, for: 10}",
                "spike: {rate: 1, by: -3}",
                "drift: {every: 1h, for: 1h, per_hour: 0.5}",
                "offset: {rate: 0, by: 1}",
                "noise: {rate: 0.1, deviation: 1}",
                "late: {rate: 0.1, by: 3s}",
                "duplicate: {rate: 0.1}",
                "malformed: {rate: 0.1}",
                "clock_skew: {every: 1h, for: 1m, by: -90s}",
                "disconnect: {every: 1h, for: 1m}",
                "reconnect_storm: {every: 1h, for: 1m}"
            })
    void there_are_twelve_kinds_of_faults(String fault) {
        assertEquals(
                1,
                only("groups: {T: {waveform: current, faults: [{%s}]}}".formatted(fault))
                        .faults()
                        .size());
    }

    /** A file, and how its problem begins and ends. */
    static Stream<Arguments> problems() {
        return Stream.of(
                arguments("", "1:1: the file is empty: it must have groups of sensors", ""),
                arguments("42", "1:1: must be keys and values, not 42", ""),
                arguments("seed: 1", "1:1: 'groups' is missing: groups of sensors, by name", ""),
                arguments("groups: {}", "1:9: groups: must have 1 to 1000 names, not 0", ""),
                arguments("groups: [a", "1:11: is no YAML 1.2: expected ',' or ']', but got <stream end>", ""),
                arguments(
                        "groups:\n  hall:\n    waveform: humidity",
                        "3:15: groups.hall.waveform: must be a waveform (temperature, pressure, current, acceleration, constant, uniform,"
                                + " gaussian, sine, square, sawtooth, walk, day, counter, states, gps, replay, sum, product, clamp or noise), not the"
                                + " text 'humidity'",
                        ""),
                arguments(
                        group("waveform: current, peroid: 1"),
                        "1:33: groups.T.peroid: is no key here: allowed are name, count, first, period, jitter, offset, topic, qos, retain,"
                                + " format, waveform, decimals, metrics or faults",
                        ""),
                arguments(
                        group("waveform: current, qos: 3"),
                        "1:38: groups.T.qos: must be a whole number from 0 to 2, not 3",
                        ""),
                arguments(
                        group("waveform: current, qos: '1'"),
                        "1:38: groups.T.qos: must be a whole number from 0 to 2, not the text '1'",
                        ""),
                arguments(
                        group("waveform: current, retain: yes"),
                        "1:41: groups.T.retain: must be false or true, not the text 'yes'",
                        ""),
                arguments(
                        group("waveform: current, period: 1d"),
                        "1:41: groups.T.period: must be a length of time from 0.001 s to 365 days: seconds (such as 1 or 0.05) or a text with ms,"
                                + " s, m or h (such as 250ms or 2m), not the text '1d'",
                        ""),
                arguments(
                        group("waveform: {constant: {value: .inf}}"),
                        "1:43: groups.T.waveform.constant.value: must be a number from -1000000000000000 to 1000000000000000, not .inf",
                        ""),
                arguments(
                        group("waveform: {sine: {period: 1}}"),
                        "1:31: groups.T.waveform.sine: 'amplitude' is missing: greatest distance from the mean",
                        ""),
                arguments(
                        group("waveform: {current: {a: 1}}"),
                        "1:35: groups.T.waveform.current.a: is no key here: there are none",
                        ""),
                arguments(
                        group("waveform: \"a\\nb\""),
                        "1:24: groups.T.waveform: must be a waveform (",
                        "not the text 'a\\u000ab'"),
                arguments(group("waveform: sine"), "1:24: groups.T.waveform: sine needs keys of its own", ""),
                arguments(
                        group("waveform: {sum: current}"),
                        "1:30: groups.T.waveform.sum: must be a list, not the text 'current'",
                        ""),
                arguments(
                        group("waveform: {sum: []}"),
                        "1:30: groups.T.waveform.sum: must be a list of 1 to 100 values, not of 0",
                        ""),
                arguments(group(""), "1:13: groups.T: must have waveform or metrics, and only one of them", ""),
                arguments(
                        group("waveform: current, metrics: {a: {waveform: current}}"),
                        "1:13: groups.T: must have waveform or metrics, and only one of them",
                        ""),
                arguments(
                        group("waveform: current, faults: [{dropout: {}}]"),
                        "1:52: groups.T.faults[0].dropout: must have rate or every, and only one of them",
                        ""),
                arguments(group("waveform: current, 7: 8"), "1:33: groups.T: a key must be a text, not 7", ""),
                arguments(
                        "groups: {a b: {waveform: current}}",
                        "1:10: groups.a b: must be a name of 1 to 100 characters without spaces, control characters, +, #, /, { and }, not the"
                                + " text 'a b'",
                        ""),
                arguments(
                        group("metrics: {seq: {waveform: current}}"),
                        "1:24: groups.T.metrics.seq: must be a name of 1 to 100 characters",
                        "other than type, name, group, n, time, seq and sent, not the text 'seq'"),
                arguments(group("waveform: null"), "1:24: groups.T.waveform: must be a waveform (", "not nothing"),
                arguments(group("waveform: !mine x"), "1:24: groups.T.waveform: must be a waveform (", "not x"));
    }

    private static String group(String keys) {
        return "groups: {T: {" + keys + "}}";
    }

    @ParameterizedTest
    @MethodSource("problems")
    void a_problem_has_line_column_key_and_what_is_allowed(String file, String beginning, String end) {
        String problem = problemsOf(file);
        assertTrue(problem.startsWith("fleet.yaml:" + beginning), problem);
        assertTrue(problem.endsWith(end), problem);
        assertEquals(1, problem.lines().count(), problem);
    }

    /** What a schema cannot say: the list in docs/guide/fleets.md. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "groups: {a: {waveform: current}, a: {waveform: current}}|1:34: groups: 'a' is there twice, first in line 1",
                "groups: {T: {waveform: {uniform: {min: 2, max: 1}}}}|1:40: groups.T.waveform.uniform.min: must not be greater than max, which is 1",
                "groups: {T: {waveform: {clamp: {of: current, min: 2, max: 1}}}}|1:51: groups.T.waveform.clamp.min: must not be greater than max, which is 1",
                "groups: {T: {waveform: {day: {min: 2, max: 1}}}}|1:36: groups.T.waveform.day.min: must not be greater than max, which is 1",
                "groups: {T: {waveform: {walk: {start: 3, deviation: 1, min: 1, max: 2}}}}|1:39: groups.T.waveform.walk.start: must not be greater than max, which is 2",
                "groups: {T: {waveform: {walk: {start: 0, deviation: 1, min: 1, max: 2}}}}|1:61: groups.T.waveform.walk.min: must not be greater than start, which is 0",
                "groups: {T: {waveform: {walk: {start: 1, deviation: 1, min: 1, max: 1}}}}|1:61: groups.T.waveform.walk.min: must be less than max",
                "groups: {T: {waveform: {gps: {coordinate: course, speed: 1, points: [{lat: 1, lon: 2}, {lat: 1, lon: 2}]}}}}|1:69: groups.T.waveform.gps.points: must have two places that differ",
                "groups: {T: {waveform: current, jitter: 2s}}|1:41: groups.T.jitter: must not be longer than the period",
                "groups: {T: {waveform: current, topic: 'a/+'}}|1:40: groups.T.topic: must be a topic without +, # and control characters that does not begin with $, not 'a/+'",
                "groups: {T: {waveform: current, topic: '$SYS/{name}'}}|1:40: groups.T.topic: must be a topic without +, # and control characters that does not begin with $, not '$SYS/{name}'",
                "groups: {T: {waveform: current, topic: 'a/{nam}'}}|1:40: groups.T.topic: has {nam}, which stands for nothing: allowed are {group}, {name} or {n}",
                "groups: {T: {format: value, metrics: {a: {waveform: current}, b: {waveform: current}}}}|1:22: groups.T.format: 'value' is for one metric only: choose another format",
                "groups: {T: {waveform: current, format: {template: {text: '{value} {temp}'}}}}|1:41: groups.T.format: has {temp}, which stands for nothing: allowed are {value}, {time}, {seq}, {sent}, {name}, {group} or {n}, and {{ and }} for braces",
                "groups: {T: {format: {template: {text: '{a} }'}}, metrics: {a: {waveform: current}}}}|1:22: groups.T.format: has }, which stands for nothing: allowed are {a}, {time}, {seq}, {sent}, {name}, {group} or {n}, and {{ and }} for braces",
                "groups: {T: {waveform: current, format: line, name: 'a\\b'}}|1:41: groups.T.format: 'line' cannot have the backslash of the name 'a\\b'",
                "groups: {T: {format: line, metrics: {a\\b: {waveform: current}}}}|1:22: groups.T.format: 'line' cannot have the backslash of the name 'a\\b'",
                "groups: {T: {waveform: current, format: senml, name: 'a b'}}|1:41: groups.T.format: 'senml' has names of letters from A to Z, digits, -, :, ., / and _ that begin with a letter or digit, not 'a b'",
                "groups: {Tü: {format: senml, name: ta, metrics: {a: {waveform: current}, ü: {waveform: current}}}}|1:23: groups.Tü.format: 'senml' has names of letters from A to Z, digits, -, :, ., / and _ that begin with a letter or digit, not 'ü'",
                "groups: {T: {decimals: 1, metrics: {a: {waveform: current}}}}|1:24: groups.T.decimals: must be in each of the metrics, not beside them",
                "groups: {T: {waveform: current, faults: [{stuck: {every: 1s, for: 2s}}]}}|1:67: groups.T.faults[0].stuck.for: must not be longer than 'every'",
                "groups: {T: {waveform: current, faults: [{stuck: {rate: 1, after: 2s}}]}}|1:67: groups.T.faults[0].stuck.after: is for faults with 'every' only",
                "groups: {T: {waveform: current, qos: 1.0}}|1:38: groups.T.qos: must be a whole number from 0 to 2, not 1.0",
                "groups: {T: {waveform: current, format: {sparkplug: {node: N}}}}|1:60: groups.T.format.sparkplug.node: is for edge nodes with 'devices' only",
                "groups: {T: {waveform: current, format: sparkplug, topic: a}}|1:59: groups.T.topic: is not for Sparkplug, which says what its topics are",
                "groups: {T: {waveform: current, format: sparkplug, qos: 1}}|1:57: groups.T.qos: must be 0 for Sparkplug",
                "groups: {T: {waveform: current, format: sparkplug, retain: true}}|1:60: groups.T.retain: must be false for Sparkplug",
                "groups: {T: {format: sparkplug, metrics: {bdSeq: {waveform: current}}}}|1:42: groups.T.metrics: 'bdSeq' is a metric of Sparkplug's own: choose another name",
                "groups: {a: {waveform: current, count: 4, format: {sparkplug: {group_id: G, node: 'N-{n}', devices: 2}}}, b: {waveform: current, format: {sparkplug: {group_id: G, node: N-2, devices: 1}}}}|1:138: groups.b.format: gives the name 'G/N-2' to an edge node, as groups.a.format in line 1 does: names must differ",
                "groups: {a: {waveform: current, name: 's-{n}', count: 20}, b: {waveform: current, name: 's-1{n}', count: 3}}|1:89: groups.b.name: gives the name 's-11' to a sensor, as groups.a.name in line 1 does: names must differ",
                "groups: {a: {waveform: current, count: 3}, b: {waveform: current, name: a-2}}|1:73: groups.b.name: gives the name 'a-2' to a sensor, as groups.a in line 1 does: names must differ",
            })
    void what_no_schema_says_is_refused_too(String file, String problem) {
        assertEquals("fleet.yaml:" + problem, problemsOf(file));
    }

    @Test
    void ids_of_sparkplug_are_levels_of_a_topic() {
        for (String key : List.of("group_id", "primary_host", "node")) {
            for (String id : List.of("a/b", "a+", "#", " ", "{n")) {
                String problem = problemsOf(
                        group("waveform: current, format: {sparkplug: {devices: 1, %s: '%s'}}".formatted(key, id)));
                assertTrue(problem.contains("groups.T.format.sparkplug.%s: must be a name of".formatted(key)), problem);
            }
        }
    }

    @Test
    void sensors_of_sparkplug_are_edge_nodes_or_their_devices() {
        assertEquals(
                "spBv1.0/T/NDATA/T-2",
                only(group("waveform: current, count: 2, format: sparkplug"))
                        .topic()
                        .topic(1));
        Group devices = only(
                group(
                        "waveform: current, name: 'd{n}', first: 11, count: 20, format: {sparkplug: {group_id: G 1, devices: 10}}"));
        assertEquals("spBv1.0/G 1/DDATA/T-2/d20", devices.topic().topic(9));
        assertEquals("spBv1.0/G 1/DDATA/T-3/d21", devices.topic().topic(10));
        assertEquals("spBv1.0/G 1/DDATA/{node}/{name}", devices.topic().toString());
        assertEquals(
                "spBv1.0/T/DDATA/T/T-3",
                only(group("waveform: current, first: 0, count: 4, format: {sparkplug: {devices: 4}}"))
                        .topic()
                        .topic(3));
    }

    @Test
    void all_problems_are_reported_at_once_in_the_order_of_the_file() {
        assertEquals(
                List.of(1, 4, 5, 6, 8, 9, 11, 12, 13),
                assertThrows(InvalidFleetException.class, () -> FleetFile.read("fleet.yaml", """
                        sead: 1
                        groups:
                          hall:
                            period: 0
                            qos: 3
                            waveform: {sine: {amplitude: x, period: 1, phase: 0}}
                            name: a
                            jitter: -1
                            topic: a/#
                          office:
                            count: none
                            metrics: {a: {}}
                            faults: [{stuck: {rate: 2}}]
                        """)).problems().stream()
                        .map(Problem::line)
                        .toList());
    }

    @Test
    void a_topic_that_is_too_long_with_its_name_is_refused() {
        String problem = problemsOf(group("waveform: current, topic: '" + "x".repeat(65_530) + "/{name}-long'"));
        assertTrue(problem.contains("groups.T.topic: must give topics of at most 65535 bytes"), problem);
    }

    @Test
    void a_file_nested_too_deeply_is_refused() {
        assertTrue(problemsOf("[".repeat(100_000)).contains("is nested more deeply than 104 levels"));
        assertTrue(problemsOf(group("waveform: " + "{sum: [".repeat(33) + "current" + "]}".repeat(33)))
                .contains("is nested more deeply than 32 levels"));
        String deep = group("waveform: " + "{sum: [".repeat(31) + "current" + "]}".repeat(31));
        assertEquals(1, FleetFile.read("fleet.yaml", deep).sensors());
    }

    @Test
    void aliases_that_contain_themselves_are_refused() {
        assertTrue(problemsOf(group("waveform: &a {sum: [*a]}")).contains("is nested more deeply than 32 levels"));
    }

    /** The billion laughs: each line is ten times the one before. */
    @Test
    void aliases_of_aliases_are_bounded() {
        StringBuilder file = new StringBuilder("groups:\n  a0: {waveform: &a0 current}\n");
        for (int i = 1; i < 20; i++) {
            file.append("  a%d: {waveform: &a%d {sum: [%s]}}\n"
                    .formatted(i, i, ("*a" + (i - 1) + ",").repeat(10).replaceAll(",$", "")));
        }
        assertTrue(problemsOf(file.toString()).contains("is one waveform more than the 10000 that a file may have"));
    }

    @Test
    void more_than_a_thousand_aliases_are_refused() {
        String problem = problemsOf(group("waveform: {sum: [&a {sum: [current]}, " + "*a,".repeat(1_001) + "]}"));
        assertTrue(problem.contains("Number of aliases"), problem);
    }

    @Test
    void several_documents_are_refused() {
        assertTrue(
                problemsOf("groups: {T: {waveform: current}}\n---\ngroups: {}").contains("is no YAML 1.2"));
    }

    @Test
    void a_file_of_problems_has_a_bound() {
        String file = "groups:\n" + "  7: x\n".repeat(5_000);
        assertEquals(
                1_000,
                assertThrows(InvalidFleetException.class, () -> FleetFile.read("f", file))
                        .problems()
                        .size());
    }

    @Test
    void a_number_of_too_many_digits_is_refused() {
        String digits = "7".repeat(200_000);
        assertTrue(problemsOf("seed: " + digits).contains("seed: must be a whole number"));
        assertTrue(problemsOf(group("waveform: {constant: {value: 0.%s}}".formatted(digits)))
                .contains("must be a number"));
    }

    /** Only an InvalidFleetException may leave the reader. */
    @Test
    void whatever_a_file_contains_it_is_read_or_has_problems() throws IOException {
        String guide = Files.readString(Path.of(System.getProperty("sensorline.root"), "docs", "guide", "fleets.md"));
        String file = guide.substring(guide.indexOf("seed: 7"), guide.indexOf("```", guide.indexOf("seed: 7")));
        List<String> pieces = List.of(
                "{",
                "}",
                "[",
                "]",
                ": ",
                "- ",
                "\n",
                "  ",
                "&a ",
                "*a",
                "!!int ",
                "!!str ",
                "!!map ",
                "!!set ",
                "? ",
                "| ",
                "> ",
                "'",
                "\"",
                "#",
                "---\n",
                "...\n",
                "%YAML 1.1\n",
                "<<: ",
                "null",
                "~",
                "1e999999999",
                "-.inf",
                ".nan",
                "0x",
                "0o8",
                "\t",
                "\0",
                "\ud800",
                "ü🌡",
                "sum: [",
                "{n}");
        SplittableRandom random = new SplittableRandom(7);
        int refused = 0;
        for (int i = 0; i < 1_000; i++) {
            StringBuilder text = new StringBuilder(file);
            for (int change = 0; change <= i % 4; change++) {
                int at = random.nextInt(text.length());
                int end = Math.min(text.length(), at + random.nextInt(4));
                text.replace(at, end, pieces.get(random.nextInt(pieces.size())));
            }
            try {
                FleetFile.read("fleet.yaml", text.toString());
            } catch (InvalidFleetException e) {
                refused++;
                assertFalse(e.problems().isEmpty());
            }
        }
        assertTrue(refused > 300 && refused < 1_000, "refused " + refused);
    }

    private static Group only(String file) {
        return FleetFile.read("fleet.yaml", file).groups().get(0);
    }

    private static String problemsOf(String file) {
        return assertThrows(InvalidFleetException.class, () -> FleetFile.read("fleet.yaml", file))
                .getMessage();
    }
}
