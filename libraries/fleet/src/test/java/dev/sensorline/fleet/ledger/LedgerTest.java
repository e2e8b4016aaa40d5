package dev.sensorline.fleet.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.sensorline.fleet.Fleet;
import dev.sensorline.fleet.Group;
import dev.sensorline.fleet.Measurement;
import dev.sensorline.fleet.Metric;
import dev.sensorline.fleet.Turns;
import dev.sensorline.fleet.file.FleetFile;
import dev.sensorline.fleet.payload.Bytes;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What is written into a ledger is read from it. */
class LedgerTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final long NOW = START.getEpochSecond() * 1_000_000_000;
    private static final String HASH = LedgerHeader.hashOf("abc");

    private static final Fleet FLEET = FleetFile.read("fleet.yaml", """
            seed: 7
            groups:
              hall: {name: 'press-{n}', count: 1000, qos: 1, format: {template: {text: '{value}'}}, waveform: {gaussian: {deviation: 5}}, decimals: 2}
              lab: {count: 3, jitter: 1, metrics: {a: {waveform: temperature}, b: {waveform: pressure, decimals: 0}}}
            """);
    private static final LedgerHeader HEADER = header(FLEET);

    private static LedgerHeader header(Fleet fleet) {
        return new LedgerHeader(
                fleet.seed(),
                HASH,
                NOW,
                fleet.groups().stream()
                        .map(group -> LedgerGroup.of(group, true, 1_000_000))
                        .toList());
    }

    private static Measurement reading(int group) {
        Measurement reading =
                new Measurement(FLEET.groups().get(group).metrics().size());
        reading.due = NOW;
        reading.time = NOW;
        reading.sent = NOW;
        return reading;
    }

    private static List<String> texts(byte[] ledger) throws IOException {
        List<String> texts = new ArrayList<>();
        try (LedgerReader reader = new LedgerReader(new ByteArrayInputStream(ledger))) {
            while (reader.next()) {
                LedgerEntry entry = reader.entry();
                texts.add(
                        entry.isAcknowledgement
                                ? "ack %d %d".formatted(entry.number, entry.acknowledged - NOW)
                                : text(
                                        entry.number,
                                        entry.group,
                                        entry.sensor,
                                        entry.sequence,
                                        entry.due,
                                        entry.time,
                                        entry.sent,
                                        entry.outcome,
                                        entry.faults,
                                        Arrays.copyOf(
                                                entry.values,
                                                reader.header()
                                                        .groups()
                                                        .get(entry.group)
                                                        .metrics()
                                                        .size())));
            }
            texts.add(reader.isComplete() ? "complete" : "cut");
        }
        return texts;
    }

    private static String text(
            long number,
            int group,
            int sensor,
            long sequence,
            long due,
            long time,
            long sent,
            Outcome outcome,
            int faults,
            double[] values) {
        return "%d: %d/%d/%d due %d time %d %s %d faults %x %s"
                .formatted(
                        number,
                        group,
                        sensor,
                        sequence,
                        due - NOW,
                        time - NOW,
                        outcome.key(),
                        outcome == Outcome.SENT ? Math.floorDiv(sent, 1_000) * 1_000 - NOW : 0,
                        faults,
                        Arrays.toString(values));
    }

    /** Whatever order, time and value: nothing of a prediction must be taken for granted. */
    @Property(tries = 200)
    void everything_that_is_written_is_read(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        List<String> expected = new ArrayList<>();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (LedgerWriter writer = new LedgerWriter(out, HEADER)) {
            long entries = 0;
            for (int i = 0; i < 300; i++) {
                int group = random.nextInt(2);
                Measurement reading = reading(group);
                reading.sensor =
                        random.nextInt(FLEET.groups().get(group).names().count());
                reading.sequence = random.nextBoolean() ? i : random.nextLong() >>> 1;
                reading.due = NOW + (random.nextBoolean() ? i * 1_001L : random.nextLong() >> 8);
                reading.time = reading.due + (random.nextInt(4) == 0 ? random.nextInt() : 0);
                reading.sent = NOW + (random.nextInt(20) == 0 ? random.nextLong() >> 8 : i * 1_234L);
                for (int m = 0; m < reading.values.length; m++) {
                    // Decimals, as a waveform gives and a payload has them, or any bits.
                    reading.values[m] = group == 0 && random.nextInt(10) > 0
                            ? random.nextInt(1 << 20) / 100.0
                            : random.nextGaussian() * Math.pow(2, group == 0 || m == 1 ? 60 + random.nextInt(900) : 0);
                }
                int faults = random.nextInt(3) == 0 ? random.nextInt(1 << 12) : 0;
                Outcome outcome = Outcome.values()[random.nextInt(3) == 0 ? random.nextInt(6) : 0];
                expected.add(text(
                        entries,
                        group,
                        reading.sensor,
                        reading.sequence,
                        reading.due,
                        reading.time,
                        reading.sent,
                        outcome,
                        faults,
                        sent(group, reading.values)));
                if (outcome == Outcome.SENT) {
                    assertEquals(entries, writer.sent(group, reading, faults));
                } else {
                    writer.unsent(group, reading, faults, outcome);
                }
                entries++;
                if (random.nextBoolean()) {
                    long entry = Math.floorMod(random.nextLong(), entries);
                    long at = Math.floorDiv(NOW + random.nextInt(), 1_000L) * 1_000;
                    writer.acknowledged(entry, at);
                    expected.add("ack %d %d".formatted(entry, at - NOW));
                }
                if (random.nextInt(50) == 0) {
                    writer.flush();
                }
            }
        }
        expected.add("complete");
        assertEquals(expected, texts(out.toByteArray()));
    }

    /** The values of the texts in the payload. */
    private static double[] sent(int group, double[] values) {
        double[] sent = new double[values.length];
        for (int i = 0; i < sent.length; i++) {
            Bytes text = new Bytes();
            text.appendText(FLEET.groups().get(group).metrics().get(i), values[i]);
            sent[i] = Double.parseDouble(new String(text.copy(), StandardCharsets.US_ASCII));
        }
        return sent;
    }

    @Test
    void readings_that_are_skipped_after_seconds_share_a_block_with_those_that_are_sent() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (LedgerWriter writer = new LedgerWriter(out, HEADER)) {
            for (int i = 0; i < 1_000; i++) {
                Measurement reading = reading(0);
                reading.sequence = i;
                reading.due = NOW + i * 1_000L;
                reading.sent = reading.due + 10_000_000_000L;
                if (i % 2 == 0) {
                    writer.sent(0, reading, 0);
                } else {
                    writer.unsent(0, reading, 0, Outcome.TOO_LATE);
                }
            }
        }
        // A block for each would take another 20 bytes.
        assertTrue(out.size() < 12_000, "bytes: " + out.size());
        assertEquals(1_001, texts(out.toByteArray()).size());
    }

    @Test
    void the_header_says_seed_hash_start_and_groups() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new LedgerWriter(out, HEADER).close();
        LedgerHeader header = new LedgerReader(new ByteArrayInputStream(out.toByteArray())).header();
        assertEquals(HEADER, header);
        // FIPS 180-2, B.1.
        assertEquals("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", header.hash());
        assertEquals("template", header.groups().get(0).format());
        assertEquals("json", header.groups().get(1).format());
        assertEquals(List.of("complete"), texts(out.toByteArray()));
    }

    /** The value of the payload's text, not the one that was rounded for it. */
    @ParameterizedTest
    @CsvSource({
        "21.567, 21.57",
        "-0.001, 0",
        "1e300, 1e300",
        "0.125, 0.12",
        "-90.005, -90.0",
        "90071992547409.91, 90071992547409.91"
    })
    void a_value_is_that_of_the_text_that_was_sent(double value, double read) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (LedgerWriter writer = new LedgerWriter(out, HEADER)) {
            Measurement reading = reading(0);
            reading.values[0] = value;
            writer.sent(0, reading, 0);
        }
        LedgerReader reader = new LedgerReader(new ByteArrayInputStream(out.toByteArray()));
        assertTrue(reader.next());
        assertEquals(read, reader.entry().values[0]);
        Bytes text = new Bytes();
        text.appendText(FLEET.groups().get(0).metrics().get(0), value);
        assertEquals(Double.parseDouble(new String(text.copy(), StandardCharsets.US_ASCII)), reader.entry().values[0]);
    }

    /** One metric, with its acknowledgement, sent 2 to 4 ms after it was due, with one fault in a hundred readings. */
    @ParameterizedTest
    @CsvSource({
        "1, 2, 0s, 9",
        "0, 2, 0s, 7",
        "0, -1, 0s, 12",
        "1, 2, 500ms, 14",
    })
    void a_reading_takes_a_dozen_bytes_and_one_with_jitter_two_more(int qos, int decimals, String jitter, double most)
            throws IOException {
        Fleet fleet = FleetFile.read(
                "fleet.yaml",
                "groups: {g: {count: 10000, qos: %d, jitter: %s, waveform: {gaussian: {mean: 20, deviation: 2}}%s}}"
                        .formatted(qos, jitter, decimals == Metric.SHORTEST ? "" : ", decimals: " + decimals));
        Group group = fleet.groups().get(0);
        Turns turns = Turns.of(group, fleet.seed(), START);
        Random random = new Random(1);
        Measurement reading = new Measurement(1);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int readings = 200_000;
        try (LedgerWriter writer = new LedgerWriter(out, header(fleet))) {
            for (int i = 0; i < readings; i++) {
                reading.sensor = turns.sensor();
                reading.sequence = turns.step();
                reading.due = turns.due();
                reading.time = turns.due();
                reading.sent = turns.due() + 2_000_000 + random.nextInt(2_000_000);
                reading.values[0] = group.metrics()
                        .get(0)
                        .waveform()
                        .at(group.seedOf(turns.sensor(), fleet.seed()), turns.step(), turns.due());
                long entry = writer.sent(0, reading, i % 100 == 0 ? 1 << (i / 100 % 12) : 0);
                if (qos > 0) {
                    writer.acknowledged(entry, reading.sent + random.nextInt(300_000));
                }
                turns.next();
            }
        }
        double bytes = (double) out.size() / readings;
        assertTrue(bytes <= most, () -> bytes + " bytes a reading");
    }

    private static byte[] twoBlocks() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (LedgerWriter writer = new LedgerWriter(out, HEADER)) {
            writer.sent(0, reading(0), 0);
            writer.flush();
            writer.sent(0, reading(0), 0);
            writer.sent(1, reading(1), 0);
        }
        return out.toByteArray();
    }

    @Test
    void a_ledger_that_is_cut_loses_its_last_block_and_says_so() throws IOException {
        byte[] whole = twoBlocks();
        List<String> all = texts(whole);
        assertEquals(4, all.size());
        int header = headerSize();
        List<Integer> read = new ArrayList<>();
        for (int size = header; size < whole.length; size++) {
            List<String> left = texts(Arrays.copyOf(whole, size));
            assertEquals("cut", left.get(left.size() - 1));
            assertEquals(all.subList(0, left.size() - 1), left.subList(0, left.size() - 1));
            read.add(left.size() - 1);
        }
        assertEquals(List.of(0, 1, 3), read.stream().distinct().toList());
    }

    /** A torn page: the file has its length, but not its content. */
    @Test
    void a_last_block_of_wrong_bytes_is_cut_off() throws IOException {
        byte[] whole = twoBlocks();
        byte[] torn = Arrays.copyOf(whole, whole.length - 12);
        torn[torn.length - 1] ^= 1;
        assertEquals(List.of(texts(whole).get(0), "cut"), texts(torn));
    }

    @Test
    void a_ledger_that_is_damaged_before_its_end_is_refused() throws IOException {
        byte[] whole = twoBlocks();
        byte[] damaged = whole.clone();
        damaged[headerSize() + 10] ^= 1;
        assertEquals("is damaged in block 1", refusal(damaged));
        damaged = whole.clone();
        damaged[headerSize()] = 0x7f;
        assertEquals("is damaged in block 1", refusal(damaged));
    }

    @Test
    void another_file_is_refused() throws IOException {
        assertEquals("is no ledger", refusal("{\"value\": 1}".getBytes(UTF_8)));
        assertEquals("is no ledger", refusal(new byte[0]));
        byte[] newer = twoBlocks();
        newer[7] = 2;
        assertEquals("has format version 2: version 1 can be read", refusal(newer));
        assertEquals("ends within its header", refusal(Arrays.copyOf(newer, 7)));
        byte[] damaged = twoBlocks();
        // Behind magic number, version, seed, hash and start.
        damaged[7 + 1 + 8 + 2 + HASH.length() + 8] = -1;
        assertEquals("has a damaged header", refusal(damaged));
    }

    private static String refusal(byte[] ledger) {
        return assertThrows(InvalidLedgerException.class, () -> texts(ledger)).getMessage();
    }

    private static int headerSize() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new LedgerWriter(out, HEADER).close();
        // The end is a length of 0 and the number of entries.
        return out.size() - 12;
    }

    /** An output that the test holds up. */
    private static final class SlowOutput extends OutputStream {

        private final ByteArrayOutputStream written = new ByteArrayOutputStream();
        private final AtomicBoolean isHeld = new AtomicBoolean();
        private final CountDownLatch released = new CountDownLatch(1);

        @Override
        public void write(int octet) {
            written.write(octet);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            if (isHeld.get()) {
                try {
                    released.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
            written.write(bytes, from, count);
        }
    }

    @Test
    void who_is_faster_than_the_disk_waits_and_loses_nothing() throws Exception {
        SlowOutput out = new SlowOutput();
        int count = 100_000;
        LedgerWriter writer = new LedgerWriter(out, HEADER);
        out.isHeld.set(true);
        Thread generator = new Thread(() -> {
            Measurement reading = reading(1);
            for (int i = 0; i < count; i++) {
                reading.sequence = i;
                reading.values[0] = i;
                writer.sent(1, reading, 0);
            }
        });
        generator.start();
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            while (generator.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
        });
        out.released.countDown();
        generator.join();
        assertTrue(writer.waits() > 0);
        writer.close();
        assertEquals(count + 1, texts(out.written.toByteArray()).size());
    }

    @Test
    void a_block_that_spans_a_second_is_passed_on() throws Exception {
        SlowOutput out = new SlowOutput();
        try (LedgerWriter writer = new LedgerWriter(out, HEADER)) {
            int header = out.written.size();
            Measurement reading = reading(0);
            writer.sent(0, reading, 0);
            reading.sent += 999_000_000;
            writer.sent(0, reading, 0);
            assertEquals(header, out.written.size());
            reading.sent += 1_000_000;
            writer.sent(0, reading, 0);
            assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
                while (out.written.size() == header) {
                    Thread.onSpinWait();
                }
            });
        }
        assertEquals(4, texts(out.written.toByteArray()).size());
    }

    @Test
    void a_disk_that_is_full_is_reported_to_the_caller_and_at_the_end() throws Exception {
        AtomicBoolean isFull = new AtomicBoolean();
        LedgerWriter writer = new LedgerWriter(
                new OutputStream() {
                    @Override
                    public void write(int octet) throws IOException {
                        if (isFull.get()) {
                            throw new IOException("No space left on device");
                        }
                    }
                },
                HEADER);
        isFull.set(true);
        Measurement reading = reading(0);
        assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> assertThrows(UncheckedIOException.class, () -> {
                    while (true) {
                        writer.sent(0, reading, 0);
                        writer.flush();
                    }
                }));
        assertEquals(
                "No space left on device",
                assertThrows(IOException.class, writer::close).getMessage());
    }

    @Test
    void numbers_take_their_whole_range() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (LedgerWriter writer = new LedgerWriter(out, HEADER)) {
            Measurement reading = reading(1);
            reading.sequence = Long.MAX_VALUE;
            reading.values[0] = Double.MIN_VALUE;
            reading.values[1] = -Double.MAX_VALUE;
            writer.sent(1, reading, 0);
        }
        LedgerReader reader = new LedgerReader(new ByteArrayInputStream(out.toByteArray()));
        assertTrue(reader.next());
        assertEquals(Long.MAX_VALUE, reader.entry().sequence);
        assertArrayEquals(new double[] {Double.MIN_VALUE, -Double.MAX_VALUE}, reader.entry().values);
        assertFalse(reader.next());
    }
}
