package dev.sensorline.ingestor.setaside;

import java.time.Duration;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;

import org.jboss.logging.Logger;

import dev.sensorline.points.Rejection;

/** Logs at most one rejection in ten seconds, with how many it stands for. Thread-safe. */
final class SampledLog {

    private static final Logger LOG = Logger.getLogger(SampledLog.class);
    private static final Duration PERIOD = Duration.ofSeconds(10);
    private static final int LONGEST_TEXT = 200;

    private final LongSupplier nanoTime;
    private boolean hasLogged;
    private long lastNanos;
    private long unreported;

    SampledLog(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    void report(Rejection rejection) {
        report(count -> "Set aside as %s: %d since the last such line, now from %s%s"
                .formatted(
                        rejection.reason().key(),
                        count,
                        printable(rejection.reading().topic()),
                        rejection.detail() == null ? "" : " (" + printable(rejection.detail()) + ")"));
    }

    /** A reading is set aside without a copy. */
    void reportUnpublished(Throwable failure) {
        report(count -> "Set aside without a published copy: %d since the last such line, now because %s"
                .formatted(count, printable(String.valueOf(failure.getMessage()))));
    }

    private synchronized void report(LongFunction<String> line) {
        unreported++;
        long now = nanoTime.getAsLong();
        if (hasLogged && now - lastNanos < PERIOD.toNanos()) {
            return;
        }
        LOG.warn(line.apply(unreported));
        hasLogged = true;
        lastNanos = now;
        unreported = 0;
    }

    /** What comes from outside must not write log lines of its own. */
    private static String printable(String text) {
        String line = text.replaceAll("\\p{Cntrl}", "?");
        return line.length() > LONGEST_TEXT ? line.substring(0, LONGEST_TEXT) + "…" : line;
    }
}
