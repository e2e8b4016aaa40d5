package dev.sensorline.points.decoding;

import java.util.List;

import dev.sensorline.points.Decoded;
import dev.sensorline.points.Ignored;
import dev.sensorline.points.Reading;
import dev.sensorline.points.Rejection.Reason;
import dev.sensorline.points.decoding.extraction.Blanks;
import dev.sensorline.points.decoding.extraction.CompiledRule;
import dev.sensorline.points.decoding.extraction.InvalidReadingException;
import dev.sensorline.points.decoding.format.JsonFormat;
import dev.sensorline.points.decoding.format.PayloadFormat;
import dev.sensorline.points.decoding.format.PlainValueFormat;
import dev.sensorline.points.rules.Rules;

/**
 * Decodes readings to points. The topic selects the rule, the first format that accepts the payload passes its values to the
 * extractors of the rule, and {@link PointMaker} makes points of them.
 * <p>
 * Not thread-safe, except {@link #duplicates} and {@link #ignored}: one thread at a time may decode.
 */
public final class Decoder {

    /** In this order. The last format accepts every payload. */
    private final PayloadFormat[] formats = {new JsonFormat(), new PlainValueFormat()};

    private final SeriesCache cache;
    private final PointMaker maker;

    /**
     * A decoder for rules.
     *
     * @param maxPoints the most points of a reading; one with more is rejected as a whole
     */
    public Decoder(Rules rules, int maxPoints) {
        this.cache = new SeriesCache(rules, maxPoints);
        this.maker = new PointMaker(cache, maxPoints);
    }

    /**
     * Decodes a reading. Never throws.
     *
     * @return its points, and the rejections of what is invalid: mostly a single one of them; none where all that there is is
     *         {@linkplain #ignored ignored}. Valid until the next reading is decoded, and not to be modified
     */
    public List<Decoded> decode(Reading reading) {
        maker.beginMessage(reading);
        try {
            extract(reading);
        } catch (InvalidReadingException e) {
            maker.rejectMessage(e);
        }
        return maker.endMessage();
    }

    /** Whether the reading that was decoded last has become points, and each of them carries its time. */
    public boolean isTimed() {
        return maker.isTimed();
    }

    /** The number of points so far whose series, time and content were those of an earlier one. Any thread may ask. */
    public long duplicates() {
        return maker.duplicates();
    }

    /** How often something in valid readings has been dropped so far. Any thread may ask. */
    public long ignored(Ignored reason) {
        return maker.ignored(reason);
    }

    private void extract(Reading reading) throws InvalidReadingException {
        if (reading.isOversized()) {
            throw new InvalidReadingException(Reason.TOO_LARGE, reading.size() + " bytes");
        }
        byte firstByte = firstByte(reading.payload());
        SeriesCache.Topic topic = cache.topic(reading.topic());
        maker.topic(topic);
        formatOf(firstByte, topic.rule()).extract(reading.payload(), maker);
    }

    private PayloadFormat formatOf(byte firstByte, CompiledRule rule) {
        for (PayloadFormat format : formats) {
            if (format.accepts(firstByte, rule)) {
                return format;
            }
        }
        throw new AssertionError("the last format accepts every payload");
    }

    /** The first byte that is not blank. */
    private static byte firstByte(byte[] payload) throws InvalidReadingException {
        for (byte b : payload) {
            if (!Blanks.isBlank(b)) {
                return b;
            }
        }
        throw new InvalidReadingException(Reason.EMPTY, null);
    }
}
