package dev.sensorline.console.api;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.sensorline.console.problem.ProblemException;

/**
 * A time, and the steps that it is divided into.
 *
 * @param from inclusive, a multiple of the step
 * @param to   exclusive
 * @param step whole milliseconds
 */
record TimeRange(Instant from, Instant to, Duration step) {

    private static final int MOST_STEPS = 10_000;
    private static final int USUAL_STEPS = 1_000;

    /** What people read off without calculating, in milliseconds. */
    private static final List<Long> USUAL = List.of(
            1L,
            2L,
            5L,
            10L,
            20L,
            50L,
            100L,
            200L,
            500L,
            1_000L,
            2_000L,
            5_000L,
            10_000L,
            15_000L,
            30_000L,
            60_000L,
            120_000L,
            300_000L,
            600_000L,
            900_000L,
            1_800_000L,
            3_600_000L,
            7_200_000L,
            21_600_000L,
            43_200_000L,
            86_400_000L);

    /**
     * The range of parameters.
     *
     * @param window what is meant if nothing is said
     * @throws ProblemException if one is not allowed
     */
    static TimeRange of(
            @Nullable String from, @Nullable String to, @Nullable String step, Instant now, Duration window) {
        Instant end = to == null ? now : Parameters.time("to", to, now);
        Instant begin = from == null ? end.minus(window) : Parameters.time("from", from, now);
        if (!begin.isBefore(end)) {
            throw new ProblemException(400, "from: must be before to");
        }
        long millis = Duration.between(begin, end).toMillis();
        long stepMillis =
                step == null ? usual(millis) : Parameters.step("step", step).toMillis();
        if (millis / stepMillis >= MOST_STEPS) {
            throw new ProblemException(400, "step: must divide the time into at most %d steps".formatted(MOST_STEPS));
        }
        long aligned = Math.floorDiv(begin.toEpochMilli(), stepMillis) * stepMillis;
        return new TimeRange(Instant.ofEpochMilli(aligned), end, Duration.ofMillis(stepMillis));
    }

    private static long usual(long millis) {
        long day = USUAL.get(USUAL.size() - 1);
        return USUAL.stream()
                .filter(step -> millis / step < USUAL_STEPS)
                .findFirst()
                .orElseGet(() -> (millis / USUAL_STEPS / day + 1) * day);
    }

    /** The step in the largest unit that it is a multiple of: {@code 10s}. */
    String stepText() {
        long millis = step.toMillis();
        if (millis % 3_600_000 == 0) {
            return millis / 3_600_000 + "h";
        }
        if (millis % 60_000 == 0) {
            return millis / 60_000 + "m";
        }
        return millis % 1_000 == 0 ? millis / 1_000 + "s" : millis + "ms";
    }
}
