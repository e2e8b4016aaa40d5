package dev.sensorline.simulator.verify;

import java.io.PrintStream;
import java.time.Instant;
import java.util.Comparator;
import java.util.Locale;
import java.util.PriorityQueue;
import java.util.stream.Stream;

import dev.sensorline.fleet.verify.Finding;
import dev.sensorline.fleet.verify.Finding.Subject;
import dev.sensorline.fleet.verify.GroupReport;
import dev.sensorline.fleet.verify.Report;
import dev.sensorline.fleet.verify.SensorReport;
import dev.sensorline.fleet.verify.Verification;

/** A report for people: findings of each group, and the sensors that there is most to say about. */
final class TextReport {

    private static final int MOST_SENSORS = 10;
    private static final String COUNT = "%,12d  %s\n";

    private static final Comparator<SensorReport> LEAST_FIRST = Comparator.comparingLong(SensorReport::unexplained)
            .thenComparingLong(SensorReport::repeated)
            .thenComparingLong(SensorReport::reordered)
            .thenComparingLong(SensorReport::missing)
            .thenComparingLong(SensorReport::mostLatenessMicros);

    private final PrintStream out;

    TextReport(PrintStream out) {
        this.out = out;
    }

    Report write(Verification verification) {
        PriorityQueue<SensorReport> most = new PriorityQueue<>(LEAST_FIRST);
        Report report = verification.finish(sensor -> {
            most.add(sensor);
            if (most.size() > MOST_SENSORS) {
                most.remove();
            }
        });
        out.printf(
                Locale.ROOT,
                "Ledger of %,d readings from %s, %s\n",
                report.readings(),
                Instant.EPOCH.plusNanos(report.header().start()),
                report.isComplete() ? "complete" : "cut at its end");
        out.printf(
                Locale.ROOT,
                "Fleet of seed %d, SHA-256 %s\n",
                report.header().seed(),
                report.header().hash());
        report.groups().forEach(this::write);
        if (report.otherPoints() > 0) {
            out.printf(Locale.ROOT, "\n" + COUNT, report.otherPoints(), Finding.OTHER_SENSOR.text() + " (unexplained)");
        }
        writeSensors(most.stream().sorted(LEAST_FIRST.reversed()));
        if (!report.examples().isEmpty()) {
            out.print("\nUnexplained, for example\n");
            report.examples()
                    .forEach(example -> out.printf(Locale.ROOT, "  %s\n", example.replaceAll("\\p{Cntrl}", "?")));
        }
        out.printf(
                Locale.ROOT,
                "\nUnexplained: %,d points, %,d gaps\n",
                report.unexplained(Subject.POINT),
                report.unexplained(Subject.GAP));
        return report;
    }

    private void write(GroupReport group) {
        out.printf(
                Locale.ROOT,
                "\n%s: %,d readings due, joined by %s, stored with the time of %s\n",
                group.name(),
                group.readings(),
                group.joinedBy().text(),
                group.isArrival() ? "arrival" : "the payload");
        group.findings()
                .forEach((finding, count) -> out.printf(
                        Locale.ROOT, COUNT, count, finding.text() + (finding.isExplained() ? "" : " (unexplained)")));
        if (group.ambiguous() > 0) {
            out.printf(
                    Locale.ROOT,
                    COUNT,
                    group.ambiguous(),
                    "of them have a neighbour of the same value: which one is stored is unknown");
        }
        if (group.isArrival()) {
            out.printf(Locale.ROOT, COUNT, group.reordered(), "of them arrived behind a later reading");
        }
        out.printf(
                Locale.ROOT,
                "  from due to %s: mean %.1f ms, most %.1f ms\n",
                group.isArrival() ? "arrival" : "sending",
                group.meanLatenessMicros() / 1e3,
                group.mostLatenessMicros() / 1e3);
    }

    private void writeSensors(Stream<SensorReport> sensors) {
        out.printf(
                Locale.ROOT,
                "\n%-24s %10s %10s %12s %10s %10s %10s %10s\n",
                "sensor",
                "stored",
                "missing",
                "unexplained",
                "repeated",
                "reordered",
                "mean ms",
                "most ms");
        sensors.forEach(sensor -> out.printf(
                Locale.ROOT,
                "%-24s %,10d %,10d %,12d %,10d %,10d %,10.1f %,10.1f\n",
                sensor.name(),
                sensor.points(),
                sensor.missing(),
                sensor.unexplained(),
                sensor.repeated(),
                sensor.reordered(),
                sensor.meanLatenessMicros() / 1e3,
                sensor.mostLatenessMicros() / 1e3));
    }
}
