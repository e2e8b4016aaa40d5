package dev.sensorline.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a fleet would send, by a virtual clock: a line for each message, with time, topic and values, in the order in which they are due; of
 * messages that are due at the same time, that of the group that is first in the file is first. The same fleet gives the same lines.
 */
public final class DryRun {

    /** When the virtual clock begins. */
    public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final Fleet fleet;
    private final List<Turns> turns;

    /** A dry run from {@link #START} on. */
    public DryRun(Fleet fleet) {
        this.fleet = fleet;
        this.turns = fleet.groups().stream()
                .map(group -> Turns.of(group, fleet.seed(), START))
                .toList();
    }

    /**
     * Writes the next messages.
     *
     * @param length those that are due before this time has passed since the start
     * @param lines  gets each line, without its end; the object is used again for the next one
     */
    public void run(Duration length, Consumer<StringBuilder> lines) {
        long end = Duration.between(Instant.EPOCH, START.plus(length)).toNanos();
        StringBuilder line = new StringBuilder();
        for (Turns next = earliest(); next.due() < end; next = earliest()) {
            line.setLength(0);
            append(line, next);
            lines.accept(line);
            next.next();
        }
    }

    private Turns earliest() {
        Turns earliest = turns.get(0);
        for (Turns other : turns) {
            if (other.due() < earliest.due()) {
                earliest = other;
            }
        }
        return earliest;
    }

    private void append(StringBuilder line, Turns turn) {
        Group group = turn.group();
        line.append(Instant.EPOCH.plusNanos(turn.due())).append(' ');
        group.topic().appendTo(line, turn.sensor());
        long seed = group.seedOf(turn.sensor(), fleet.seed());
        for (Metric metric : group.metrics()) {
            line.append(' ').append(metric.name()).append('=');
            metric.appendTo(line, metric.waveform().at(seed, turn.step(), turn.due()));
        }
    }
}
