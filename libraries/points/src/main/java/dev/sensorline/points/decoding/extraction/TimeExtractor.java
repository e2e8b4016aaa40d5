package dev.sensorline.points.decoding.extraction;

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
import dev.sensorline.points.rules.SameTime;
import dev.sensorline.points.rules.TimeUnit;

/** Extracts the time, in the unit that the rule defines. */
public final class TimeExtractor extends Extractor {

    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long NANOS_PER_MILLI = 1_000_000L;
    private static final int NANO_DIGITS = 9;
    private static final Pattern DECIMAL = Pattern.compile("(-?)([0-9]{1,19})(?:\\.([0-9]{1,32}))?");
    private static final Pattern FRACTION = Pattern.compile("\\.([0-9]+)");

    private final TimeUnit unit;
    private final SameTime sameTime;
    private long nanos;
    private long precisionNanos;

    TimeExtractor(Rule.Time time) {
        super(time.member().pointer().path(), time.member().isStrict(), false);
        this.unit = time.unit();
        this.sameTime = time.sameTime();
    }

    /** What becomes of different readings with the same time. */
    public SameTime sameTime() {
        return sameTime;
    }

    /** The time of the current reading in nanoseconds since 1970-01-01T00:00Z. */
    public long nanos() {
        return nanos;
    }

    /**
     * The precision of the time in nanoseconds, at most a millisecond: a time in microseconds has a precision of 1,000.
     */
    public long precisionNanos() {
        return precisionNanos;
    }

    @Override
    void extractValue(JsonParser parser, JsonToken token) throws IOException {
        boolean isNumber = unit != TimeUnit.RFC3339;
        try {
            if (isNumber && token == JsonToken.VALUE_NUMBER_INT && parser.getNumberType() != NumberType.BIG_INTEGER) {
                accept(parser.getLongValue());
            } else if (unit == TimeUnit.S && token == JsonToken.VALUE_NUMBER_FLOAT
                    || token == JsonToken.VALUE_STRING && !isStrict()) {
                extractText(parser.getText());
            } else {
                reject();
            }
        } catch (ArithmeticException e) {
            reject(Reason.BAD_TIME, outOfRange());
        } catch (DateTimeException e) {
            reject();
        }
    }

    private void accept(long units) {
        accept(Math.multiplyExact(units, unit.nanos()), unit.nanos());
    }

    private void accept(long nanos, long precisionNanos) {
        this.nanos = nanos;
        this.precisionNanos = Math.min(precisionNanos, NANOS_PER_MILLI);
        accept();
    }

    private void extractText(String text) {
        if (unit == TimeUnit.RFC3339) {
            OffsetDateTime time = OffsetDateTime.parse(text);
            Matcher fraction = FRACTION.matcher(text);
            accept(
                    Math.addExact(Math.multiplyExact(time.toEpochSecond(), NANOS_PER_SECOND), time.getNano()),
                    precisionNanos(fraction.find() ? fraction.group(1).length() : 0));
            return;
        }
        Matcher decimal = DECIMAL.matcher(text);
        if (!decimal.matches() || decimal.group(3) != null && unit != TimeUnit.S) {
            reject();
        } else if (decimal.group(3) == null) {
            accept(parse(text));
        } else {
            String fraction = decimal.group(3);
            String digits = (fraction + "0".repeat(NANO_DIGITS)).substring(0, NANO_DIGITS);
            long whole = Math.multiplyExact(parse(decimal.group(2)), NANOS_PER_SECOND);
            long sum = Math.addExact(whole, Long.parseLong(digits));
            accept(decimal.group(1).isEmpty() ? sum : -sum, precisionNanos(fraction.length()));
        }
    }

    private static long parse(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw new ArithmeticException(e.getMessage());
        }
    }

    /** The precision of a fraction of a second with this many digits. */
    private static long precisionNanos(int digits) {
        return digits <= 3 ? NANOS_PER_MILLI : digits <= 6 ? TimeUnit.US.nanos() : 1;
    }

    /** Says that InfluxDB cannot store the time. */
    public String outOfRange() {
        return "'" + name() + "' is outside 1677 to 2262";
    }

    private void reject() {
        reject(
                Reason.BAD_TIME,
                "'" + name() + "' must be "
                        + switch (unit) {
                            case S -> "seconds since 1970";
                            case MS -> "whole milliseconds since 1970";
                            case US -> "whole microseconds since 1970";
                            case NS -> "whole nanoseconds since 1970";
                            case RFC3339 -> "a time such as 2023-11-14T22:13:20.123Z";
                        });
    }
}
