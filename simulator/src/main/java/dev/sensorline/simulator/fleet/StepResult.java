package dev.sensorline.simulator.fleet;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.LongStream;

import org.HdrHistogram.Histogram;

/**
 * What came of a step.
 *
 * @param rate      readings a second that were asked for
 * @param seconds   how long it took
 * @param tolerance which part of the readings may be missing
 */
record StepResult(double rate, double seconds, double tolerance, Statistics statistics) {

    private static final double MICROS_PER_MILLI = 1_000;
    private static final double SHORTEST_LATE_SECONDS = 0.1;

    /** Whether as many readings were sent as were asked for. */
    boolean isMet() {
        return statistics.achieved() >= 1 - tolerance;
    }

    /** What has prevented that, if anything has. */
    Optional<Limit> limit() {
        return isMet() ? Optional.empty() : Optional.of(statistics.limit());
    }

    /** Readings a second that were sent and not refused. */
    double achieved() {
        return (statistics.sent - statistics.refused) / seconds;
    }

    /** Readings a second that were due and that no fault dropped. */
    double asked() {
        return (statistics.due - statistics.dropped) / seconds;
    }

    /** For people, in several lines. */
    String text() {
        Statistics counted = statistics;
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "%.1f readings/s asked, %.1f/s achieved (%.3f %%) in %.1f s: %d sent, %d skipped, %d dropped by faults, %d with faults",
                asked(),
                achieved(),
                100 * counted.achieved(),
                seconds,
                counted.sent,
                counted.skipped,
                counted.dropped,
                counted.faults));
        text.append('\n').append(latency("sent after due", counted.lateness));
        if (counted.acknowledgement.getTotalCount() > 0) {
            text.append('\n').append(latency("acknowledged after due", counted.acknowledgement));
        }
        if (counted.unacknowledged > 0 || counted.refused > 0) {
            text.append('\n')
                    .append("%d not acknowledged, %d refused by the broker"
                            .formatted(counted.unacknowledged, counted.refused));
        }
        if (counted.failedConnections > 0) {
            text.append('\n').append("%d connections lost or not accepted".formatted(counted.failedConnections));
        }
        if (counted.ignoredCommands > 0) {
            text.append('\n').append("%d commands of host applications ignored".formatted(counted.ignoredCommands));
        }
        double lateSeconds = LongStream.of(counted.lateNanos).sum() / 1e9;
        if (lateSeconds >= SHORTEST_LATE_SECONDS) {
            text.append('\n')
                    .append(String.format(
                            Locale.ROOT,
                            "readings were late for %.1f s: limited by %s",
                            lateSeconds,
                            counted.limit().words()));
        }
        text.append('\n')
                .append(limit().map(limit -> "not met: limited by " + limit.words())
                        .orElse("met"));
        return text.toString();
    }

    private static String latency(String what, Histogram histogram) {
        return String.format(
                Locale.ROOT,
                "%s: p50 %.1f ms, p99 %.1f ms, p99.9 %.1f ms, worst %.1f ms",
                what,
                histogram.getValueAtPercentile(50) / MICROS_PER_MILLI,
                histogram.getValueAtPercentile(99) / MICROS_PER_MILLI,
                histogram.getValueAtPercentile(99.9) / MICROS_PER_MILLI,
                histogram.getMaxValue() / MICROS_PER_MILLI);
    }

    /** For machines: an object of JSON. */
    String json() {
        Statistics counted = statistics;
        return String.format(
                Locale.ROOT,
                "{\"rate\":%.3f,\"seconds\":%.3f,\"asked\":%.3f,\"achieved\":%.3f,\"ratio\":%.6f,\"due\":%d,\"sent\":%d,\"skipped\":%d,"
                        + "\"dropped\":%d,\"faults\":%d,\"acknowledged\":%d,\"unacknowledged\":%d,\"refused\":%d,\"bytes\":%d,"
                        + "\"connections\":%d,\"failed_connections\":%d,\"ignored_commands\":%d,\"sent_ms\":%s,\"acknowledged_ms\":%s,\"met\":%b,\"limit\":%s}",
                rate,
                seconds,
                asked(),
                achieved(),
                counted.achieved(),
                counted.due,
                counted.sent,
                counted.skipped,
                counted.dropped,
                counted.faults,
                counted.acknowledged,
                counted.unacknowledged,
                counted.refused,
                counted.bytes,
                counted.connections,
                counted.failedConnections,
                counted.ignoredCommands,
                json(counted.lateness),
                json(counted.acknowledgement),
                isMet(),
                limit().map(limit -> '"' + limit.key() + '"').orElse("null"));
    }

    private static String json(Histogram histogram) {
        return histogram.getTotalCount() == 0
                ? "null"
                : String.format(
                        Locale.ROOT,
                        "{\"p50\":%.3f,\"p99\":%.3f,\"p99_9\":%.3f,\"worst\":%.3f}",
                        histogram.getValueAtPercentile(50) / MICROS_PER_MILLI,
                        histogram.getValueAtPercentile(99) / MICROS_PER_MILLI,
                        histogram.getValueAtPercentile(99.9) / MICROS_PER_MILLI,
                        histogram.getMaxValue() / MICROS_PER_MILLI);
    }
}
