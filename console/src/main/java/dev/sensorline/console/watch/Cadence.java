package dev.sensorline.console.watch;

import java.time.Duration;
import java.util.Arrays;

/**
 * How far apart the readings of a sensor arrive, learnt from the last {@value #WINDOW} gaps. Not thread-safe.
 * <p>
 * The period is the median of the last {@value #RECENT} gaps, or of all if there are fewer, at least {@value #FEWEST}. A gap fits if it
 * differs from the period, or from twice the period because one reading was lost, by no more than a quarter of the period.
 * <ul>
 * <li>With five gaps, a sensor has a period when each gap is within a twentieth of the median; with up to {@value #FEW} when each is within
 * a tenth; with up to 20 when 85 % are within a tenth of the median, or of twice the median. Five gaps of independent events, which are
 * distributed exponentially, are so even about once in 700,000 times.
 * <li>With {@value #WINDOW} gaps, it has a period when 85 % of them fit. It loses its period when fewer than 60 % fit.
 * </ul>
 * A sensor without a period, such as a door or a button, is irregular.
 * <p>
 * A gap is also allowed a margin: {@value #MARGIN_FACTOR} times the largest difference from the period that was seen lately, at least
 * half a second. The largest difference of a few gaps is smaller than that of many, so the factor is larger at first. Of a sensor that
 * sends at {@code k · period + jitter · u}, as the fleets of the simulator do, no gap is longer than period + jitter.
 */
final class Cadence {

    /** What is known of a sensor. */
    enum Kind {
        UNKNOWN,
        REGULAR,
        IRREGULAR
    }

    /** How many gaps are kept. */
    static final int WINDOW = 21;
    /** The period is a median of at most so many gaps, so that it follows a change after five. */
    static final int RECENT = 9;
    /** How many gaps a period is learnt from at least. */
    static final int FEWEST = 5;
    /** Up to so many, all must be nearly the same. */
    static final int FEW = 8;

    /**
     * The least margin: the time that broker, network and console may take for a reading. With a proof that is a quarter of a second old
     * at most, a missed due time is still noticed within one second.
     */
    static final Duration LEAST_MARGIN = Duration.ofMillis(500);

    private static final double MARGIN_FACTOR = 2.5;
    /** After so many gaps the factor of the margin is twice as large as in the long run. */
    private static final double EARLY_GAPS = 10;
    /** The largest difference from the period is forgotten slowly: half of it after 69 gaps. */
    private static final double KEPT_SPREAD = 0.99;

    private static final double VERY_EVEN = 0.05;
    private static final double EVEN = 0.1;
    private static final double FITTING = 0.25;
    private static final double REGULAR_SHARE = 0.85;
    private static final double IRREGULAR_SHARE = 0.6;

    private static final long NANOS_PER_MILLI = 1_000_000L;
    /** A faster rate replaces the period when it has lasted for so many periods, and for {@link #FAST_AT_LEAST}. */
    private static final int FAST_PERIODS = 10;

    private static final Duration FAST_AT_LEAST = Duration.ofMinutes(1);

    /** In milliseconds; a ring. */
    private final int[] gaps = new int[WINDOW];

    private int count;
    private int next;

    private Kind kind = Kind.UNKNOWN;
    private double periodMillis;
    private double spreadMillis;
    /** How many gaps the spread was learnt from. */
    private int spreadGaps;
    /** How long gaps have been shorter than half of the period. */
    private long fastNanos;

    Kind kind() {
        return kind;
    }

    /** The period in nanoseconds; only of a regular sensor. */
    long periodNanos() {
        return (long) (periodMillis * NANOS_PER_MILLI);
    }

    /** How much later than due a reading may arrive, in nanoseconds. */
    long marginNanos() {
        double factor = MARGIN_FACTOR * (1 + EARLY_GAPS / Math.max(spreadGaps, 1));
        return Math.max(LEAST_MARGIN.toNanos(), (long) (factor * spreadMillis * NANOS_PER_MILLI));
    }

    /** How many gaps are known. */
    int gaps() {
        return count;
    }

    /** The sensor was irregular before: it takes a whole window to have a period. */
    void restoreIrregular() {
        if (kind == Kind.UNKNOWN) {
            kind = Kind.IRREGULAR;
        }
    }

    /** Takes a period that was learnt earlier, until there are enough gaps to learn it again. */
    void restore(Duration period, Duration margin) {
        if (kind != Kind.UNKNOWN || period.toMillis() <= 0) {
            return;
        }
        kind = Kind.REGULAR;
        periodMillis = period.toNanos() / (double) NANOS_PER_MILLI;
        // So that the margin is at first what it was.
        spreadGaps = WINDOW;
        spreadMillis = margin.toNanos() / (double) NANOS_PER_MILLI / (MARGIN_FACTOR * (1 + EARLY_GAPS / spreadGaps));
    }

    /**
     * A reading has arrived, so long after the one before it.
     * <p>
     * After an outage, a device may send at once what it has kept. Gaps of less than half of the period therefore do not count, unless
     * readings go on to arrive so fast for {@value #FAST_PERIODS} periods and a minute: then the device has become faster, and its period
     * is learnt anew.
     */
    void gap(long nanos) {
        if (kind == Kind.REGULAR && nanos < periodNanos() / 2) {
            fastNanos += nanos;
            if (fastNanos < Math.max(FAST_PERIODS * periodNanos(), FAST_AT_LEAST.toNanos())) {
                return;
            }
            kind = Kind.UNKNOWN;
            count = 0;
            next = 0;
        }
        fastNanos = 0;
        gaps[next] = (int) Math.min(Math.max(nanos / NANOS_PER_MILLI, 1), Integer.MAX_VALUE);
        next = (next + 1) % WINDOW;
        count = Math.min(count + 1, WINDOW);
        judge();
        if (kind == Kind.REGULAR) {
            spread(nanos / (double) NANOS_PER_MILLI);
        }
    }

    private void judge() {
        if (count < FEWEST) {
            return;
        }
        double median = median();
        double share = share(median, FITTING, 2);
        if (count == WINDOW ? share >= REGULAR_SHARE : kind != Kind.IRREGULAR && isEven(median)) {
            regular(median);
        } else if (count > FEW && share < IRREGULAR_SHARE || count == WINDOW && kind == Kind.UNKNOWN) {
            kind = Kind.IRREGULAR;
        }
    }

    /** Whether few gaps are so much the same that they are not those of independent events. */
    private boolean isEven(double median) {
        if (count == FEWEST) {
            return share(median, VERY_EVEN, 1) == 1;
        }
        return count <= FEW ? share(median, EVEN, 1) == 1 : share(median, EVEN, 2) >= REGULAR_SHARE;
    }

    private void regular(double median) {
        boolean isNew = kind != Kind.REGULAR;
        kind = Kind.REGULAR;
        periodMillis = median;
        if (isNew) {
            spreadMillis = 0;
            spreadGaps = 0;
            for (int i = 0; i < count; i++) {
                spread(gaps[i]);
            }
        }
    }

    /** A reading that was lost, or is out of turn, says nothing about jitter. */
    private void spread(double gapMillis) {
        double difference = Math.abs(gapMillis - periodMillis);
        if (difference <= FITTING * periodMillis) {
            spreadMillis = Math.max(difference, spreadMillis * KEPT_SPREAD);
            spreadGaps = Math.min(spreadGaps + 1, Integer.MAX_VALUE - 1);
        }
    }

    /** Of the gaps, how many differ from a period, or a multiple of it, by no more than a part of the period. */
    private double share(double period, double tolerance, int mostMultiple) {
        int fitting = 0;
        for (int i = 0; i < count; i++) {
            long multiple = Math.max(1, Math.min(mostMultiple, Math.round(gaps[i] / period)));
            if (Math.abs(gaps[i] - multiple * period) <= tolerance * period) {
                fitting++;
            }
        }
        return (double) fitting / count;
    }

    private double median() {
        int size = Math.min(count, RECENT);
        int[] sorted = new int[size];
        for (int i = 0; i < size; i++) {
            sorted[i] = gaps[Math.floorMod(next - 1 - i, WINDOW)];
        }
        Arrays.sort(sorted);
        return (sorted[(size - 1) / 2] + sorted[size / 2]) / 2.0;
    }
}
