package dev.sensorline.points.decoding.extraction;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.ZonedDateTime;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonToken;

import dev.sensorline.points.Rejection.Reason;
import dev.sensorline.points.rules.InvalidTime;
import dev.sensorline.points.rules.IsoTime;
import dev.sensorline.points.rules.Rule;
import dev.sensorline.points.rules.SameTime;
import dev.sensorline.points.rules.Source;
import dev.sensorline.points.rules.Source.Member;
import dev.sensorline.points.rules.Source.Property;
import dev.sensorline.points.rules.TimeFormat;
import dev.sensorline.points.rules.TimeUnit;

/** Extracts the time, in the form that the rule defines. */
public final class TimeExtractor extends Extractor {

    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long NANOS_PER_MILLI = 1_000_000L;
    /** Stands for all times that are too early for 64 bits. */
    private static final long BEFORE_ALL = Long.MIN_VALUE;

    private static final BigDecimal EARLIEST = BigDecimal.valueOf(BEFORE_ALL);
    private static final int LONGEST_NUMBER = 64;
    /** Numbers with so many digits before the decimal point are out of range in every unit. */
    private static final int MOST_DIGITS = 20;

    private final Rule.Time rule;
    private final TimeUnit unit;
    private long nanos;
    private long precisionNanos;
    private boolean isUnset;

    TimeExtractor(Rule.Time time) {
        super(name(time.source()), false, false);
        this.rule = time;
        this.unit = time.unit();
    }

    private static String name(Source source) {
        return source instanceof Member member ? member.pointer().path() : ((Property) source).name();
    }

    /** A time and its precision in nanoseconds, or that of a clock that is not set. */
    record Value(long nanos, long precisionNanos, boolean isUnset) {}

    /** The time of the current reading; null if it is absent. */
    @Nullable
    Value value() {
        return isPresent() || isUnset ? new Value(nanos, precisionNanos, isUnset) : null;
    }

    /** Sets the time to an earlier {@link #value}. */
    void set(@Nullable Value value) {
        reset();
        if (value != null) {
            nanos = value.nanos;
            precisionNanos = value.precisionNanos;
            isUnset = value.isUnset;
            if (!isUnset) {
                accept();
            }
        }
    }

    /** What becomes of different readings with the same time. */
    public SameTime sameTime() {
        return rule.sameTime();
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

    /** Whether the time of the current reading is that of a clock that is not set. It counts as absent. */
    public boolean isUnset() {
        return isUnset;
    }

    @Override
    void reset() {
        super.reset();
        isUnset = false;
    }

    @Override
    void extractValue(JsonParser parser, JsonToken token) throws IOException {
        reset();
        try {
            if (unit == TimeUnit.ISO8601) {
                extractFromScalar(parser, token);
            } else if (token == JsonToken.VALUE_NUMBER_INT && parser.getNumberType() != NumberType.BIG_INTEGER) {
                accept(nanos(parser.getLongValue(), unit.nanos()), unit.nanos());
            } else if (token.isNumeric() || token == JsonToken.VALUE_STRING) {
                extractNumber(parser.getText().strip());
            } else {
                reject();
            }
        } catch (ArithmeticException e) {
            reject(Reason.BAD_TIME, outOfRange());
        } catch (DateTimeException e) {
            reject();
        }
    }

    /** Extracts a time that is a whole number of units. */
    void extractUnits(long units) {
        reset();
        try {
            accept(nanos(units, unit.nanos()), unit.nanos());
        } catch (ArithmeticException e) {
            reject(Reason.BAD_TIME, outOfRange());
        }
    }

    /** Extracts the time from a text that is no JSON. */
    void extractText(String text) {
        reset();
        try {
            if (unit == TimeUnit.ISO8601) {
                extractFromText(text.strip());
            } else {
                extractNumber(text.strip());
            }
        } catch (ArithmeticException e) {
            reject(Reason.BAD_TIME, outOfRange());
        } catch (DateTimeException e) {
            reject();
        }
    }

    private void accept(long nanos, long precisionNanos) {
        if (nanos < rule.earliestNanos()) {
            unset();
            return;
        }
        this.nanos = nanos;
        this.precisionNanos = Math.min(precisionNanos, NANOS_PER_MILLI);
        accept();
    }

    private void unset() {
        if (rule.invalid() == InvalidTime.REJECT) {
            reject(Reason.BAD_TIME, "'" + name() + "' is that of a clock that is not set");
        } else {
            reset();
            isUnset = true;
        }
    }

    private void extractNumber(String text) {
        if (text.isEmpty()) {
            unset();
        } else if (text.length() > LONGEST_NUMBER || !Decimal.isDecimal(text)) {
            reject();
        } else {
            BigDecimal units = Decimal.decimal(text);
            accept(nanos(units), precisionNanos(unit.nanos(), units.scale()));
        }
    }

    /** The time that a number of units stands for, rounded towards 1970. */
    private long nanos(BigDecimal units) {
        // The exponent may be of any length: a number is not written out before its magnitude is known.
        long digits = (long) units.precision() - units.scale();
        if (units.signum() == 0 || digits < -MOST_DIGITS) {
            return 0;
        }
        if (units.compareTo(EARLIEST.divide(BigDecimal.valueOf(unit.nanos()))) < 0) {
            return BEFORE_ALL;
        }
        if (digits > MOST_DIGITS) {
            throw new ArithmeticException("out of range");
        }
        return units.multiply(BigDecimal.valueOf(unit.nanos()))
                .setScale(0, RoundingMode.DOWN)
                .longValueExact();
    }

    /** A number may be the text of a time, such as 20231114221320, or 0. */
    private void extractFromScalar(JsonParser parser, JsonToken token) throws IOException {
        if (token == JsonToken.VALUE_STRING || token.isNumeric()) {
            extractFromText(parser.getText().strip());
        } else {
            reject();
        }
    }

    private void extractFromText(String text) {
        if (isZero(text)) {
            unset();
        } else {
            TimeFormat format = rule.format();
            if (format == null) {
                IsoTime iso = IsoTime.parse(text, rule.zone());
                accept(nanos(iso.time()), precisionNanos(NANOS_PER_SECOND, iso.fractionDigits()));
            } else {
                accept(
                        nanos(format.instant(text, rule.zone())),
                        precisionNanos(NANOS_PER_SECOND, format.fractionDigits()));
            }
        }
    }

    /** Whether a text has no digit but zeros and no letters, as the time of a clock that is not set. */
    private static boolean isZero(String text) {
        return text.chars().noneMatch(c -> Character.isLetter(c) && "TtZz".indexOf(c) < 0 || c >= '1' && c <= '9');
    }

    private static long nanos(ZonedDateTime time) {
        long nanos = nanos(time.toEpochSecond(), NANOS_PER_SECOND);
        return nanos == BEFORE_ALL ? nanos : Math.addExact(nanos, time.getNano());
    }

    /** A number of units in nanoseconds. Go's time that is not set is in the year 1, which is out of range. */
    private static long nanos(long units, long unitNanos) {
        return units < BEFORE_ALL / unitNanos ? BEFORE_ALL : Math.multiplyExact(units, unitNanos);
    }

    /** The precision of a number of units with this many digits after the decimal point. */
    private static long precisionNanos(long unitNanos, int digits) {
        long precision = unitNanos;
        for (int i = 0; i < digits && precision > 1; i++) {
            precision /= 10;
        }
        return precision >= NANOS_PER_MILLI
                ? NANOS_PER_MILLI
                : precision >= TimeUnit.US.nanos() ? TimeUnit.US.nanos() : 1;
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
                            case MS -> "milliseconds since 1970";
                            case US -> "microseconds since 1970";
                            case NS -> "nanoseconds since 1970";
                            case ISO8601 -> textForm();
                        });
    }

    private String textForm() {
        TimeFormat format = rule.format();
        if (format != null) {
            return "a time such as " + format;
        }
        return "a time such as 2023-11-14T22:13:20.123" + (rule.zone() == null ? "Z" : "");
    }
}
