package dev.sensorline.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.sensorline.servers.SensorSummary;

class TableTest {

    private static final List<ReferenceSensor> SENSORS =
            List.of(new ReferenceSensor("T1", "temperature", 2), new ReferenceSensor("C1", "current", 2));

    @Test
    void shows_last_value_count_rate_and_age_of_each_sensor() {
        Table table = new Table(SENSORS);
        table.render(List.of(new SensorSummary("T1", 2, 25.1, 3_500_000_000L)), 4_000_000_000L);
        assertEquals(
                List.of(
                        "sensor             measures              last value   points   points/s      age",
                        "T1                 temperature            25.437700       10       0.50    1.5 s",
                        "C1                 current                        -        0          -        -"),
                table.render(List.of(new SensorSummary("T1", 10, 25.4377, 19_500_000_000L)), 21_000_000_000L));
    }

    @Test
    void only_a_terminal_is_overwritten() {
        assertEquals("\u001b[2Ka\n\u001b[2Kb\n\u001b[2A\u001b[2Kc\n\u001b[2Kd\n", shownOn(true));
        assertEquals("a\nb\nc\nd\n", shownOn(false));
    }

    private static String shownOn(boolean isTerminal) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Screen screen = new Screen(new PrintStream(bytes, true, StandardCharsets.UTF_8), isTerminal);
        screen.show(List.of("a", "b"));
        screen.show(List.of("c", "d"));
        return bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
    }
}
