package dev.sensorline.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.Optional;

import org.junit.jupiter.api.Test;

/** What a run prints, on a terminal and elsewhere. */
class FleetOutputTest {

    private static final String DELETED = "\r\u001b[2K";

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    private FleetOutput output(boolean isForMachines, boolean isTerminal) {
        return new FleetOutput(
                isForMachines, isTerminal, "localhost:1883", Optional.empty(), new PrintStream(printed, true, UTF_8));
    }

    @Test
    void a_terminal_has_one_live_line_and_the_result_in_its_place() {
        FleetOutput output = output(false, true);
        output.progress("10 sensors");
        output.progress("20 sensors");
        output.result("met\nall", "{}");
        assertEquals(DELETED + "10 sensors" + DELETED + "20 sensors" + DELETED + "met\nall\n", printed.toString(UTF_8));
    }

    @Test
    void without_a_terminal_there_is_the_result_only() {
        FleetOutput output = output(false, false);
        output.progress("10 sensors");
        output.result("met", "{}");
        assertEquals("met\n", printed.toString(UTF_8));
    }

    @Test
    void for_machines_there_is_an_object_of_json() {
        output(true, false).result("met", "{}");
        assertEquals("{}\n", printed.toString(UTF_8));
    }
}
