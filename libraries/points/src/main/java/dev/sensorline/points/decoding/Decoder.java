package dev.sensorline.points.decoding;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.sensorline.points.Decoded;
import dev.sensorline.points.Ignored;
import dev.sensorline.points.Reading;
import dev.sensorline.points.Rejection.Reason;
import dev.sensorline.points.decoding.extraction.Blanks;
import dev.sensorline.points.decoding.extraction.InvalidReadingException;
import dev.sensorline.points.decoding.format.BinaryFormat;
import dev.sensorline.points.decoding.format.CsvFormat;
import dev.sensorline.points.decoding.format.JsonFormat;
import dev.sensorline.points.decoding.format.JsonStringFormat;
import dev.sensorline.points.decoding.format.LineFormat;
import dev.sensorline.points.decoding.format.PayloadFormat;
import dev.sensorline.points.decoding.format.PlacesFormat;
import dev.sensorline.points.decoding.format.PlainValueFormat;
import dev.sensorline.points.decoding.format.SenmlFormat;
import dev.sensorline.points.decoding.sparkplug.EdgeNodeListener;
import dev.sensorline.points.decoding.sparkplug.SparkplugFormat;
import dev.sensorline.points.rules.BinaryNumber.Encoding;
import dev.sensorline.points.rules.Format;
import dev.sensorline.points.rules.Rule;
import dev.sensorline.points.rules.Rules;

/**
 * Decodes readings to points. The topic selects the rule, the first format that accepts the payload passes its values to the
 * extractors of the rule, and {@link PointMaker} makes points of them.
 * <p>
 * Not thread-safe, except {@link #duplicates} and {@link #ignored}: one thread at a time may decode.
 */
public final class Decoder {

    private final PlainValueFormat plain = new PlainValueFormat();
    private final JsonFormat json = new JsonFormat();
    /** Of a rule that names no format, in this order. The last one accepts every payload. */
    private final PayloadFormat[] automatic = {json, new JsonStringFormat(plain), plain};
    /** Of rules that name one, made when the first of its payloads comes. */
    private final Map<Format, PayloadFormat> formats = new EnumMap<>(Format.class);

    private final SparkplugFormat sparkplug;
    private final int maxPoints;
    private SeriesCache cache;
    private final PointMaker maker;

    /**
     * A decoder for rules.
     *
     * @param maxPoints the most points of a reading; one with more is rejected as a whole
     */
    public Decoder(Rules rules, int maxPoints) {
        this(rules, maxPoints, EdgeNodeListener.NONE);
    }

    /**
     * A decoder for rules.
     *
     * @param maxPoints the most points of a reading; one with more is rejected as a whole
     * @param listener  is told of edge nodes of Sparkplug, by the thread that decodes
     */
    public Decoder(Rules rules, int maxPoints, EdgeNodeListener listener) {
        this.sparkplug = new SparkplugFormat(rules, maxPoints, listener);
        this.maxPoints = maxPoints;
        this.cache = new SeriesCache(rules, maxPoints);
        this.maker = new PointMaker(cache, maxPoints);
    }

    /** Decodes from the next reading on by other rules. The times that have been given, and what has been counted, stay. */
    public void use(Rules rules) {
        cache = new SeriesCache(rules, maxPoints);
        maker.use(cache);
        sparkplug.use(rules);
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

    /**
     * The settings of the rule that was tried last: that of the reading that was decoded last, unless there was {@linkplain
     * Reason#NO_RULE none}.
     */
    public Rule.Origin origin() {
        return maker.rule().origin();
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

    /**
     * How many points of the reading that was decoded last carry the time of a clock that is not set, so that they got the time of
     * the arrival.
     */
    public int unsetClocks() {
        return maker.unsetClocks();
    }

    private void extract(Reading reading) throws InvalidReadingException {
        SeriesCache.Topic topic = cache.topic(reading.topic());
        maker.topic(topic);
        if (topic.rule().isIgnored() && !topic.rule().isConditional()) {
            maker.drop(Ignored.RULE);
            return;
        }
        if (reading.isOversized()) {
            if (topic.rule().content().format() == Format.SPARKPLUG) {
                sparkplug.skip(reading.topic());
            }
            throw new InvalidReadingException(Reason.TOO_LARGE, reading.size() + " bytes");
        }
        Format format = topic.rule().content().format();
        switch (format) {
            case AUTO -> extractText(reading, topic, null);
            case JSON, VALUE, LINE, CSV, HEX, BASE64 -> extractText(reading, topic, of(format));
            case CBOR, MSGPACK, BYTES -> of(format).extract(notEmpty(reading.payload()), maker);
            case SENML -> extractSenml(reading, topic);
            case SPARKPLUG -> sparkplug.extract(reading, maker);
        }
    }

    private PayloadFormat of(Format format) {
        PayloadFormat made = formats.get(format);
        if (made == null) {
            made = create(format);
            formats.put(format, made);
        }
        return made;
    }

    private PayloadFormat create(Format format) {
        return switch (format) {
            case JSON -> json;
            case VALUE -> plain;
            case LINE -> new LineFormat();
            case CSV -> new CsvFormat();
            case CBOR -> BinaryFormat.cbor();
            case MSGPACK -> BinaryFormat.messagePack();
            case SENML -> new SenmlFormat();
            case BYTES -> new PlacesFormat(Encoding.BYTES);
            case HEX -> new PlacesFormat(Encoding.HEX);
            case BASE64 -> new PlacesFormat(Encoding.BASE64);
            case AUTO, SPARKPLUG -> throw new AssertionError(format + " is no format of single payloads");
        };
    }

    private void extractSenml(Reading reading, SeriesCache.Topic topic) throws InvalidReadingException {
        byte[] payload = notEmpty(reading.payload());
        byte[] text = Payloads.trimmed(payload);
        if (SenmlFormat.isJson(text) || text.length > 0 && Payloads.isNull(text, 0)) {
            extractText(reading, topic, of(Format.SENML));
        } else {
            of(Format.SENML).extract(payload, maker);
        }
    }

    private static byte[] notEmpty(byte[] payload) throws InvalidReadingException {
        if (payload.length == 0) {
            throw new InvalidReadingException(Reason.EMPTY, null);
        }
        return payload;
    }

    /** @param format null if the payload tells */
    private void extractText(Reading reading, SeriesCache.Topic topic, @Nullable PayloadFormat format)
            throws InvalidReadingException {
        byte[] payload = Payloads.trimmed(reading.payload());
        int first = firstNotBlank(payload);
        if (Payloads.isNull(payload, first)) {
            maker.drop(Ignored.EMPTY);
            return;
        }
        (format == null ? automaticFormat(payload[first], topic) : format).extract(payload, maker);
    }

    /** The first format that a rule of the topic accepts. */
    private PayloadFormat automaticFormat(byte firstByte, SeriesCache.Topic topic) {
        for (PayloadFormat format : automatic) {
            for (SeriesCache.Topic tried = topic; tried != null; tried = tried.next()) {
                if (format.accepts(firstByte, tried.rule())) {
                    return format;
                }
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
}
