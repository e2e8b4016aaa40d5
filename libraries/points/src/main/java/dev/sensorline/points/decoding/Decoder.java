package dev.sensorline.points.decoding;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.sensorline.points.Decoded;
import dev.sensorline.points.Dropped;
import dev.sensorline.points.Field;
import dev.sensorline.points.FieldsPoint;
import dev.sensorline.points.FloatPoint;
import dev.sensorline.points.Hash64;
import dev.sensorline.points.Ignored;
import dev.sensorline.points.Point;
import dev.sensorline.points.Reading;
import dev.sensorline.points.Rejection;
import dev.sensorline.points.Rejection.Reason;
import dev.sensorline.points.Series;
import dev.sensorline.points.decoding.extraction.Blanks;
import dev.sensorline.points.decoding.extraction.CompiledRule;
import dev.sensorline.points.decoding.extraction.FieldExtractor;
import dev.sensorline.points.decoding.extraction.InvalidReadingException;
import dev.sensorline.points.decoding.extraction.TimeExtractor;
import dev.sensorline.points.decoding.format.JsonFormat;
import dev.sensorline.points.decoding.format.JsonStringFormat;
import dev.sensorline.points.decoding.format.PayloadFormat;
import dev.sensorline.points.decoding.format.PlainValueFormat;
import dev.sensorline.points.rules.Rules;
import dev.sensorline.points.rules.SameTime;

/**
 * Decodes readings to points. The topic selects the rule, and the first format that accepts the payload passes its values to
 * the extractors of the rule.
 * <p>
 * Not thread-safe, except {@link #duplicates}: one thread at a time may decode.
 */
public final class Decoder {

    private final PlainValueFormat plain = new PlainValueFormat();
    /** In this order. The last format accepts every payload. */
    private final PayloadFormat[] formats = {new JsonFormat(), new JsonStringFormat(plain), plain};

    private final UniqueTimestamps timestamps = new UniqueTimestamps();
    private final SeriesCache cache;
    /** Where the fields of the current reading are: the hash of series and name for each. */
    private long[] columns = new long[8];

    private boolean hasUnsetClock;

    public Decoder(Rules rules) {
        this.cache = new SeriesCache(rules);
    }

    /** Decodes a reading to a point, to nothing, or to a rejection with the reason. Never throws. */
    public Decoded decode(Reading reading) {
        hasUnsetClock = false;
        try {
            return decoded(reading);
        } catch (InvalidReadingException e) {
            return new Rejection(reading, e.reason(), e.getMessage());
        }
    }

    /** The number of readings so far whose series, time and payload were those of an earlier reading. Any thread may ask. */
    public long duplicates() {
        return timestamps.duplicates();
    }

    /**
     * Whether the time that the reading decoded last carries is that of a clock that is not set, so that it got the time of its
     * arrival.
     */
    public boolean hasUnsetClock() {
        return hasUnsetClock;
    }

    private Decoded decoded(Reading reading) throws InvalidReadingException {
        SeriesCache.Topic topic = cache.topic(reading.topic());
        if (topic.rule().isIgnored() && !topic.rule().isConditional()) {
            return new Dropped(reading, Ignored.RULE);
        }
        if (reading.isOversized()) {
            throw new InvalidReadingException(Reason.TOO_LARGE, reading.size() + " bytes");
        }
        byte[] payload = Payloads.trimmed(reading.payload());
        int first = firstNotBlank(payload);
        if (Payloads.isNull(payload, first)) {
            return new Dropped(reading, Ignored.EMPTY);
        }
        for (SeriesCache.Topic tried = topic; tried != null; tried = tried.next()) {
            CompiledRule rule = tried.rule();
            rule.reset();
            formatOf(payload[first], rule).extract(payload, rule);
            rule.extractProperties(reading.properties());
            if (rule.isFulfilled()) {
                return rule.isIgnored() ? new Dropped(reading, Ignored.RULE) : point(reading, tried);
            }
        }
        return new Dropped(reading, Ignored.CONDITION);
    }

    /** The point of the values that the extractors of the topic's rule hold. */
    private Point point(Reading reading, SeriesCache.Topic topic) throws InvalidReadingException {
        CompiledRule rule = topic.rule();
        rule.requireValid();
        Series series = cache.series(topic);
        long time = timeNanos(reading, topic, series, rule.time());
        FieldExtractor.OfFloat onlyFloat = rule.onlyFloat();
        return onlyFloat != null && topic.fields().isEmpty()
                ? new FloatPoint(reading, series, onlyFloat.name(), onlyFloat.value(), time)
                : new FieldsPoint(reading, series, fields(topic), time);
    }

    private PayloadFormat formatOf(byte firstByte, CompiledRule rule) {
        for (PayloadFormat format : formats) {
            if (format.accepts(firstByte, rule)) {
                return format;
            }
        }
        throw new AssertionError("the last format accepts every payload");
    }

    private static int firstNotBlank(byte[] payload) throws InvalidReadingException {
        for (int i = 0; i < payload.length; i++) {
            if (!Blanks.isBlank(payload[i])) {
                return i;
            }
        }
        throw new InvalidReadingException(Reason.EMPTY, null);
    }

    private static List<Field> fields(SeriesCache.Topic topic) {
        List<Field> fields = new ArrayList<>(topic.fields());
        for (FieldExtractor field : topic.rule().fields()) {
            if (field.isPresent()) {
                fields.add(field.field());
            }
        }
        return fields;
    }

    private long timeNanos(Reading reading, SeriesCache.Topic topic, Series series, @Nullable TimeExtractor time)
            throws InvalidReadingException {
        if (time == null || !time.isPresent()) {
            hasUnsetClock = time != null && time.isUnset();
            return reading.arrivalNanos();
        }
        try {
            long contentHash = topic.contentHash(reading.payload());
            return time.sameTime() == SameTime.SPREAD
                    ? UniqueTimestamps.spread(time.nanos(), time.precisionNanos(), contentHash)
                    : timestamps.assign(
                            columns, fillColumns(topic, series), time.nanos(), time.precisionNanos(), contentHash);
        } catch (ArithmeticException e) {
            throw new InvalidReadingException(Reason.BAD_TIME, time.outOfRange());
        }
    }

    /** Returns how many columns there are. */
    private int fillColumns(SeriesCache.Topic topic, Series series) {
        FieldExtractor[] fromPayload = topic.rule().fields();
        long[] fromTopic = topic.fieldHashes();
        if (columns.length < fromPayload.length + fromTopic.length) {
            columns = new long[fromPayload.length + fromTopic.length];
        }
        int count = 0;
        for (FieldExtractor field : fromPayload) {
            if (field.isPresent()) {
                columns[count++] = Hash64.of(series.hash(), field.nameHash());
            }
        }
        for (long nameHash : fromTopic) {
            columns[count++] = Hash64.of(series.hash(), nameHash);
        }
        return count;
    }
}
