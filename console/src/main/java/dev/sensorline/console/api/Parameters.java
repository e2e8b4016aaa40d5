package dev.sensorline.console.api;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.sensorline.application.Settings;
import dev.sensorline.console.problem.ProblemException;

/** Reads parameters of requests, and says what is allowed. */
final class Parameters {

    /** Before it there were no sensors, and after the end InfluxDB has no times. */
    private static final Instant EARLIEST = Instant.parse("1970-01-01T00:00:00Z");

    private static final Instant LATEST = Instant.parse("2262-01-01T00:00:00Z");

    private static final String DURATION = "[0-9]+(\\.[0-9]+)?(ms|s|m|h)?";

    /** What the OpenAPI document says of times; a few other forms are understood. */
    static final String TIME = "^(-" + DURATION
            + "|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2}))$";

    /** What the OpenAPI document says of durations. */
    static final String STEP = "^" + DURATION + "$";

    private Parameters() {}

    /** @throws ProblemException if it is not allowed */
    static int number(String parameter, String text, int least, int most) {
        try {
            int number = Integer.parseInt(text.strip());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // The same problem.
        }
        throw new ProblemException(400, "%s: must be a whole number from %d to %d".formatted(parameter, least, most));
    }

    /** @throws ProblemException if it is not the name of one of these, in lower case */
    static <E extends Enum<E>> E choice(String parameter, String text, E[] values) {
        return Stream.of(values)
                .filter(value -> value.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst()
                .orElseThrow(() -> new ProblemException(
                        400,
                        "%s: must be one of %s"
                                .formatted(
                                        parameter,
                                        Stream.of(values)
                                                .map(value -> value.name().toLowerCase(Locale.ROOT))
                                                .collect(Collectors.joining(", ")))));
    }

    /**
     * A time of RFC 3339, or one before now, {@code -15m}.
     *
     * @throws ProblemException if it is neither
     */
    static Instant time(String parameter, String text, Instant now) {
        Optional<Instant> time =
                text.startsWith("-") ? duration(text.substring(1)).map(now::minus) : parsed(text);
        return time.filter(at -> !at.isBefore(EARLIEST) && at.isBefore(LATEST))
                .orElseThrow(() -> new ProblemException(
                        400,
                        "%s: must be a time such as 2026-11-27T20:00:00Z, or one before now such as -15m"
                                .formatted(parameter)));
    }

    /** ISO 8601 has negative durations, too, and some are too long to calculate with. */
    private static Optional<Duration> duration(String text) {
        return Settings.duration(text).filter(duration -> !duration.isNegative());
    }

    private static Optional<Instant> parsed(String text) {
        try {
            // A plus sign that is not escaped arrives as a blank.
            return Optional.of(OffsetDateTime.parse(text.replace(' ', '+')).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** @throws ProblemException if it is no length of time of at least a millisecond */
    static Duration step(String parameter, String text) {
        return duration(text)
                .filter(step -> step.toMillis() >= 1)
                .map(step -> Duration.ofMillis(step.toMillis()))
                .orElseThrow(() -> new ProblemException(
                        400, "%s: must be a length of time such as 10s or 1m".formatted(parameter)));
    }
}
