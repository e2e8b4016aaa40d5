package dev.sensorline.fleet.file;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

import dev.sensorline.fleet.Command;
import dev.sensorline.fleet.Fault;

/** Reads commands: an object of JSON, or of YAML, with at least one key. Thread-safe. */
public final class CommandText {

    private static final int MOST_FAULTS = 100;

    private static final Key<Duration> PERIOD =
            Key.optional("period", "time between two readings of a sensor", Length.atLeast(Duration.ofMillis(1)));
    private static final Key<Boolean> ON = Key.optional("on", "whether readings are sent", Choice.FLAG);
    private static final Key<Map<String, Boolean>> FAULTS = Key.optional(
            "faults", "which kinds of faults happen", new MapOf<>(GroupShape.NAME, Choice.FLAG, MOST_FAULTS), Map.of());
    private static final Key<Fault> FAULT =
            Key.optional("fault", "a fault that happens from now on", FaultShapes.FAULT);
    private static final Key<Boolean> REBIRTH =
            Key.optional("rebirth", "whether births are sent again", Choice.FLAG, false);

    private static final Shape<Command> COMMAND = Keys.of(
            values -> new Command(
                    values.find(PERIOD), values.find(ON), values.get(FAULTS), values.find(FAULT), values.get(REBIRTH)),
            PERIOD,
            ON,
            FAULTS,
            FAULT,
            REBIRTH);

    private CommandText() {}

    /**
     * Reads a command.
     *
     * @param source its name in problems
     * @throws InvalidFleetException with all problems, if the text is none
     */
    public static Command read(String source, String text) {
        Findings findings = new Findings(source);
        Optional<Command> command =
                FleetFile.tree(text, findings).flatMap(root -> COMMAND.read(new Place(root, "", ""), findings));
        return command.orElseThrow(() -> new InvalidFleetException(findings.problems()));
    }
}
