package dev.sensorline.points.decoding;

import java.util.ArrayList;
import java.util.List;

import dev.sensorline.points.Decoded;
import dev.sensorline.points.Field;
import dev.sensorline.points.FieldsPoint;
import dev.sensorline.points.FloatPoint;
import dev.sensorline.points.Point;
import dev.sensorline.points.Reading;
import dev.sensorline.points.Rejection;
import dev.sensorline.points.Rejection.Reason;
import dev.sensorline.points.Series;
import dev.sensorline.points.rules.Rules;

/**
 * Makes points of readings. The topic decides on the rule; the rest is what the rule takes from topic and payload, that in
 * the first format that accepts it. To be called by one thread at a time: the channel it serves is serial.
 */
public final class Decoder {

    private final PayloadFormat[] formats = { new JsonFormat(), new BareFormat() };
    private final Timestamps timestamps = new Timestamps();
    private final SeriesCache cache;

    public Decoder(Rules rules) {
        this.cache = new SeriesCache(rules);
    }

    /** A point, or the reason why there is none; never throws. */
    public Decoded decode(Reading reading) {
        try {
            return point(reading);
        } catch (NotAReading e) {
            return new Rejection(reading, e.reason(), e.getMessage());
        }
    }

    /** How often a reading came that was the same, in sensor, time and content, as one before. */
    public long duplicates() {
        return timestamps.duplicates();
    }

    private Point point(Reading reading) throws NotAReading {
        if (reading.oversized()) {
            throw new NotAReading(Reason.TOO_LARGE, reading.size() + " bytes");
        }
        byte firstByte = firstByte(reading.payload());
        SeriesCache.Topic topic = cache.topic(reading.topic());
        Form form = topic.form();
        form.clear();
        formatOf(firstByte, form).fill(form, reading.payload());
        form.check();
        Series series = cache.series(topic);
        long time = timeOf(reading, series, form.time());
        FieldTarget.OfFloat only = form.onlyFloat();
        return only != null && topic.fields().isEmpty()
                ? new FloatPoint(reading, series, only.name(), only.value(), time)
                : new FieldsPoint(reading, series, fields(topic), time);
    }

    private PayloadFormat formatOf(byte firstByte, Form form) {
        for (PayloadFormat format : formats) {
            if (format.accepts(firstByte, form)) {
                return format;
            }
        }
        throw new AssertionError("the last format accepts everything");
    }

    private static byte firstByte(byte[] payload) throws NotAReading {
        for (byte b : payload) {
            if (!PayloadFormat.isBlank(b)) {
                return b;
            }
        }
        throw new NotAReading(Reason.EMPTY, null);
    }

    private static List<Field> fields(SeriesCache.Topic topic) {
        List<Field> fields = new ArrayList<>(topic.fields());
        for (FieldTarget field : topic.form().fields()) {
            if (field.isPresent()) {
                fields.add(field.field());
            }
        }
        return fields;
    }

    private long timeOf(Reading reading, Series series, TimeTarget time) throws NotAReading {
        if (time == null || !time.isPresent()) {
            return reading.arrivalNanos();
        }
        try {
            return timestamps.place(series.key(), time.nanos(), time.room(), reading.payload());
        } catch (ArithmeticException e) {
            throw new NotAReading(Reason.BAD_TIME, time.outside());
        }
    }
}
