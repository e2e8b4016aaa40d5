package dev.sensorline.fleet.file;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * How the times of a recording are written.
 *
 * @param name   as in the file
 * @param digits of numbers, after those of a second: 9 in nanoseconds
 * @param form   of texts; null for numbers
 */
record RowTime(String name, int digits, @Nullable DateTimeFormatter form) {

    private static final String ISO_8601 = "iso8601";
    private static final Map<String, Integer> DIGITS = Map.of("s", 0, "ms", 3, "us", 6, "ns", 9);
    private static final int NANO_DIGITS = 9;
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    /** So few digits that they are computed at once. */
    private static final Pattern NUMBER = Pattern.compile("[+-]?[0-9]{1,19}([.][0-9]{1,30})?");

    private static final Pattern BLANK = Pattern.compile("(?<=[0-9]) (?=[0-9])");

    /** What a text of a file means; empty if nothing. */
    static Optional<RowTime> of(String name) {
        Integer digits = DIGITS.get(name);
        if (digits != null) {
            return Optional.of(new RowTime(name, digits, null));
        }
        if (name.equals(ISO_8601)) {
            return Optional.of(new RowTime(name, 0, DateTimeFormatter.ISO_DATE_TIME));
        }
        try {
            return Optional.of(new RowTime(name, 0, DateTimeFormatter.ofPattern(name, Locale.ENGLISH)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Nanoseconds since 1970-01-01T00:00Z; of a text without an offset as if it were UTC. Empty if the text is no time. */
    OptionalLong nanos(String text) {
        try {
            return OptionalLong.of(form == null ? nanosOfNumber(text) : nanosOfText(text, form));
        } catch (DateTimeException | ArithmeticException e) {
            return OptionalLong.empty();
        }
    }

    private long nanosOfNumber(String text) {
        if (!NUMBER.matcher(text).matches()) {
            throw new ArithmeticException("is no number");
        }
        return new BigDecimal(text)
                .movePointRight(NANO_DIGITS - digits)
                .toBigInteger()
                .longValueExact();
    }

    private long nanosOfText(String text, DateTimeFormatter form) {
        String written = name.equals(ISO_8601) ? BLANK.matcher(text).replaceFirst("T") : text;
        TemporalAccessor time = form.parseBest(written, ZonedDateTime::from, LocalDateTime::from);
        Instant instant = time instanceof ZonedDateTime zoned
                ? zoned.toInstant()
                : LocalDateTime.from(time).toInstant(ZoneOffset.UTC);
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), NANOS_PER_SECOND), instant.getNano());
    }
}
