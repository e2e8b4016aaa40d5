package dev.sensorline.fleet.ledger;

import java.util.List;
import java.util.Locale;

import dev.sensorline.fleet.Format;
import dev.sensorline.fleet.Group;
import dev.sensorline.fleet.NamePattern;

/**
 * What a ledger knows of a group.
 *
 * @param topic       pattern of its topics, {@code {name}} and {@code {n}} not replaced
 * @param format      the name of its payload format
 * @param hasSequence whether payloads carry the number of the reading
 * @param timeUnit    of the time in payloads, in nanoseconds, which is rounded down to it; 0 if they carry none
 */
public record LedgerGroup(
        String name,
        NamePattern names,
        String topic,
        int qos,
        String format,
        boolean hasSequence,
        long timeUnit,
        List<LedgerGroup.Metric> metrics) {

    private static final long MILLI = 1_000_000;

    /** A value of each reading: see {@link dev.sensorline.fleet.Metric}. */
    public record Metric(String name, int decimals) {}

    /** A group whose payloads carry what its format does. A text of the user's own says whether it has time and number. */
    public static LedgerGroup of(Group group) {
        Format format = group.format();
        if (format instanceof Format.Template template) {
            return of(group, template.text().contains("{seq}"), template.text().contains("{time}") ? MILLI : 0);
        }
        if (format instanceof Format.Sparkplug) {
            return of(group, false, MILLI);
        }
        return switch ((Format.Known) format) {
            case VALUE -> of(group, false, 0);
            case LINE -> of(group, true, 1);
            case SENML -> of(group, false, 1); // The number is a record of its own, and so another point.
            case JSON, CSV, CBOR, MSGPACK -> of(group, true, MILLI);
        };
    }

    /** A group whose payloads carry what is said of them. */
    public static LedgerGroup of(Group group, boolean hasSequence, long timeUnit) {
        return new LedgerGroup(
                group.name(),
                group.names(),
                group.topic().toString(),
                group.qos(),
                group.format() instanceof Format.Known known ? known.name().toLowerCase(Locale.ROOT) : "template",
                hasSequence,
                timeUnit,
                group.metrics().stream()
                        .map(metric -> new Metric(metric.name(), metric.decimals()))
                        .toList());
    }
}
