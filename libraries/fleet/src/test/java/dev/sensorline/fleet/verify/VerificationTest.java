package dev.sensorline.fleet.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import dev.sensorline.fleet.Fleet;
import dev.sensorline.fleet.Group;
import dev.sensorline.fleet.Measurement;
import dev.sensorline.fleet.Turns;
import dev.sensorline.fleet.fault.Effects;
import dev.sensorline.fleet.fault.FaultKind;
import dev.sensorline.fleet.fault.GroupFaults;
import dev.sensorline.fleet.file.FleetFile;
import dev.sensorline.fleet.ledger.InvalidLedgerException;
import dev.sensorline.fleet.ledger.LedgerGroup;
import dev.sensorline.fleet.ledger.LedgerHeader;
import dev.sensorline.fleet.ledger.LedgerWriter;
import dev.sensorline.fleet.ledger.Outcome;
import dev.sensorline.fleet.verify.Finding.Subject;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Joins ledgers with stores that are as an ingestor would have left them, and with others. */
class VerificationTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final long NOW = START.getEpochSecond() * 1_000_000_000;
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000_000_000;
    private static final Cells.Memory HEAP = (offset, bytes) -> ByteBuffer.allocate(bytes);

    /** A point. Without a number of the reading, it is not looked at. */
    private record Stored(long sequence, double... values) {}

    /** A run of one group, its ledger, and what is stored of it. */
    private static final class Run {

        final LedgerGroup group;
        final ByteArrayOutputStream ledger = new ByteArrayOutputStream();
        final LedgerWriter writer;
        /** Points by time, by the name of the sensor. */
        final Map<String, Map<Long, Stored>> store = new TreeMap<>();

        boolean isArrival;

        Run(Group of, boolean hasSequence, long timeUnit) throws IOException {
            group = LedgerGroup.of(of, hasSequence, timeUnit);
            writer = new LedgerWriter(ledger, new LedgerHeader(7, "", NOW, List.of(group)));
        }

        static Run of(String keys, boolean hasSequence, long timeUnit) throws IOException {
            return new Run(group("count: 3, waveform: current, " + keys), hasSequence, timeUnit);
        }

        Map<Long, Stored> of(int sensor) {
            return store.computeIfAbsent(group.names().name(sensor), name -> new TreeMap<>());
        }

        /** Reading n of the first sensor, due n seconds after the start. Its value is n. */
        Measurement reading(long n) {
            Measurement reading = new Measurement(1);
            reading.sequence = n;
            reading.due = NOW + n * SECOND;
            reading.time = reading.due;
            reading.sent = reading.due + MILLI;
            reading.values[0] = n;
            return reading;
        }

        /** A reading was sent, acknowledged and stored. */
        void sendAndStore(long n, FaultKind... faults) {
            writer.acknowledged(send(reading(n), faults), NOW);
            store(n);
        }

        long send(Measurement reading, FaultKind... faults) {
            return writer.sent(0, reading, bits(faults));
        }

        void store(long n) {
            of(0).put(NOW + n * SECOND, new Stored(n, (double) n));
        }

        Report verify() throws IOException {
            writer.close();
            return verify(ledger.toByteArray(), sensor -> {});
        }

        Report verify(byte[] file, Consumer<SensorReport> sensors) throws IOException {
            Verification verification = new Verification(() -> new ByteArrayInputStream(file), HEAP, isArrival);
            store.forEach((name, points) -> {
                verification.series(name);
                points.forEach((time, point) -> verification.point(time, point.sequence(), point.values()));
            });
            return verification.finish(sensors);
        }
    }

    private static int bits(FaultKind... faults) {
        return Arrays.stream(faults).mapToInt(FaultKind::bit).sum();
    }

    private static Group group(String keys) {
        return FleetFile.read("fleet.yaml", "groups: {g: {%s}}".formatted(keys))
                .groups()
                .get(0);
    }

    private static Map<Finding, Long> findings(Report report) {
        return report.groups().get(0).findings();
    }

    @Test
    void a_store_with_everything_that_was_sent_is_explained() throws IOException {
        Run run = Run.of("qos: 1", true, MILLI);
        run.sendAndStore(0);
        run.sendAndStore(1, FaultKind.SPIKE);
        Report report = run.verify();
        assertEquals(Map.of(Finding.AS_SENT, 1L, Finding.FAULTY, 1L), findings(report));
        assertTrue(report.isExplained());
        assertTrue(report.isComplete());
        assertEquals(2, report.readings());
        assertEquals(1_000, report.groups().get(0).meanLatenessMicros());
        assertEquals(List.of(), report.examples());
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SENT")
    void a_reading_that_was_not_sent_is_an_explained_gap(Outcome outcome) throws IOException {
        Run run = Run.of("qos: 1", true, MILLI);
        run.writer.unsent(0, run.reading(0), 0, outcome);
        run.sendAndStore(1);
        Report report = run.verify();
        assertEquals(Map.of(Finding.AS_SENT, 1L, Finding.valueOf(outcome.name()), 1L), findings(report));
        assertTrue(report.isExplained());
    }

    @Test
    void a_malformed_reading_is_an_explained_gap_and_a_point_of_it_is_not() throws IOException {
        Run run = Run.of("qos: 1", true, MILLI);
        run.send(run.reading(0), FaultKind.MALFORMED);
        run.send(run.reading(1), FaultKind.MALFORMED);
        run.store(1);
        Report report = run.verify();
        assertEquals(Map.of(Finding.STORED_MALFORMED, 1L, Finding.MALFORMED, 2L), findings(report));
        assertEquals(1, report.unexplained(Subject.POINT));
        assertEquals(0, report.unexplained(Subject.GAP));
    }

    @ParameterizedTest
    @CsvSource({
        "0, false, , LOST, false",
        "0, false, RECONNECT_STORM, LOST_RECONNECTING, true",
        "1, false, , UNACKNOWLEDGED, true",
        "1, true, , LOST_ACKNOWLEDGED, false",
        "2, true, , LOST_ACKNOWLEDGED, false",
    })
    void a_reading_that_was_sent_and_is_lost_is_explained_if_nobody_promised_it(
            int qos, boolean isAcknowledged, FaultKind fault, Finding finding, boolean isExplained) throws IOException {
        Run run = Run.of("qos: " + qos, true, MILLI);
        long entry = fault == null ? run.send(run.reading(0)) : run.send(run.reading(0), fault);
        if (isAcknowledged) {
            run.writer.acknowledged(entry, NOW);
        }
        Report report = run.verify();
        assertEquals(Map.of(finding, 1L), findings(report));
        assertEquals(isExplained, report.isExplained());
        assertEquals(isExplained ? 0 : 1, report.unexplained(Subject.GAP));
        assertEquals(
                isExplained ? List.of() : List.of("g-1 reading 0 at 2026-01-01T00:00:00Z: " + finding.text()),
                report.examples());
    }

    @Test
    void a_reading_is_replaced_by_one_of_the_same_time() throws IOException {
        Run run = Run.of("qos: 1", true, MILLI);
        run.writer.acknowledged(run.send(run.reading(0)), NOW);
        Measurement slow = run.reading(1);
        slow.time -= SECOND;
        run.writer.acknowledged(run.send(slow, FaultKind.CLOCK_SKEW), NOW);
        run.of(0).put(NOW, new Stored(1, 1));
        Report report = run.verify();
        assertEquals(Map.of(Finding.FAULTY, 1L, Finding.OVERWRITTEN, 1L), findings(report));
    }

    @ParameterizedTest
    @CsvSource({"true, OTHER_VALUE", "false, OTHER_VALUE"})
    void a_point_with_another_value_is_unexplained_and_no_gap(boolean hasSequence, Finding finding) throws IOException {
        Run run = Run.of("qos: 1", hasSequence, MILLI);
        run.sendAndStore(0);
        run.of(0).put(NOW, new Stored(0, 0.5));
        Report report = run.verify();
        assertEquals(Map.of(finding, 1L), findings(report));
        assertFalse(report.isExplained());
    }

    @Test
    void a_point_with_another_time_is_unexplained() throws IOException {
        Run run = Run.of("qos: 1", true, MILLI);
        run.sendAndStore(0);
        run.of(0).clear();
        // A part of a millisecond is what an ingestor adds to keep times of equal readings apart.
        run.of(0).put(NOW + MILLI - 1, new Stored(0, 0));
        run.sendAndStore(1);
        run.of(0).remove(NOW + SECOND);
        run.of(0).put(NOW + SECOND + MILLI, new Stored(1, 1));
        assertEquals(Map.of(Finding.AS_SENT, 1L, Finding.OTHER_TIME, 1L), findings(run.verify()));
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void a_point_without_a_reading_is_unexplained(boolean hasSequence) throws IOException {
        Run run = Run.of("qos: 1", hasSequence, MILLI);
        run.sendAndStore(0);
        run.writer.unsent(0, run.reading(1), 0, Outcome.DROPOUT);
        run.store(1);
        run.store(2);
        run.store.computeIfAbsent("who", name -> new TreeMap<>()).put(NOW, new Stored(0, 0));
        Report report = run.verify();
        assertEquals(
                Map.of(
                        Finding.AS_SENT, 1L,
                        Finding.STORED_UNSENT, 1L,
                        Finding.NO_ENTRY, 1L,
                        Finding.DROPOUT, 1L),
                findings(report));
        assertEquals(1, report.otherPoints());
        assertEquals(3, report.unexplained(Subject.POINT));
        assertEquals(
                "who at 2026-01-01T00:00:00Z: stored for a sensor that is not in the ledger",
                report.examples().get(2));
    }

    @Test
    void a_number_below_0_has_no_reading_even_in_a_ledger_that_is_cut() throws IOException {
        Run run = Run.of("qos: 1", true, MILLI);
        run.of(0).put(NOW, new Stored(-2, 0));
        run.writer.flush();
        Report report = run.verify(cut(run), sensor -> {});
        assertEquals(Map.of(Finding.NO_ENTRY, 1L), findings(report));
    }

    @ParameterizedTest
    @CsvSource({
        "0, , REPEATED_UNASKED, 1",
        "0, DUPLICATE, REPEATED, 0",
        "1, , REPEATED, 0",
    })
    void a_reading_that_is_stored_twice_is_explained_by_qos_1_or_its_fault(
            int qos, FaultKind fault, Finding finding, int unexplained) throws IOException {
        Run run = Run.of("qos: " + qos, true, MILLI);
        run.isArrival = true;
        if (fault == null) {
            run.send(run.reading(0));
        } else {
            run.send(run.reading(0), fault);
        }
        run.of(0).put(NOW + 5 * MILLI, new Stored(0, 0));
        run.of(0).put(NOW + 6 * MILLI, new Stored(0, 0));
        run.writer.close();
        List<SensorReport> sensors = new ArrayList<>();
        Report report = run.verify(run.ledger.toByteArray(), sensors::add);
        assertEquals(Map.of(fault == null ? Finding.AS_SENT : Finding.FAULTY, 1L, finding, 1L), findings(report));
        assertEquals(new SensorReport("g", "g-1", 1, 0, unexplained, 1, 0, 5_000, 5_000), sensors.get(0));
        assertEquals(new SensorReport("g", "g-2", 0, 0, 0, 0, 0, 0, 0), sensors.get(1));
    }

    @Test
    void times_of_arrival_show_lateness_and_reordering() throws IOException {
        Run run = Run.of("qos: 1", true, 0);
        for (int n = 0; n < 4; n++) {
            run.send(run.reading(n));
        }
        run.of(0).put(NOW + 10 * MILLI, new Stored(0, 0));
        run.of(0).put(NOW + 2 * SECOND + 10 * MILLI, new Stored(2, 2));
        run.of(0).put(NOW + 2 * SECOND + 20 * MILLI, new Stored(1, 1));
        run.of(0).put(NOW + 3 * SECOND + 20 * MILLI, new Stored(3, 3));
        run.writer.close();
        List<SensorReport> sensors = new ArrayList<>();
        Report report = run.verify(run.ledger.toByteArray(), sensors::add);
        assertEquals(Map.of(Finding.AS_SENT, 4L), findings(report));
        assertEquals(new SensorReport("g", "g-1", 4, 0, 0, 0, 1, 265_000, 1_020_000), sensors.get(0));
        GroupReport group = report.groups().get(0);
        assertEquals(1, group.reordered());
        assertEquals(265_000, group.meanLatenessMicros());
        assertEquals(1_020_000, group.mostLatenessMicros());
        assertTrue(group.isArrival());
    }

    private static byte[] cut(Run run) throws IOException {
        run.writer.close();
        byte[] whole = run.ledger.toByteArray();
        return Arrays.copyOf(whole, whole.length - 12);
    }

    @ParameterizedTest
    @CsvSource({"true, 1000000", "false, 1000000", "true, 0", "false, 0"})
    void points_after_the_cut_end_of_a_ledger_are_explained(boolean hasSequence, long unit) throws IOException {
        Run run = Run.of("qos: 1", hasSequence, unit);
        run.sendAndStore(0);
        // Reading 1 is sent late, and lost with the end of the ledger, reading 2 is in it.
        run.sendAndStore(2);
        run.store(3);
        run.of(1).put(NOW + 4 * SECOND, new Stored(0, 0));
        byte[] ledger = cut(run);
        Report report = run.verify(ledger, sensor -> {});
        assertEquals(Map.of(Finding.AS_SENT, 2L, Finding.BEYOND_CUT, 2L), findings(report));
        assertFalse(report.isComplete());
        assertTrue(report.isExplained());
        if (hasSequence) {
            run.store(1);
            assertEquals(3, findings(run.verify(ledger, sensor -> {})).get(Finding.BEYOND_CUT));
        }
    }

    @Test
    void a_reading_that_the_ledger_lacks_is_an_unexplained_gap_and_a_point_of_it_is_unexplained() throws IOException {
        Run run = Run.of("qos: 1", true, MILLI);
        run.sendAndStore(0);
        run.sendAndStore(2);
        run.store(1);
        Report report = run.verify();
        assertEquals(Map.of(Finding.AS_SENT, 2L, Finding.NO_ENTRY, 1L, Finding.NOT_RECORDED, 1L), findings(report));
    }

    @Test
    void bare_values_are_joined_by_value_and_order() throws IOException {
        Run run = Run.of("qos: 0", false, 0);
        run.sendAndStore(0);
        run.send(run.reading(1), FaultKind.DUPLICATE);
        run.of(0).put(NOW + SECOND + MILLI, new Stored(-1, 1));
        run.of(0).put(NOW + SECOND + 2 * MILLI, new Stored(-1, 1));
        run.send(run.reading(2));
        Measurement late = run.reading(3);
        late.sent += 1_500 * MILLI;
        run.sendAndStore(4);
        run.send(late, FaultKind.LATE);
        run.of(0).put(late.sent, new Stored(-1, 3));
        Report report = run.verify();
        assertEquals(
                Map.of(Finding.AS_SENT, 2L, Finding.FAULTY, 2L, Finding.REPEATED, 1L, Finding.LOST, 1L),
                findings(report));
        assertEquals(1, report.groups().get(0).reordered());
        assertEquals(0, report.groups().get(0).ambiguous());
    }

    @Test
    void equal_bare_values_are_counted_as_ambiguous_and_copies_at_qos_1_are_found() throws IOException {
        Run run = Run.of("qos: 1", false, 0);
        for (int n = 0; n < 3; n++) {
            Measurement reading = run.reading(n);
            reading.values[0] = 7;
            run.send(reading);
            run.of(0).put(reading.sent, new Stored(-1, 7));
        }
        run.of(0).put(NOW + 2 * SECOND + 2 * MILLI, new Stored(-1, 7));
        run.of(0).put(NOW + 2 * SECOND + 3 * MILLI, new Stored(-1, 8));
        Report report = run.verify();
        assertEquals(Map.of(Finding.AS_SENT, 3L, Finding.REPEATED, 1L, Finding.NO_ENTRY, 1L), findings(report));
        assertEquals(3, report.groups().get(0).ambiguous());
    }

    /** More readings are lost than are looked through. */
    @Test
    void bare_values_are_joined_again_after_a_long_outage() throws IOException {
        Run run = Run.of("qos: 0", false, 0);
        for (int n = 0; n < 5_000; n++) {
            Measurement reading = run.reading(n);
            run.send(reading);
            if (n < 10 || n >= 4_000) {
                run.of(0).put(reading.sent, new Stored(-1, n));
            }
        }
        assertEquals(Map.of(Finding.AS_SENT, 1_010L, Finding.LOST, 3_990L), findings(run.verify()));
    }

    @Test
    void a_ledger_with_an_impossible_number_is_refused() throws IOException {
        Run run = Run.of("qos: 1", true, MILLI);
        Measurement reading = run.reading(0);
        reading.sequence = 1L << 40;
        run.send(reading);
        assertEquals(
                "is damaged: reading 1099511627776 is far from those before it",
                assertThrows(InvalidLedgerException.class, run::verify).getMessage());
        Run other = Run.of("qos: 1", true, MILLI);
        reading.sequence = 0;
        reading.sensor = 3;
        other.send(reading);
        assertEquals(
                "is damaged: a group has no sensor 3",
                assertThrows(InvalidLedgerException.class, other::verify).getMessage());
    }

    @Test
    void a_ledger_of_several_groups_is_reported_by_group() throws IOException {
        Fleet fleet = FleetFile.read(
                "fleet.yaml",
                "groups: {a: {waveform: current}, b: {metrics: {x: {waveform: current}, y: {waveform: current}}}}");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (LedgerWriter writer = new LedgerWriter(
                out,
                new LedgerHeader(
                        0,
                        "",
                        NOW,
                        fleet.groups().stream()
                                .map(group -> LedgerGroup.of(group, true, 0))
                                .toList()))) {
            for (int group = 0; group < 2; group++) {
                Measurement reading = new Measurement(group + 1);
                reading.due = NOW;
                reading.time = NOW;
                reading.values[group] = 5;
                writer.sent(group, reading, 0);
            }
        }
        Verification verification = new Verification(() -> new ByteArrayInputStream(out.toByteArray()), HEAP, false);
        assertEquals(NOW, verification.earliest());
        assertEquals(fleet.seed(), verification.header().seed());
        assertEquals("b", verification.series("b").orElseThrow().name());
        verification.point(NOW, 0, new double[] {0, 5});
        assertTrue(verification.series("c").isEmpty());
        assertEquals("a", verification.series("a").orElseThrow().name());
        verification.point(NOW, 0, new double[] {Double.NaN});
        Report report = verification.finish(sensor -> {});
        assertEquals(Map.of(Finding.OTHER_VALUE, 1L), report.groups().get(0).findings());
        assertEquals(Map.of(Finding.AS_SENT, 1L), report.groups().get(1).findings());
    }

    /** Whether payloads carry a number, and whether they carry a time. */
    enum Carried {
        BOTH,
        SEQUENCE,
        TIME,
        NOTHING
    }

    private static final String FAULTS =
            "[dropout: {rate: 0.02}, stuck: {rate: 0.02, for: 3}, spike: {rate: 0.02, by: 5},"
                    + " drift: {every: 30, for: 5, per_hour: 100}, offset: {rate: 0.01, for: 3, by: 1},"
                    + " noise: {rate: 0.05, deviation: 1}, late: {rate: 0.05, by: 2500ms}, duplicate: {rate: 0.05},"
                    + " malformed: {rate: 0.05}, clock_skew: {rate: 0.02, for: 4, by: -2}, clock_skew: {rate: 0.02, by: 1h},"
                    + " disconnect: {rate: 0.005, for: 5}, reconnect_storm: {every: 20}]";

    /** A run of 5 sensors for 200 s, stored as an ingestor would. */
    private static Run run(Carried carried, int qos, Random random) throws IOException {
        Group group = group("count: 5, qos: %d, jitter: 300ms, waveform: {gaussian: {deviation: 9}}, faults: %s"
                .formatted(qos, FAULTS));
        long unit = carried == Carried.BOTH || carried == Carried.TIME ? MILLI : 0;
        Run run = new Run(group, carried == Carried.BOTH || carried == Carried.SEQUENCE, unit);
        GroupFaults faults = new GroupFaults(group, random.nextLong(), START);
        Effects effects = new Effects();
        Turns turns = Turns.of(group, random.nextLong(), START);
        for (int i = 0; i < 5 * 200; i++, turns.next()) {
            Measurement reading = new Measurement(1);
            reading.sensor = turns.sensor();
            reading.sequence = turns.step();
            reading.due = turns.due();
            reading.time = turns.due();
            reading.values[0] = group.metrics().get(0).waveform().at(turns.sensor(), turns.step(), 0);
            faults.apply(reading, effects);
            reading.sent = reading.due + effects.delay + random.nextInt(3_000_000);
            if (!effects.isSent) {
                run.writer.unsent(
                        0,
                        reading,
                        effects.kinds,
                        FaultKind.DROPOUT.isIn(effects.kinds) ? Outcome.DROPOUT : Outcome.DISCONNECT);
                continue;
            }
            long entry = run.writer.sent(0, reading, effects.kinds);
            if (qos > 0) {
                run.writer.acknowledged(entry, reading.sent + 100_000);
            }
            if (!effects.isMalformed) {
                Stored point = new Stored(reading.sequence, reading.values.clone());
                long arrival = reading.sent + 200_000 + random.nextInt(100_000);
                run.of(reading.sensor).put(unit == 0 ? arrival : Math.floorDiv(reading.time, unit) * unit, point);
                if (unit == 0 && (effects.isTwice || qos > 0 && random.nextInt(50) == 0)) {
                    run.of(reading.sensor).put(arrival + 300_000, point);
                }
            }
        }
        return run;
    }

    @Property(tries = 60)
    void a_run_with_faults_of_all_kinds_is_explained(
            @ForAll Carried carried, @ForAll @IntRange(max = 1) int qos, @ForAll long seed) throws IOException {
        Report report = run(carried, qos, new Random(seed)).verify();
        assertEquals(0, report.unexplained(Subject.POINT), () -> report.toString());
        assertEquals(0, report.unexplained(Subject.GAP), () -> report.toString());
        assertTrue(findings(report).keySet().size() >= 3, () -> report.toString());
        assertEquals(1_000, report.groups().get(0).readings());
        // Each reading is one finding, and so is each repeated point.
        assertEquals(
                1_000,
                findings(report).entrySet().stream()
                        .filter(found -> found.getKey() != Finding.REPEATED)
                        .mapToLong(Map.Entry::getValue)
                        .sum());
    }

    @Property(tries = 60)
    void one_point_that_is_removed_added_or_changed_is_found(
            @ForAll Carried carried, @ForAll @IntRange(max = 2) int tampering, @ForAll long seed) throws IOException {
        Random random = new Random(seed);
        Run run = run(carried, 1, random);
        Map<Long, Stored> points = run.of(random.nextInt(5));
        List<Long> times = List.copyOf(points.keySet());
        // The only point of its reading and of its value: of equal values, one more or less cannot be told.
        long time = times.stream()
                .skip(random.nextInt(times.size() / 2))
                .filter(each -> points.values().stream()
                                .filter(other -> other.sequence()
                                                == points.get(each).sequence()
                                        || other.values()[0] == points.get(each).values()[0])
                                .count()
                        == 1)
                .findFirst()
                .orElseThrow();
        Stored point = points.get(time);
        switch (tampering) {
            case 0 -> points.remove(time);
            case 1 -> points.put(time + 137 * MILLI, new Stored(1_000_000, 0.123));
            default -> points.put(time, new Stored(point.sequence(), 0.123));
        }
        Report report = run.verify();
        assertFalse(report.isExplained());
        assertEquals(tampering == 0 ? 0 : 1, report.unexplained(Subject.POINT), report::toString);
        // Without a number and a time, a value that was changed is a point too many and a reading too few. A reading
        // that was replaced
        // by one that is gone is lost with it.
        long gaps = report.unexplained(Subject.GAP);
        boolean isGap = tampering == 0 || tampering == 2 && carried == Carried.NOTHING;
        assertTrue(isGap ? gaps >= 1 && gaps <= 3 : gaps == 0, report::toString);
        assertFalse(report.examples().isEmpty());
    }

    @Test
    void a_million_readings_take_seconds() throws IOException {
        Group group = group("count: 10000, qos: 1, waveform: current");
        Run run = new Run(group, true, MILLI);
        Turns turns = Turns.of(group, 1, START);
        Measurement reading = new Measurement(1);
        for (int i = 0; i < 1_000_000; i++, turns.next()) {
            reading.sensor = turns.sensor();
            reading.sequence = turns.step();
            reading.due = turns.due();
            reading.time = turns.due();
            reading.sent = turns.due() + i % 5_000;
            reading.values[0] = i;
            run.writer.acknowledged(run.writer.sent(0, reading, 0), reading.sent);
        }
        run.writer.close();
        byte[] ledger = run.ledger.toByteArray();
        long begin = System.nanoTime();
        Verification verification = new Verification(() -> new ByteArrayInputStream(ledger), HEAP, false);
        double[] values = new double[1];
        for (int sensor = 0; sensor < 10_000; sensor++) {
            verification.series(group.names().name(sensor));
            for (int n = 0; n < 100; n++) {
                values[0] = n * 10_000 + sensor;
                long due = NOW + n * SECOND + sensor * 100_000L;
                verification.point(Math.floorDiv(due, MILLI) * MILLI, n, values);
            }
        }
        Report report = verification.finish(each -> {});
        assertEquals(Map.of(Finding.AS_SENT, 1_000_000L), findings(report));
        assertTrue(System.nanoTime() - begin < Duration.ofSeconds(20).toNanos(), "slow");
    }

    /** The store is asked from this time on. */
    @Test
    void the_earliest_time_is_that_of_a_payload_which_has_no_nanoseconds() throws IOException {
        Fleet fleet = FleetFile.read("fleet.yaml", "groups: {a: {waveform: current}}");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (LedgerWriter writer = new LedgerWriter(
                out,
                new LedgerHeader(
                        0, "", NOW, List.of(LedgerGroup.of(fleet.groups().get(0)))))) {
            Measurement reading = new Measurement(1);
            reading.due = NOW + 5;
            reading.time = NOW - 2_000_000_000 + 999_999;
            writer.sent(0, reading, 0);
        }
        Verification verification = new Verification(() -> new ByteArrayInputStream(out.toByteArray()), HEAP, false);
        assertEquals(NOW - 2_000_000_000, verification.earliest());
    }
}
