package dev.sensorline.application;

import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.eclipse.microprofile.config.spi.Converter;

/**
 * How settings are read that both services have. Each says in its message what is allowed.
 */
public final class Settings {

    private static final Pattern WITH_UNIT = Pattern.compile("(\\d+(?:\\.\\d*)?|\\.\\d+)\\s*(ms|s|m|h)?");
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private Settings() {
    }

    /** A host name or address. */
    public static final class Host implements Converter<String> {

        private static final long serialVersionUID = 1L;

        @Override
        public String convert(String value) {
            if (value.isBlank() || value.chars().anyMatch(c -> Character.isWhitespace(c) || c == '/')) {
                throw new IllegalArgumentException("must be a host name or an address");
            }
            return value;
        }
    }

    /** A TCP port. */
    public static final class Port implements Converter<Integer> {

        private static final long serialVersionUID = 1L;

        @Override
        public Integer convert(String value) {
            return wholeNumber(value, 1, 65_535);
        }
    }

    /** Yes or no. */
    public static final class Flag implements Converter<Boolean> {

        private static final long serialVersionUID = 1L;

        @Override
        public Boolean convert(String value) {
            return switch (value) {
                case "true" -> true;
                case "false" -> false;
                default -> throw new IllegalArgumentException("must be true or false");
            };
        }
    }

    /** A file that is there; none when empty, as SmallRye Config asks for each {@code Optional} that is not set. */
    public static final class ReadableFile implements Converter<Path> {

        private static final long serialVersionUID = 1L;

        @Override
        public Path convert(String value) {
            if (value.isEmpty()) {
                return null;
            }
            Path file = Path.of(value);
            if (!Files.isReadable(file) || Files.isDirectory(file)) {
                throw new IllegalArgumentException("must be a file that can be read");
            }
            return file;
        }
    }

    /**
     * A whole number from a range.
     *
     * @throws IllegalArgumentException saying what is allowed
     */
    public static int wholeNumber(String value, int least, int most) {
        try {
            int number = Integer.parseInt(value.strip());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below, with the range.
        }
        throw new IllegalArgumentException("must be a whole number from %d to %d".formatted(least, most));
    }

    /**
     * A length of time: seconds ({@code 1}, {@code 0.05}), with a unit ({@code 250ms}, {@code 2s}, {@code 1m},
     * {@code 1h}) or in the form of ISO 8601 ({@code PT0.5S}).
     *
     * @throws IllegalArgumentException saying what is allowed, also when it is not longer than nothing
     */
    public static Duration duration(String value) {
        try {
            Duration duration = parse(value.strip());
            if (duration.compareTo(Duration.ZERO) > 0) {
                return duration;
            }
        } catch (DateTimeParseException | ArithmeticException e) {
            // Told below.
        }
        throw new IllegalArgumentException(
                "must be seconds greater than 0 (such as 1 or 0.05) or a duration (such as 250ms, 2s or 1m)");
    }

    private static Duration parse(String value) {
        Matcher matcher = WITH_UNIT.matcher(value.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            return Duration.parse(value);
        }
        BigDecimal seconds = new BigDecimal(matcher.group(1)).multiply(secondsOf(matcher.group(2)));
        return Duration.ofNanos(seconds.multiply(BigDecimal.valueOf(NANOS_PER_SECOND)).toBigInteger().longValueExact());
    }

    private static BigDecimal secondsOf(String unit) {
        return switch (unit == null ? "s" : unit) {
            case "ms" -> new BigDecimal("0.001");
            case "m" -> BigDecimal.valueOf(60);
            case "h" -> BigDecimal.valueOf(3_600);
            default -> BigDecimal.ONE;
        };
    }
}
