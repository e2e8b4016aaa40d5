package dev.sensorline.ingestor.decoding;

import java.util.List;

import jakarta.enterprise.context.ApplicationScoped;

import dev.sensorline.ingestor.point.Decoded;
import dev.sensorline.ingestor.point.Point;
import dev.sensorline.ingestor.point.Rejection;
import dev.sensorline.ingestor.point.Rejection.Reason;
import dev.sensorline.reading.Reading;

/**
 * Makes points of readings. The name of a sensor is the last level of its topic; the rest is what its payload says, in
 * the first format that takes it. To be called by one thread at a time: the channel it serves is serial.
 */
@ApplicationScoped
public class Decoder {

    private final List<PayloadFormat> formats = List.of(new JsonFormat(), new NumberFormat());
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
        String name = tag(reading.topic().substring(reading.topic().lastIndexOf('/') + 1), "name");
        byte[] payload = reading.payload();
        PayloadFormat.Content content = formatOf(payload).parse(payload);
        String type = content.type() == null ? null : tag(content.type(), "type");
        return new Point(reading, name, type, content.value(), timeOf(reading, name, type, content.timeMillis()));
    }

    private PayloadFormat formatOf(byte[] payload) throws NotAReading {
        byte first = firstByte(payload);
        return formats.stream().filter(format -> format.accepts(first)).findFirst().orElseThrow();
    }

    private static byte firstByte(byte[] payload) throws NotAReading {
        for (byte b : payload) {
            if (!PayloadFormat.isBlank(b)) {
                return b;
            }
        }
        throw new NotAReading(Reason.EMPTY, null);
    }

    private long timeOf(Reading reading, String name, String type, Long millis) throws NotAReading {
        if (millis == null) {
            return reading.arrivalNanos();
        }
        try {
            return timestamps.place(name, type, millis, reading.payload());
        } catch (ArithmeticException e) {
            throw new NotAReading(Reason.BAD_TIME, "'time' is outside 1677 to 2262");
        }
    }

    /**
     * A text that line protocol can carry as a tag value: it has no way to write a line feed, a backslash at the end, or
     * nothing at all.
     */
    private static String tag(String text, String tag) throws NotAReading {
        if (text.isEmpty() || text.endsWith("\\") || text.indexOf('\n') >= 0 || hasLoneSurrogate(text)) {
            throw new NotAReading(Reason.NOT_A_TAG,
                    "'" + tag + "' is empty, has a line feed, ends with a backslash or is no valid text");
        }
        return text;
    }

    private static boolean hasLoneSurrogate(String text) {
        return text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }
}
