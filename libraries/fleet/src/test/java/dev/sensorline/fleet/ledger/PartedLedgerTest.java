package dev.sensorline.fleet.ledger;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import dev.sensorline.fleet.Fleet;
import dev.sensorline.fleet.Measurement;
import dev.sensorline.fleet.file.FleetFile;

/** A ledger that goes over a topic and is recorded there: the messages one after the other. */
class PartedLedgerTest {

    private static final int READINGS = 20_000;

    private static LedgerHeader header;
    private static List<byte[]> parts;

    /** The parts of a ledger with acknowledgements. */
    private static final class Parts implements PartedOutput.Sink {

        final List<byte[]> taken = new ArrayList<>();
        boolean isClosed;

        @Override
        public void accept(byte[] part) {
            taken.add(part);
        }

        @Override
        public void close() {
            isClosed = true;
        }
    }

    @BeforeAll
    static void write() throws IOException {
        Fleet fleet = FleetFile.read("fleet.yaml", "groups: {a: {count: 100, qos: 1, waveform: current}}");
        header = new LedgerHeader(
                7, "", 0, fleet.groups().stream().map(LedgerGroup::of).toList());
        parts = parts(1);
        assertTrue(parts.size() > 5, () -> parts.size() + " parts");
    }

    private static List<byte[]> parts(long run) throws IOException {
        Parts sink = new Parts();
        try (LedgerWriter writer = new LedgerWriter(new PartedOutput(sink, run), header)) {
            Measurement reading = new Measurement(1);
            for (int i = 0; i < READINGS; i++) {
                reading.sensor = i % 100;
                reading.sequence = i / 100;
                reading.values[0] = Math.sin(i);
                writer.acknowledged(writer.sent(0, reading, 0), 1_000);
            }
        }
        assertTrue(sink.isClosed);
        return sink.taken;
    }

    private static byte[] joined(List<byte[]> messages, String separator) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] message : messages) {
            out.writeBytes(message);
            out.writeBytes(separator.getBytes(US_ASCII));
        }
        return out.toByteArray();
    }

    /** How many entries and acknowledgements there are, and whether the end is. */
    private static String read(byte[] recording) throws IOException {
        long entries = 0;
        long acknowledgements = 0;
        try (LedgerReader reader = new LedgerReader(new ByteArrayInputStream(recording))) {
            assertEquals(header, reader.header());
            while (reader.next()) {
                if (reader.entry().isAcknowledgement) {
                    acknowledgements++;
                } else {
                    assertEquals(entries, reader.entry().number);
                    entries++;
                }
            }
            return entries + " " + acknowledgements + (reader.isComplete() ? " complete" : " cut");
        }
    }

    private static final String ALL = READINGS + " " + READINGS + " complete";

    private static List<byte[]> without(int number) {
        List<byte[]> some = new ArrayList<>(parts);
        some.remove(number);
        return some;
    }

    private static String refusal(List<byte[]> messages) {
        return assertThrows(InvalidLedgerException.class, () -> read(joined(messages, "")))
                .getMessage();
    }

    @Test
    void messages_one_after_the_other_are_the_ledger() throws IOException {
        assertEquals(ALL, read(joined(parts, "")));
    }

    @Test
    void each_message_may_be_a_line() throws IOException {
        assertEquals(ALL, read(joined(parts, "\n")));
    }

    @Test
    void messages_that_come_again_are_left_out() throws IOException {
        List<byte[]> repeated = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            repeated.add(parts.get(i));
            if (i % 2 == 1) { // What was in flight when a connection was lost.
                repeated.add(parts.get(i - 1));
                repeated.add(parts.get(i));
            }
        }
        assertEquals(ALL, read(joined(repeated, "")));
    }

    @Test
    void a_message_that_was_not_recorded_is_named() {
        assertEquals("has no part 3: it was not recorded", refusal(without(3)));
    }

    @Test
    void a_recording_that_begins_after_the_run_is_refused() {
        assertEquals("begins with part 1: the recording must begin before the run", refusal(without(0)));
    }

    @Test
    void a_recording_of_several_runs_is_refused() throws IOException {
        List<byte[]> both = new ArrayList<>(parts.subList(0, parts.size() - 1));
        both.addAll(parts(2));
        assertEquals("has parts of several runs: record each run into a file of its own", refusal(both));
    }

    @Test
    void bytes_that_are_no_part_are_named() {
        List<byte[]> damaged = new ArrayList<>(parts);
        damaged.add(2, new byte[100]);
        assertEquals("is damaged behind part 1", refusal(damaged));
    }

    @Test
    void a_recording_that_was_cut_is_read_up_to_there() throws IOException {
        byte[] whole = joined(parts, "");
        int header = parts.get(0).length;
        int last = whole.length - parts.get(parts.size() - 1).length;
        for (int length : new int[] {header, header + 1, header + 20, header + 40, last - 1, last, last + 1}) {
            assertTrue(read(Arrays.copyOf(whole, length)).endsWith(" cut"), () -> "of " + length);
        }
        assertEquals(READINGS + " " + READINGS + " cut", read(Arrays.copyOf(whole, whole.length - 1)));
        assertEquals(
                "ends within its header",
                assertThrows(InvalidLedgerException.class, () -> read(Arrays.copyOf(whole, parts.get(0).length - 1)))
                        .getMessage());
    }
}
