package dev.sensorline.demo;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import dev.sensorline.servers.SensorSummary;

/**
 * The table of the demo, with a row for each sensor: last value, number of points, rate since the first point that was seen,
 * and age of the last point. Not thread-safe.
 */
final class Table {

    private static final String ROW = "%-18s %-13s %18s %8s %10s %8s";
    private static final double NANOS_PER_SECOND = 1e9;

    private final List<ReferenceSensor> sensors;
    private final Map<String, SensorSummary> firstSeen = new HashMap<>();

    Table(List<ReferenceSensor> sensors) {
        this.sensors = sensors;
    }

    /**
     * A header and a row for each sensor, including sensors without points.
     *
     * @param nowNanos nanoseconds since 1970-01-01T00:00Z
     */
    List<String> render(List<SensorSummary> summaries, long nowNanos) {
        Map<String, SensorSummary> byName =
                summaries.stream().collect(Collectors.toMap(SensorSummary::name, Function.identity()));
        List<String> lines = new ArrayList<>();
        lines.add(ROW.formatted("sensor", "measures", "last value", "points", "points/s", "age"));
        for (ReferenceSensor sensor : sensors) {
            lines.add(row(sensor, byName.get(sensor.name()), nowNanos));
        }
        return lines;
    }

    private String row(ReferenceSensor sensor, SensorSummary summary, long nowNanos) {
        if (summary == null) {
            return ROW.formatted(sensor.name(), sensor.type(), "-", "0", "-", "-");
        }
        double age = Math.max(0, (nowNanos - summary.lastTimeNanos()) / NANOS_PER_SECOND);
        return ROW.formatted(
                sensor.name(),
                sensor.type(),
                number("%.6f", summary.lastValue()),
                summary.count(),
                rate(summary),
                number("%.1f", age) + " s");
    }

    private String rate(SensorSummary summary) {
        SensorSummary first = firstSeen.computeIfAbsent(summary.name(), name -> summary);
        long points = summary.count() - first.count();
        return points == 0
                ? "-"
                : number("%.2f", points / ((summary.lastTimeNanos() - first.lastTimeNanos()) / NANOS_PER_SECOND));
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
