package dev.sensorline.fleet.payload;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;

import dev.sensorline.fleet.Fleet;
import dev.sensorline.fleet.Format;
import dev.sensorline.fleet.Group;
import dev.sensorline.fleet.Measurement;
import dev.sensorline.fleet.Turns;

/**
 * What a fleet would send, by a virtual clock: a line for each message, with time, topic and payload, in the order in which they are due; of
 * messages that are due at the same time, that of the group that is first in the file is first. Each is sent when it is due. Binary payloads
 * are written in hexadecimal digits, and Sparkplug B, whose payloads depend on those before them, in the JSON form. The same fleet gives
 * the same lines. For one thread.
 */
public final class DryRun {

    /** When the virtual clock begins. */
    public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final List<Sender> senders;
    private final Bytes payload = new Bytes();

    /** A group of the fleet. */
    private record Sender(Turns turns, Measurement measurement, Encoder encoder, boolean isBinary) {

        static Sender of(Group group, long fleetSeed) {
            Format format = group.format();
            return new Sender(
                    Turns.of(group, fleetSeed, START),
                    new Measurement(group.metrics().size()),
                    Encoders.of(group),
                    format == Format.Known.CBOR || format == Format.Known.MSGPACK);
        }
    }

    /** A dry run from {@link #START} on. */
    public DryRun(Fleet fleet) {
        this.senders = fleet.groups().stream()
                .map(group -> Sender.of(group, fleet.seed()))
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
        for (Sender next = earliest(); next.turns().due() < end; next = earliest()) {
            line.setLength(0);
            append(line, next);
            lines.accept(line);
            next.turns().next();
        }
    }

    private Sender earliest() {
        Sender earliest = senders.get(0);
        for (Sender other : senders) {
            if (other.turns().due() < earliest.turns().due()) {
                earliest = other;
            }
        }
        return earliest;
    }

    private void append(StringBuilder line, Sender sender) {
        Turns turns = sender.turns();
        turns.measure(sender.measurement());
        payload.clear();
        sender.encoder().encode(sender.measurement(), payload);
        line.append(Instant.EPOCH.plusNanos(turns.due())).append(' ');
        turns.group().topic().appendTo(line, turns.sensor());
        line.append(' ')
                .append(
                        sender.isBinary()
                                ? HexFormat.of().formatHex(payload.array(), 0, payload.size())
                                : new String(payload.array(), 0, payload.size(), UTF_8));
    }
}
