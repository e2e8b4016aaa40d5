package dev.sensorline.points.rules;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Date and time in the forms of ISO 8601 and RFC 3339 that devices send: {@code 2023-11-14T22:13:20.123Z},
 * {@code 2023-11-14 23:13:20,5+0100}, {@code 20231114T221320Z}, {@code 2023-11-14T23:13:20+01:00[Europe/Berlin]} (RFC 9557). 24:00:00 is
 * the end of a day (ISO 8601-1:2004, 4.2.3). A leap second, 23:59:60Z at the end of a month (RFC 3339, 5.7), is the second after it, as
 * clocks count that have none.
 *
 * @param time           to the nanosecond; further digits are dropped
 * @param fractionDigits how many digits the fraction of the second has
 */
public record IsoTime(ZonedDateTime time, int fractionDigits) {

    private static final int NANO_DIGITS = 9;
    private static final int HOURS = 24;
    private static final int LEAP_SECOND = 60;
    private static final Pattern FORM = Pattern.compile("([0-9]{4}|[+-][0-9]{4,9})-?([0-9]{2})-?([0-9]{2})[Tt ]"
            + "([0-9]{2}):?([0-9]{2})(?::?([0-9]{2})(?:[.,]([0-9]+))?)?"
            + " *(?:(?:([Zz]|UTC|GMT)|([+-][0-9]{2})(?::?([0-9]{2}))?)(?:\\[[^\\]]*])?)?");

    /**
     * Parses a text.
     *
     * @param zone of a text without an offset; null if it must have one
     * @throws DateTimeException if the text has another form, or there is no such time
     */
    public static IsoTime parse(String text, @Nullable ZoneId zone) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new DateTimeException("not in ISO 8601");
        }
        String fraction = orZero(form.group(7));
        int hour = Integer.parseInt(form.group(4));
        int minute = Integer.parseInt(form.group(5));
        int second = Integer.parseInt(orZero(form.group(6)));
        int nano = Integer.parseInt((fraction + "0".repeat(NANO_DIGITS)).substring(0, NANO_DIGITS));
        boolean isEndOfDay = hour == HOURS && minute == 0 && second == 0 && nano == 0;
        boolean isLeapSecond = second == LEAP_SECOND;
        LocalDateTime local = LocalDateTime.of(
                Integer.parseInt(form.group(1)),
                Integer.parseInt(form.group(2)),
                Integer.parseInt(form.group(3)),
                isEndOfDay ? 0 : hour,
                minute,
                isLeapSecond ? LEAP_SECOND - 1 : second,
                nano);
        ZoneId own = form.group(8) != null ? ZoneOffset.UTC : form.group(9) != null ? offset(form) : zone;
        if (own == null) {
            throw new DateTimeException("no offset");
        }
        ZonedDateTime time = local.plusDays(isEndOfDay ? 1 : 0).atZone(own).plusSeconds(isLeapSecond ? 1 : 0);
        if (isLeapSecond && !isInFirstSecondOfMonth(time.withZoneSameInstant(ZoneOffset.UTC))) {
            throw new DateTimeException("no leap second");
        }
        return new IsoTime(time, form.group(7) == null ? 0 : fraction.length());
    }

    private static boolean isInFirstSecondOfMonth(ZonedDateTime time) {
        return time.getDayOfMonth() == 1 && time.toLocalTime().toSecondOfDay() == 0;
    }

    private static ZoneOffset offset(Matcher form) {
        int hours = Integer.parseInt(form.group(9));
        int minutes = Integer.parseInt(orZero(form.group(10)));
        return ZoneOffset.ofHoursMinutes(hours, form.group(9).startsWith("-") ? -minutes : minutes);
    }

    private static String orZero(@Nullable String digits) {
        return digits == null ? "0" : digits;
    }
}
