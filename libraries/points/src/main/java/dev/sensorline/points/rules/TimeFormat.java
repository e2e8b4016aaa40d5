package dev.sensorline.points.rules;

import static java.util.stream.Collectors.toMap;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.Month;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalField;
import java.time.temporal.TemporalQueries;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * A pattern of dates and times in texts, such as {@code dd.MM.yyyy HH:mm:ss}: the letters of {@link DateTimeFormatter} that need no
 * language. Names of months and days are English ones, whatever the machine's language is. Immutable.
 */
public final class TimeFormat {

    /** Text in apostrophes, equal letters, or any other character. */
    private static final Pattern PART = Pattern.compile("'(?:[^']|'')*'|([A-Za-z])\\1*|[^A-Za-z']");

    private static final String LETTERS =
            "y{1,4}|M{1,4}|d{1,2}|D{1,3}|E{1,4}|H{1,2}|h{1,2}|a|m{1,2}|s{1,2}|S{1,9}|X{1,3}|x{1,3}|Z{1,3}|VV";
    /** With a fraction of a second, and in the afternoon. */
    private static final ZonedDateTime SAMPLE =
            ZonedDateTime.of(LocalDate.of(2026, 11, 27), LocalTime.of(14, 5, 9, 123_456_789), ZoneOffset.UTC);

    private final String text;
    private final DateTimeFormatter formatter;
    private boolean hasZone;
    private boolean hasTimeOfDay;
    private int fractionDigits;

    private TimeFormat(String text) {
        this.text = text;
        DateTimeFormatterBuilder builder = new DateTimeFormatterBuilder().parseCaseInsensitive();
        Matcher part = PART.matcher(text);
        int end = 0;
        while (part.find() && part.start() == end) {
            append(builder, part.group());
            end = part.end();
        }
        if (end < text.length()) {
            throw new IllegalArgumentException();
        }
        formatter = builder.toFormatter(Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);
    }

    /** @throws IllegalArgumentException with a message that says what is allowed */
    public static TimeFormat parse(String text) {
        try {
            TimeFormat format = new TimeFormat(text);
            format.instant(format.formatter.format(SAMPLE), SAMPLE.getZone());
            return format;
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new IllegalArgumentException(
                    "must be a pattern with a whole date, such as dd.MM.yyyy HH:mm:ss, of the letters y, M, d, D, E, H, h with a,"
                            + " m, s, S, X, x, Z and VV, and of other text in '…'");
        }
    }

    private void append(DateTimeFormatterBuilder builder, String part) {
        char first = part.charAt(0);
        if (first == ' ') {
            // Also those with which C fills a day of one digit.
            builder.appendLiteral(' ').optionalStart().appendLiteral(' ').optionalEnd();
            return;
        }
        if (!Character.isLetter(first)) {
            builder.appendPattern(part);
            return;
        }
        if (!part.matches(LETTERS)) {
            throw new IllegalArgumentException();
        }
        hasZone |= "XxZV".indexOf(first) >= 0;
        hasTimeOfDay |= "Hh".indexOf(first) >= 0;
        fractionDigits += first == 'S' ? part.length() : 0;
        names(part)
                .ifPresentOrElse(
                        names -> builder.appendText(names.field, names.texts),
                        // The year of an era would need the era, too.
                        () -> builder.appendPattern(part.replace('y', 'u')));
    }

    /** The names of a field's values. */
    private record Names(TemporalField field, Map<Long, String> texts) {}

    private static Optional<Names> names(String part) {
        UnaryOperator<String> length = part.length() == 4
                ? name -> name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT)
                : name -> name.charAt(0) + name.substring(1, 3).toLowerCase(Locale.ROOT);
        return switch (part) {
            case "MMM", "MMMM" ->
                Optional.of(new Names(
                        ChronoField.MONTH_OF_YEAR,
                        Arrays.stream(Month.values())
                                .collect(
                                        toMap(month -> (long) month.getValue(), month -> length.apply(month.name())))));
            case "E", "EE", "EEE", "EEEE" ->
                Optional.of(new Names(
                        ChronoField.DAY_OF_WEEK,
                        Arrays.stream(DayOfWeek.values())
                                .collect(toMap(day -> (long) day.getValue(), day -> length.apply(day.name())))));
            case "a" -> Optional.of(new Names(ChronoField.AMPM_OF_DAY, Map.of(0L, "AM", 1L, "PM")));
            default -> Optional.empty();
        };
    }

    /** Whether the texts have an offset or a time zone. */
    public boolean hasZone() {
        return hasZone;
    }

    /** How many digits the fraction of a second has. */
    public int fractionDigits() {
        return fractionDigits;
    }

    /**
     * The time that a text says.
     *
     * @param zone of texts that do not say theirs; null if there is none
     * @throws DateTimeException if the text does not match the pattern
     */
    public ZonedDateTime instant(String time, @Nullable ZoneId zone) {
        TemporalAccessor parsed = formatter.parse(time);
        LocalDate date = parsed.query(TemporalQueries.localDate());
        LocalTime timeOfDay = parsed.query(TemporalQueries.localTime());
        ZoneId ownZone = parsed.query(TemporalQueries.zone());
        ZoneId known = ownZone == null ? zone : ownZone;
        if (date == null || known == null || timeOfDay == null && hasTimeOfDay) {
            throw new DateTimeException("incomplete");
        }
        return ZonedDateTime.of(date, timeOfDay == null ? LocalTime.MIDNIGHT : timeOfDay, known);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TimeFormat format && format.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** The pattern. */
    @Override
    public String toString() {
        return text;
    }
}
