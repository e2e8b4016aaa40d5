package dev.sensorline.fleet.file;

import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.schema.CoreSchema;

import dev.sensorline.fleet.Fleet;
import dev.sensorline.fleet.Group;

/** Reads fleets from files of YAML 1.2, with the core schema of types. Thread-safe. */
public final class FleetFile {

    /** A waveform of waveforms, as deep as they may be, takes three levels for each, and the file some around them. */
    private static final int DEEPEST = 3 * Findings.DEEPEST + 8;

    private static final int MOST_ALIASES = 1_000;
    private static final int MOST_GROUPS = 1_000;

    private static final Key<Long> SEED = Key.optional(
            "seed", "the same seed gives the same readings", new Whole(Long.MIN_VALUE, Long.MAX_VALUE), 0L);
    private static final Key<Map<String, Group>> GROUPS = Key.required(
            "groups", "groups of sensors, by name", new MapOf<>(GroupShape.NAME, GroupShape.GROUP, MOST_GROUPS));

    /** The whole file. */
    static final Shape<Fleet> FLEET = Keys.of(
            values -> new Fleet(values.get(SEED), List.copyOf(values.get(GROUPS).values())), SEED, GROUPS);

    private FleetFile() {}

    /**
     * Reads a fleet from a file that names no others.
     *
     * @param file its name in problems
     * @param text what is in it
     * @throws InvalidFleetException with all problems, if it describes none
     */
    public static Fleet read(String file, String text) {
        return read(file, text, References.NONE);
    }

    /**
     * Reads a fleet.
     *
     * @param file       its name in problems
     * @param text       what is in it
     * @param references reads the files that it names, each once, before this returns
     * @throws InvalidFleetException with all problems, also those of the files that it names, if it describes none
     */
    public static Fleet read(String file, String text, References references) {
        Findings findings = new Findings(file, references);
        Optional<Fleet> fleet = tree(text, findings).flatMap(root -> FLEET.read(new Place(root, "", ""), findings));
        return fleet.orElseThrow(() -> new InvalidFleetException(findings.problems()));
    }

    /** The whole text as one value. */
    static Optional<Node> tree(String text, Findings findings) {
        LoadSettings settings = LoadSettings.builder()
                .setSchema(new CoreSchema())
                .setMaxAliasesForCollections(MOST_ALIASES)
                .build();
        try {
            if (isTooDeep(text, settings, findings)) {
                return Optional.empty();
            }
            Optional<Node> tree = new Compose(settings).composeString(text);
            if (tree.isEmpty()) {
                findings.add(1, 1, "", "the file is empty: it must have groups of sensors");
            }
            return tree;
        } catch (MarkedYamlEngineException e) {
            Optional<Mark> mark = e.getProblemMark().or(e::getContextMark);
            findings.add(
                    mark.map(Mark::getLine).orElse(0) + 1,
                    mark.map(Mark::getColumn).orElse(0) + 1,
                    "",
                    "is no YAML 1.2: %s".formatted(e.getProblem()));
        } catch (YamlEngineException e) {
            findings.add(1, 1, "", "is no YAML 1.2: %s".formatted(e.getMessage()));
        }
        return Optional.empty();
    }

    /** The tree is built recursively, so its depth must be known before. */
    private static boolean isTooDeep(String text, LoadSettings settings, Findings findings) {
        int depth = 0;
        for (Event event : new Parse(settings).parseString(text)) {
            if (event instanceof CollectionStartEvent) {
                depth++;
            } else if (event.getEventId() == Event.ID.SequenceEnd || event.getEventId() == Event.ID.MappingEnd) {
                depth--;
            }
            if (depth > DEEPEST) {
                findings.add(
                        event.getStartMark().map(Mark::getLine).orElse(0) + 1,
                        event.getStartMark().map(Mark::getColumn).orElse(0) + 1,
                        "",
                        "is nested more deeply than %d levels".formatted(DEEPEST));
                return true;
            }
        }
        return false;
    }
}
