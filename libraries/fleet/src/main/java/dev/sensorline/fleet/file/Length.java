package dev.sensorline.fleet.file;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.snakeyaml.engine.v2.nodes.Tag;

/** A length of time: seconds, or a text with a unit. */
record Length(Duration min, Duration max) implements Shape<Duration> {

    /** So few digits that any number of them fits into 64 bits of nanoseconds, or is refused as too long. */
    static final Pattern TEXT = Pattern.compile("^(-?[0-9]{1,12}(?:[.][0-9]{1,9})?)(ms|s|m|h)$");

    /** As in the simulator's variables. */
    static final Duration LONGEST = Duration.ofDays(365);

    private static final int NANO_DIGITS = 9;

    static Length atLeast(Duration min) {
        return new Length(min, LONGEST);
    }

    @Override
    public Optional<Duration> read(Place place, Findings findings) {
        Optional<BigDecimal> seconds = seconds(place)
                .filter(length -> length.compareTo(seconds(min)) >= 0 && length.compareTo(seconds(max)) <= 0);
        if (seconds.isEmpty()) {
            findings.refuse(
                    place,
                    "a length of time from %s to %s: seconds (such as 1 or 0.05) or a text with ms, s, m or h (such as 250ms or 2m)"
                            .formatted(shown(min), shown(max)));
        }
        return seconds.map(
                length -> Duration.ofNanos(length.movePointRight(NANO_DIGITS).longValue()));
    }

    private static Optional<BigDecimal> seconds(Place place) {
        if (!place.isA(Tag.STR)) {
            return Numbers.number(place);
        }
        Matcher matcher = TEXT.matcher(place.text());
        return matcher.matches()
                ? Optional.of(new BigDecimal(matcher.group(1)).multiply(secondsOf(matcher.group(2))))
                : Optional.empty();
    }

    private static BigDecimal secondsOf(String unit) {
        return switch (unit) {
            case "ms" -> new BigDecimal("0.001");
            case "m" -> BigDecimal.valueOf(60);
            case "h" -> BigDecimal.valueOf(3_600);
            default -> BigDecimal.ONE;
        };
    }

    /** In seconds. */
    static BigDecimal seconds(Duration length) {
        return BigDecimal.valueOf(length.toNanos(), NANO_DIGITS).stripTrailingZeros();
    }

    private static String shown(Duration length) {
        return length.equals(LONGEST) ? "365 days" : seconds(length).toPlainString() + " s";
    }
}
