package dev.sensorline.fleet.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.sensorline.fleet.Fault;
import dev.sensorline.fleet.Group;
import dev.sensorline.fleet.Measurement;
import dev.sensorline.fleet.file.FleetFile;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What faults do to the readings of a group whose period is 1 s, and whose values are the number of the reading and its tenfold. */
class GroupFaultsTest {

    private static final long SECOND = 1_000_000_000;
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final long SEED = 7;

    private static Group group(String... faults) {
        return FleetFile.read(
                        "fleet.yaml",
                        "groups: {g: {count: 1000, metrics: {a: {waveform: current}, b: {waveform: current}}, faults: [%s]}}"
                                .formatted(String.join(", ", faults)))
                .groups()
                .get(0);
    }

    private static GroupFaults faults(String... faults) {
        return new GroupFaults(group(faults), SEED, START);
    }

    private static Measurement reading(int sensor, long n) {
        Measurement reading = new Measurement(2);
        reading.sensor = sensor;
        reading.sequence = n;
        reading.due = START.getEpochSecond() * SECOND + n * SECOND;
        reading.time = reading.due;
        reading.values[0] = n;
        reading.values[1] = 10 * n;
        return reading;
    }

    /** What becomes of a reading, as a text that says only what is different. */
    private static String outcome(GroupFaults faults, Measurement reading) {
        double[] values = reading.values.clone();
        Effects effects = new Effects();
        faults.apply(reading, effects);
        StringBuilder text = new StringBuilder();
        for (FaultKind kind : FaultKind.values()) {
            text.append(kind.isIn(effects.kinds) ? kind.key() + " " : "");
        }
        text.append(effects.isSent ? "" : "unsent ")
                .append(effects.isTwice ? "twice " : "")
                .append(effects.delay == 0 ? "" : "after " + effects.delay / 1_000_000 + "ms ")
                .append(effects.isMalformed ? "damaged " : "")
                .append(
                        effects.awayUntil == Effects.NEVER
                                ? ""
                                : "away " + (effects.awayUntil - reading.due) / 1_000_000 + "ms ")
                .append(effects.isReconnecting ? "again " : "")
                .append(reading.time == reading.due ? "" : "at " + (reading.time - reading.due) / 1_000_000 + "ms ")
                .append(Arrays.equals(values, reading.values) ? "" : Arrays.toString(reading.values));
        return text.toString().strip();
    }

    private static List<String> outcomes(GroupFaults faults, int sensor, int count) {
        return IntStream.range(0, count)
                .mapToObj(n -> outcome(faults, reading(sensor, n)))
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dropout: {every: 3}|dropout unsent",
                "stuck: {every: 3}|stuck [2.0, 20.0]",
                "spike: {every: 3, by: 0.5}|spike [3.5, 30.5]",
                "drift: {every: 3, per_hour: 3600}|drift",
                "offset: {every: 3, by: -1}|offset [2.0, 29.0]",
                "late: {every: 3, by: 1500ms}|late after 1500ms",
                "duplicate: {every: 3}|duplicate twice",
                "malformed: {every: 3}|malformed damaged",
                "clock_skew: {every: 3, by: -2}|clock_skew at -2000ms",
                "disconnect: {every: 3}|disconnect unsent away 0ms",
                "reconnect_storm: {every: 3}|reconnect_storm again",
            })
    void a_fault_of_each_kind_happens_to_every_third_reading(String fault, String outcome) {
        assertEquals(
                List.of("", "", "", outcome, "", ""),
                outcomes(faults(fault), 0, 7).subList(0, 6));
    }

    @Test
    void a_stuck_sensor_repeats_the_value_before_until_the_fault_ends() {
        assertEquals(
                List.of("", "", "stuck [1.0, 10.0]", "stuck [1.0, 10.0]", "", "", "stuck [5.0, 50.0]"),
                outcomes(faults("stuck: {every: 4, after: 2, for: 2}"), 3, 7));
    }

    @Test
    void a_sensor_that_is_stuck_from_the_beginning_repeats_its_first_value() {
        assertEquals(
                List.of("stuck", "stuck [0.0, 0.0]", ""),
                outcomes(faults("stuck: {every: 1h, after: 0, for: 2}"), 0, 3));
    }

    @Test
    void drift_grows_from_the_beginning_of_the_fault() {
        assertEquals(
                List.of("", "drift", "drift [3.0, 21.0]", "drift [5.0, 32.0]", ""),
                outcomes(faults("drift: {every: 1h, after: 1, for: 3, per_hour: 3600}"), 0, 5));
    }

    @Test
    void a_sensor_without_connection_sends_nothing_until_the_fault_ends() {
        assertEquals(
                List.of(
                        "",
                        "disconnect unsent away 2500ms",
                        "disconnect unsent away 1500ms",
                        "disconnect unsent away 500ms",
                        ""),
                outcomes(faults("disconnect: {every: 1h, after: 1, for: 2500ms}"), 0, 5));
    }

    @Test
    void a_schedule_begins_after_its_every_or_after_its_after() {
        assertEquals(List.of(4, 8), whenHappening(outcomes(faults("dropout: {every: 4}"), 0, 10)), "after its every");
        assertEquals(List.of(0, 4, 8), whenHappening(outcomes(faults("dropout: {every: 4, after: 0}"), 0, 10)));
        assertEquals(
                List.of(1, 5, 9),
                whenHappening(outcomes(faults("dropout: {every: 4, after: 1, for: 1ms}"), 0, 10)),
                "a reading at the beginning is in it");
    }

    /** Beginnings 0.3, 0.6, … s: one reading each second cannot have several of them. */
    @Test
    void a_schedule_shorter_than_the_period_happens_to_each_reading() {
        assertEquals(List.of(1, 2, 3, 4), whenHappening(outcomes(faults("dropout: {every: 300ms}"), 0, 5)));
        // Beginnings 2.5 and 5 s: the next readings are 3 and 5.
        assertEquals(List.of(3, 5), whenHappening(outcomes(faults("dropout: {every: 2500ms}"), 0, 7)));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.001, 0.25, 0.9, 1})
    void the_rate_is_met(double rate) {
        GroupFaults faults = faults("dropout: {rate: %s}".formatted(rate));
        int readings = 200_000;
        long dropped = IntStream.range(0, readings)
                .filter(i -> !outcome(faults, reading(i % 1_000, i / 1_000)).isEmpty())
                .count();
        // Five standard deviations of a binomial distribution.
        assertEquals(readings * rate, (double) dropped, 5 * Math.sqrt(readings * rate * (1 - rate)));
    }

    /** While it lasts, it does not begin again: it happens n readings long, then after 1 / rate readings on average. */
    @Test
    void a_random_fault_lasts_its_time_and_begins_with_its_rate() {
        GroupFaults faults = faults("dropout: {rate: 0.01, for: 5}");
        List<Integer> lengths = new ArrayList<>();
        int healthy = 0;
        for (int sensor = 0; sensor < 100; sensor++) {
            int length = 0;
            for (String outcome : outcomes(faults, sensor, 1_000)) {
                if (outcome.isEmpty()) {
                    healthy++;
                    if (length > 0) {
                        lengths.add(length);
                    }
                    length = 0;
                } else {
                    length++;
                }
            }
        }
        assertTrue(lengths.stream().allMatch(length -> length % 5 == 0), lengths::toString);
        assertEquals(healthy * 0.01, lengths.size(), 5 * Math.sqrt(healthy * 0.01));
    }

    @Test
    void noise_is_normal_and_differs_between_metrics_and_readings() {
        GroupFaults faults = faults("noise: {rate: 1, deviation: 2}");
        Effects effects = new Effects();
        double sum = 0;
        double squares = 0;
        double product = 0;
        int count = 100_000;
        for (int n = 0; n < count; n++) {
            Measurement reading = reading(n % 1_000, n / 1_000);
            reading.values[0] = 0;
            reading.values[1] = 0;
            faults.apply(reading, effects);
            sum += reading.values[0];
            squares += reading.values[0] * reading.values[0];
            product += reading.values[0] * reading.values[1];
        }
        assertEquals(0, sum / count, 0.04);
        assertEquals(4, squares / count, 0.1);
        assertEquals(0, product / count, 0.1);
    }

    @Test
    void faults_apply_in_the_order_of_the_file_and_add_up() {
        assertEquals(
                "spike late duplicate clock_skew twice after 3000ms at 1000ms [4.0, 31.0]",
                outcome(
                        faults(
                                "spike: {rate: 1, by: 1}",
                                "late: {rate: 1, by: 1}",
                                "late: {rate: 1, by: 2}",
                                "duplicate: {rate: 1}",
                                "clock_skew: {rate: 1, by: 1}"),
                        reading(0, 3)));
        assertEquals(
                List.of("spike [2.0, 2.0]", "stuck spike [2.0, 2.0]", "stuck spike [2.0, 2.0]"),
                outcomes(faults("spike: {rate: 1, by: 2}", "stuck: {every: 1}"), 0, 3));
        assertEquals(
                "disconnect unsent away 5000ms",
                outcome(faults("disconnect: {rate: 1, for: 5}", "disconnect: {rate: 1, for: 2}"), reading(0, 0)));
    }

    @Test
    void a_group_without_faults_sends_readings_as_they_are() {
        assertEquals("", outcome(faults(), reading(0, 0)));
    }

    @Test
    void faults_of_one_kind_and_of_another_seed_are_independent() {
        List<String> one = outcomes(faults("dropout: {rate: 0.5}"), 0, 100);
        List<String> both = outcomes(faults("dropout: {rate: 0.5}", "dropout: {rate: 0.5}"), 0, 100);
        assertEquals(75, whenHappening(both).size(), 20);
        assertNotEquals(one, both);
        assertNotEquals(one, outcomes(new GroupFaults(group("dropout: {rate: 0.5}"), SEED + 1, START), 0, 100));
        assertNotEquals(one, outcomes(faults("dropout: {rate: 0.5}"), 1, 100));
    }

    @Test
    void a_fault_of_another_kind_before_it_does_not_change_when_a_fault_happens() {
        assertEquals(
                whenHappening(outcomes(faults("dropout: {rate: 0.3}"), 0, 100)),
                whenHappening(outcomes(faults("duplicate: {rate: 0}", "dropout: {rate: 0.3}"), 0, 100)));
    }

    @Test
    void faults_are_switched_off_and_on_while_it_runs() {
        GroupFaults faults = faults("offset: {every: 1h, after: 1, for: 10, by: 1}", "duplicate: {rate: 1}");
        assertEquals("offset duplicate twice [2.0, 11.0]", outcome(faults, reading(0, 1)));
        faults.enable(FaultKind.OFFSET, false);
        assertFalse(faults.isEnabled(FaultKind.OFFSET));
        assertTrue(faults.isEnabled(FaultKind.DUPLICATE));
        assertEquals("duplicate twice", outcome(faults, reading(0, 2)));
        faults.enable(FaultKind.OFFSET, true);
        assertEquals("offset duplicate twice [4.0, 31.0]", outcome(faults, reading(0, 3)));
    }

    @Test
    void a_fault_is_set_instead_of_those_of_its_kind_while_it_runs() {
        GroupFaults faults = faults("spike: {rate: 1, by: 1}", "duplicate: {rate: 1}");
        Fault stronger = group("spike: {every: 2, by: 5}").faults().get(0);
        faults.enable(FaultKind.SPIKE, false);
        assertEquals("duplicate twice", outcome(faults, reading(0, 1)));
        faults.set(stronger, START.plusSeconds(10));
        faults.set(stronger, START.plusSeconds(11)); // As each thread says it.
        assertEquals("duplicate twice", outcome(faults, reading(0, 11)));
        assertEquals("spike duplicate twice [17.0, 125.0]", outcome(faults, reading(0, 12)));
        assertFalse(faults.has(FaultKind.DROPOUT));
        faults.set(group("dropout: {rate: 1}").faults().get(0), START);
        assertTrue(faults.has(FaultKind.DROPOUT));
        assertEquals("dropout duplicate unsent twice", outcome(faults, reading(0, 13)));
    }

    @Test
    void a_kind_is_switched_off_for_one_sensor() {
        GroupFaults faults = faults("dropout: {rate: 1}", "duplicate: {rate: 1}");
        faults.enable(FaultKind.DROPOUT, 7, false);
        assertEquals("duplicate twice", outcome(faults, reading(7, 1)));
        assertEquals("dropout duplicate unsent twice", outcome(faults, reading(6, 1)));
        faults.enable(FaultKind.DROPOUT, 7, true);
        assertEquals("dropout duplicate unsent twice", outcome(faults, reading(7, 2)));
        faults.enable(FaultKind.DROPOUT, false);
        assertEquals("duplicate twice", outcome(faults, reading(7, 3)));
    }

    private static final String[] ALL = {
        "stuck: {rate: 0.1, for: 3}",
        "spike: {rate: 0.1, by: 5}",
        "drift: {rate: 0.05, for: 10, per_hour: 100}",
        "offset: {every: 7, for: 2, by: 1}",
        "noise: {rate: 0.2, deviation: 1}",
        "late: {rate: 0.1, by: 2}",
        "duplicate: {rate: 0.1, for: 2}",
        "malformed: {every: 5}",
        "clock_skew: {rate: 0.1, for: 2, by: 1}",
        "disconnect: {rate: 0.02, for: 4}",
        "reconnect_storm: {every: 20, for: 2}",
        "dropout: {rate: 0.1}"
    };

    @Property(tries = 100)
    void the_order_of_sensors_changes_nothing(@ForAll Random random) {
        int sensors = 5;
        int readings = 30;
        GroupFaults faults = faults(ALL);
        List<Integer> turns = new ArrayList<>();
        for (int sensor = 0; sensor < sensors; sensor++) {
            turns.addAll(Collections.nCopies(readings, sensor));
        }
        Collections.shuffle(turns, random);
        Map<Integer, List<String>> interleaved = new TreeMap<>();
        for (int sensor : turns) {
            List<String> own = interleaved.computeIfAbsent(sensor, s -> new ArrayList<>());
            own.add(outcome(faults, reading(sensor, own.size())));
        }
        for (int sensor = 0; sensor < sensors; sensor++) {
            assertEquals(outcomes(faults(ALL), sensor, readings), interleaved.get(sensor));
        }
    }

    @Test
    void threads_change_nothing() {
        GroupFaults shared = faults(ALL);
        List<List<String>> parallel = IntStream.range(0, 200)
                .parallel()
                .mapToObj(sensor -> outcomes(shared, sensor, 50))
                .toList();
        assertEquals(
                IntStream.range(0, 200)
                        .mapToObj(sensor -> outcomes(faults(ALL), sensor, 50))
                        .toList(),
                parallel);
    }

    /** Of each kind, as a file and a ledger have it. */
    @Test
    void kinds_have_the_names_of_the_file() {
        assertEquals(
                Arrays.stream(ALL)
                        .map(text -> text.substring(0, text.indexOf(':')))
                        .toList(),
                group(ALL).faults().stream()
                        .map(fault -> FaultKind.of(fault).key())
                        .toList());
    }

    private static List<Integer> whenHappening(List<String> outcomes) {
        return IntStream.range(0, outcomes.size())
                .filter(n -> !outcomes.get(n).isEmpty())
                .boxed()
                .toList();
    }
}
