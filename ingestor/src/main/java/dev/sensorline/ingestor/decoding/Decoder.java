package dev.sensorline.ingestor.decoding;

import jakarta.enterprise.context.ApplicationScoped;

import dev.sensorline.ingestor.point.Decoded;
import dev.sensorline.ingestor.point.Point;
import dev.sensorline.ingestor.point.Rejection;
import dev.sensorline.ingestor.point.Rejection.Reason;
import dev.sensorline.ingestor.point.Series;
import dev.sensorline.reading.Reading;

/**
 * Makes points of readings. The topic names the sensor; the rest is what its payload says, in the first format that takes
 * it. To be called by one thread at a time: the channel it serves is serial.
 */
@ApplicationScoped
public class Decoder {

    private final PayloadFormat[] formats = { new JsonFormat(), new NumberFormat() };
    private final SeriesCache seriesCache = new SeriesCache();
    private final Timestamps timestamps = new Timestamps();

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
        PayloadFormat.Content content = formatOf(reading.payload()).parse(reading.payload());
        Series series = seriesCache.of(reading.topic(), content.type());
        return new Point(reading, series, content.value(), timeOf(reading, series, content.timeMillis()));
    }

    private PayloadFormat formatOf(byte[] payload) throws NotAReading {
        byte first = firstByte(payload);
        for (PayloadFormat format : formats) {
            if (format.accepts(first)) {
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

    private long timeOf(Reading reading, Series series, Long millis) throws NotAReading {
        if (millis == null) {
            return reading.arrivalNanos();
        }
        try {
            return timestamps.place(series.key(), millis, reading.payload());
        } catch (ArithmeticException e) {
            throw new NotAReading(Reason.BAD_TIME, "'time' is outside 1677 to 2262");
        }
    }
}
