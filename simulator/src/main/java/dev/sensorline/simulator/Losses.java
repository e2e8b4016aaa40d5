package dev.sensorline.simulator;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import org.jboss.logging.Logger;

/**
 * Readings that are lost without an outage: missed, because the process did not run when they were due, or dropped, because the
 * broker takes readings more slowly than they are due. The log reports them at once, and then at most every ten seconds. Not
 * thread-safe.
 */
final class Losses {

    private static final Logger LOG = Logger.getLogger(Losses.class);
    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);

    private long missed;
    private long longestGapNanos;
    private long dropped;
    private boolean hasReported;
    private long reportedNanos;

    /** @param gapNanos how long no reading was published because of them */
    void missed(long count, long gapNanos) {
        missed += count;
        longestGapNanos = Math.max(longestGapNanos, gapNanos);
    }

    void dropped() {
        dropped++;
    }

    /** Reports what has been lost, if it is time. */
    void report(long nowNanos) {
        if (missed + dropped > 0 && (!hasReported || nowNanos - reportedNanos >= INTERVAL_NANOS)) {
            hasReported = true;
            reportedNanos = nowNanos;
            reportAll();
        }
    }

    /** Reports what has been lost since the last line. */
    void reportAll() {
        if (missed > 0) {
            LOG.warnf(
                    "%s readings were missed, because the process stood still, for %s s at most",
                    missed, Seconds.text(Duration.ofMillis(TimeUnit.NANOSECONDS.toMillis(longestGapNanos))));
        }
        if (dropped > 0) {
            LOG.warnf("%s readings were lost, because the broker takes them more slowly than they are due", dropped);
        }
        missed = 0;
        longestGapNanos = 0;
        dropped = 0;
    }
}
