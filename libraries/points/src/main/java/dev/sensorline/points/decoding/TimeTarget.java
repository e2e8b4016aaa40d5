package dev.sensorline.points.decoding;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonToken;

import dev.sensorline.points.Rejection.Reason;
import dev.sensorline.points.rules.Rule;
import dev.sensorline.points.rules.TimeUnit;

/** The time that a rule asks payloads for, in the unit that the rule says. */
final class TimeTarget extends Target {

    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long NANOS_PER_MILLI = 1_000_000L;
    private static final int NANO_DIGITS = 9;
    private static final Pattern DECIMAL = Pattern.compile("(-?)([0-9]{1,19})(?:\\.([0-9]{1,32}))?");
    private static final Pattern FRACTION = Pattern.compile("\\.([0-9]+)");

    private final TimeUnit unit;
    private long nanos;
    private long room;

    TimeTarget(Rule.Time time) {
        super(time.member().pointer().path(), time.member().exact());
        this.unit = time.unit();
    }

    /** Nanoseconds since 1970-01-01T00:00Z. */
    long nanos() {
        return nanos;
    }

    /** How much the time leaves open, in nanoseconds: a millisecond at most. */
    long room() {
        return room;
    }

    @Override
    void takeValue(JsonParser parser, JsonToken token) throws IOException {
        boolean isNumber = unit != TimeUnit.RFC3339;
        try {
            if (isNumber && token == JsonToken.VALUE_NUMBER_INT && parser.getNumberType() != NumberType.BIG_INTEGER) {
                found(parser.getLongValue());
            } else if (unit == TimeUnit.S && token == JsonToken.VALUE_NUMBER_FLOAT
                    || token == JsonToken.VALUE_STRING && !isExact()) {
                takeText(parser.getText());
            } else {
                wrong();
            }
        } catch (ArithmeticException e) {
            wrong(Reason.BAD_TIME, outside());
        } catch (DateTimeException e) {
            wrong();
        }
    }

    private void found(long units) {
        found(Math.multiplyExact(units, unit.nanos()), unit.nanos());
    }

    private void found(long nanos, long room) {
        this.nanos = nanos;
        this.room = Math.min(room, NANOS_PER_MILLI);
        found();
    }

    private void takeText(String text) {
        if (unit == TimeUnit.RFC3339) {
            OffsetDateTime time = OffsetDateTime.parse(text);
            Matcher fraction = FRACTION.matcher(text);
            found(Math.addExact(Math.multiplyExact(time.toEpochSecond(), NANOS_PER_SECOND), time.getNano()),
                    roomBehind(fraction.find() ? fraction.group(1).length() : 0));
            return;
        }
        Matcher decimal = DECIMAL.matcher(text);
        if (!decimal.matches() || decimal.group(3) != null && unit != TimeUnit.S) {
            wrong();
        } else if (decimal.group(3) == null) {
            found(parsed(text));
        } else {
            String fraction = decimal.group(3);
            String digits = (fraction + "0".repeat(NANO_DIGITS)).substring(0, NANO_DIGITS);
            long whole = Math.multiplyExact(parsed(decimal.group(2)), NANOS_PER_SECOND);
            long sum = Math.addExact(whole, Long.parseLong(digits));
            found(decimal.group(1).isEmpty() ? sum : -sum, roomBehind(fraction.length()));
        }
    }

    private static long parsed(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw new ArithmeticException(e.getMessage());
        }
    }

    /** What so many digits behind the point leave open. */
    private static long roomBehind(int digits) {
        return digits <= 3 ? NANOS_PER_MILLI : digits <= 6 ? TimeUnit.US.nanos() : 1;
    }

    /** What is said of a time that InfluxDB cannot hold. */
    String outside() {
        return "'" + name() + "' is outside 1677 to 2262";
    }

    private void wrong() {
        wrong(Reason.BAD_TIME, "'" + name() + "' must be " + switch (unit) {
            case S -> "seconds since 1970";
            case MS -> "whole milliseconds since 1970";
            case US -> "whole microseconds since 1970";
            case NS -> "whole nanoseconds since 1970";
            case RFC3339 -> "a time such as 2023-11-14T22:13:20.123Z";
        });
    }
}
