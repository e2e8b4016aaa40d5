package dev.sensorline.fleet.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import dev.sensorline.fleet.Command;
import dev.sensorline.fleet.Fault;

/** Commands to sensors. */
class CommandTextTest {

    @Test
    void a_command_is_an_object_of_json() {
        assertEquals(
                new Command(
                        Optional.of(Duration.ofMillis(250)),
                        Optional.of(false),
                        Map.of("spike", true, "drift", false),
                        Optional.of(new Fault.Spike(new Fault.AtRandom(0.2, Duration.ZERO), 50)),
                        true),
                CommandText.read(
                        "command",
                        "{\"period\": \"250ms\", \"on\": false, \"faults\": {\"spike\": true, \"drift\": false}, \"fault\": {\"spike\": {\"rate\": 0.2, \"by\": 50}}, \"rebirth\": true}"));
        assertEquals(
                new Command(Optional.empty(), Optional.empty(), Map.of(), Optional.empty(), false),
                CommandText.read("command", "{}"));
    }

    @Test
    void all_problems_of_a_command_are_reported() {
        InvalidFleetException refused = assertThrows(
                InvalidFleetException.class, () -> CommandText.read("command", "{\"period\": -1, \"on\": 3}"));
        assertEquals(2, refused.problems().size());
        assertThrows(InvalidFleetException.class, () -> CommandText.read("command", ""));
        assertThrows(InvalidFleetException.class, () -> CommandText.read("command", "[1]"));
    }
}
