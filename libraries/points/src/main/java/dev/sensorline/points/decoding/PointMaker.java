package dev.sensorline.points.decoding;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

import org.jspecify.annotations.Nullable;

import dev.sensorline.points.Decoded;
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
import dev.sensorline.points.decoding.extraction.CompiledRule;
import dev.sensorline.points.decoding.extraction.Elements;
import dev.sensorline.points.decoding.extraction.FieldExtractor;
import dev.sensorline.points.decoding.extraction.InvalidReadingException;
import dev.sensorline.points.decoding.extraction.Line;
import dev.sensorline.points.decoding.extraction.PointFields;
import dev.sensorline.points.decoding.extraction.TimeExtractor;
import dev.sensorline.points.decoding.format.Documents;
import dev.sensorline.points.rules.SameTime;

/**
 * Makes points of the values that a payload format has extracted: one of a document, or one of each of its elements if the rule
 * names steps. Not thread-safe, except {@link #duplicates} and {@link #ignored}.
 */
final class PointMaker implements Documents, Elements.Visitor {

    /** What the points of a message take in line protocol at most, in characters: as much as several requests to InfluxDB. */
    private static final int MOST_SIZE = 4 << 20;
    /** Rejections with an explanation. There may be thousands in a message, of which few are looked at. */
    private static final int MOST_EXPLAINED = 10;
    /** The arrival clock is not further ahead, unless it has been set back. */
    private static final long MOST_AHEAD_NANOS = 1_000_000_000L;

    private static final int USUAL_CAPACITY = 64;

    private SeriesCache cache;
    private final int maxPoints;
    private final UniqueTimestamps timestamps = new UniqueTimestamps();
    private final Map<Ignored, LongAdder> ignored = new EnumMap<>(Ignored.class);
    /** Where the fields of the current point are: the hash of series and name for each. */
    private long[] columns = new long[8];
    /** The first time of arrival that the points of no message have. */
    private long freeNanos;

    // Of the current message.
    private Reading reading;
    private SeriesCache.Topic firstTried;
    private List<Decoded> decoded = new ArrayList<>(USUAL_CAPACITY);
    private long arrivalNanos;
    /** Documents that have ended. */
    private int documents;

    private boolean hasSeveralDocuments;
    /** Elements so far, also those that are no points. A document that is one point is one. */
    private int elements;

    private int points;
    private int timedPoints;
    /** Whether times are relative to that of the arrival. */
    private boolean isRelative;

    private int unsetClocks;
    private int size;
    /** The number of the line that the current document is; 0 if documents are no lines. */
    private int line;

    // Of the current document.
    private boolean isArray;
    /** With the rule that is tried. */
    private SeriesCache.Topic topic;
    /** The topic's, for the form of the document. */
    private CompiledRule rule;

    private int withoutFields;

    @SuppressWarnings("NullAway.Init") // The values of a message are set when it begins.
    PointMaker(SeriesCache cache, int maxPoints) {
        this.cache = cache;
        this.maxPoints = maxPoints;
        for (Ignored reason : Ignored.values()) {
            ignored.put(reason, new LongAdder());
        }
    }

    /** The number of points so far whose series, time and content were those of an earlier one. Any thread may ask. */
    long duplicates() {
        return timestamps.duplicates();
    }

    /** How often something in valid messages has been dropped so far. Any thread may ask. */
    long ignored(Ignored reason) {
        return count(reason).sum();
    }

    private LongAdder count(Ignored reason) {
        return Objects.requireNonNull(ignored.get(reason));
    }

    void beginMessage(Reading message) {
        reading = message;
        if (decoded.size() > USUAL_CAPACITY) {
            decoded = new ArrayList<>(USUAL_CAPACITY);
        } else {
            decoded.clear();
        }
        long ahead = freeNanos - message.arrivalNanos();
        arrivalNanos = ahead > 0 && ahead < MOST_AHEAD_NANOS ? freeNanos : message.arrivalNanos();
        documents = 0;
        hasSeveralDocuments = false;
        elements = 0;
        points = 0;
        timedPoints = 0;
        unsetClocks = 0;
        isRelative = false;
        size = 0;
        line = 0;
    }

    /** Goes on with other rules. What is remembered and counted stays. */
    void use(SeriesCache ofRules) {
        cache = ofRules;
    }

    /** @param ofMessage with the first rule to be tried */
    void topic(SeriesCache.Topic ofMessage) {
        firstTried = ofMessage;
        rule = ofMessage.rule();
    }

    /** The rule that was tried last. */
    CompiledRule rule() {
        return rule;
    }

    @Override
    public void drop(Ignored reason) {
        count(reason).increment();
    }

    @Override
    public CompiledRule begin(boolean isDocumentArray) {
        isArray = isDocumentArray;
        return begin(firstTried);
    }

    @Override
    public @Nullable CompiledRule next() {
        SeriesCache.Topic next = rule.isFulfilled() ? null : topic.next();
        return next == null ? null : begin(next);
    }

    @Override
    public long arrivalNanos() {
        isRelative = true;
        return arrivalNanos + elements;
    }

    private CompiledRule begin(SeriesCache.Topic tried) {
        topic = tried;
        CompiledRule ofTopic = topic.rule();
        rule = isArray ? ofTopic.ofArrays() : ofTopic;
        rule.reset();
        Elements ofRule = rule.elements();
        if (ofRule != null) {
            ofRule.begin(cache.fieldNames(topic), topic.levelNames());
        }
        return rule;
    }

    @Override
    public void end(boolean isLast) throws InvalidReadingException {
        hasSeveralDocuments |= !isLast;
        if (!rule.isFulfilled()) {
            drop(Ignored.CONDITION);
        } else if (rule.isIgnored()) {
            drop(Ignored.RULE);
        } else {
            rule.extractProperties(reading.properties());
            Elements ofRule = rule.elements();
            Line ofLine = rule.line();
            if (ofLine != null) {
                line(ofLine);
            } else if (rule.isOfEmptyDocument()) {
                drop(Ignored.EMPTY);
            } else if (ofRule == null && rule.mayBeWithoutFields() && rule.isWithoutFields()) {
                drop(Ignored.NO_FIELDS);
            } else if (ofRule == null) {
                document();
            } else {
                elements(ofRule);
            }
        }
        documents++;
    }

    @Override
    public void endLine(int number) throws InvalidReadingException {
        line = number;
        end(false);
        requireFewInvalidLines();
    }

    @Override
    public void rejectLine(int number, InvalidReadingException problem) throws InvalidReadingException {
        line = number;
        reject(problem, "");
        requireFewInvalidLines();
    }

    private void requireFewInvalidLines() throws InvalidReadingException {
        if (rejections() > maxPoints) {
            throw new InvalidReadingException(Reason.TOO_MANY_POINTS, "more than " + maxPoints + " invalid lines");
        }
    }

    @Override
    public void foundNothing() {
        drop(Ignored.EMPTY);
    }

    private void line(Line read) throws InvalidReadingException {
        Point point;
        try {
            point = point(read.fields(), cache.series(topic, read), true);
        } catch (InvalidReadingException e) {
            reject(e, "");
            return;
        }
        if (read.leftOut() > 0) {
            count(Ignored.NOT_A_FIELD).add(read.leftOut());
        }
        add(point);
    }

    private void document() throws InvalidReadingException {
        Point point;
        try {
            rule.requireValid();
            Series series = cache.series(topic, rule);
            TimeExtractor time = rule.time();
            long nanos = time == null || !time.isPresent()
                    ? arrivalNanos + elements
                    : timeNanos(
                            time,
                            fillColumns(series),
                            hasSeveralDocuments ? contentHash() : topic.contentHash(reading.payload()));
            FieldExtractor.OfFloat onlyFloat = rule.onlyFloat();
            point = onlyFloat != null && topic.fields().isEmpty()
                    ? new FloatPoint(reading, series, onlyFloat.name(), onlyFloat.value(), nanos)
                    : new FieldsPoint(reading, series, fields(), nanos);
        } catch (InvalidReadingException e) {
            reject(e, "");
            return;
        }
        add(point);
    }

    private void elements(Elements ofDocument) throws InvalidReadingException {
        if (rule.hasTimeOfMessage() && !isTimeValid()) {
            return;
        }
        int before = decoded.size();
        withoutFields = 0;
        ofDocument.visit(this);
        int leftOut = ofDocument.leftOut();
        count(Ignored.NOT_A_FIELD).add(leftOut);
        if (decoded.size() > before) {
            count(Ignored.NO_FIELDS).add(withoutFields);
        } else if (leftOut > 0) {
            return;
        } else if (ofDocument.hasFoundEmpty()) {
            drop(Ignored.EMPTY);
        } else if (ofDocument.hasSteps() && withoutFields > 0 && !isOfDefaultForm()) {
            count(Ignored.NO_FIELDS).add(withoutFields);
        } else if (rule.mayBeWithoutFields()) {
            drop(Ignored.NO_FIELDS);
        } else {
            reject(new InvalidReadingException(Reason.NO_VALUE, ofDocument.missing()), "");
        }
    }

    /** Whether the rule names no steps of an array, so that it may be one of anything. */
    private boolean isOfDefaultForm() {
        return rule != topic.rule();
    }

    @Override
    public void element(Elements element) throws InvalidReadingException {
        Point point;
        try {
            point = point(element.fields(), cache.series(topic, rule), element.hasTimesOfItsOwn());
        } catch (InvalidReadingException e) {
            invalid(element, e);
            return;
        }
        add(point);
    }

    /** Whether the time from a user property is valid; otherwise the document is rejected. */
    private boolean isTimeValid() {
        try {
            TimeExtractor time = rule.time();
            if (time != null) {
                time.requireValid();
            }
            return true;
        } catch (InvalidReadingException e) {
            reject(e, "");
            return false;
        }
    }

    private Point point(PointFields ofPoint, Series series, boolean hasTimeOfItsOwn) throws InvalidReadingException {
        TimeExtractor time = rule.time();
        long nanos = time == null || !time.isPresent()
                ? arrivalNanos + elements
                : timeNanos(time, fillColumns(series, ofPoint), contentHash(ofPoint, hasTimeOfItsOwn));
        List<Field> fields = ofPoint.all();
        if (topic.fields().isEmpty() && fields.size() == 1 && fields.get(0) instanceof Field.OfFloat only) {
            return new FloatPoint(reading, series, only.name(), only.value(), nanos);
        }
        List<Field> all = new ArrayList<>(fields);
        if (!topic.fields().isEmpty()) {
            all.addAll(0, topic.fields());
        }
        return new FieldsPoint(reading, series, all, nanos);
    }

    @Override
    public void invalid(Elements element, InvalidReadingException problem) {
        reject(problem, rejections() < MOST_EXPLAINED ? element.place() : "");
    }

    @Override
    public void withoutFields() {
        withoutFields++;
        elements++;
    }

    private void add(Point point) throws InvalidReadingException {
        elements++;
        if (points == maxPoints) {
            throw new InvalidReadingException(Reason.TOO_MANY_POINTS, "more than " + maxPoints);
        }
        points++;
        size += point.size();
        if (size > MOST_SIZE) {
            throw new InvalidReadingException(
                    Reason.TOO_MANY_POINTS, "more than " + MOST_SIZE + " characters in line protocol");
        }
        TimeExtractor time = rule.time();
        timedPoints += time != null && time.isPresent() ? 1 : 0;
        unsetClocks += time != null && time.isUnset() ? 1 : 0;
        decoded.add(point);
    }

    private int rejections() {
        return decoded.size() - points;
    }

    /** @param place of the invalid value in its document; empty if it is the document */
    private void reject(InvalidReadingException problem, String place) {
        elements++;
        String detail = problem.getMessage();
        if (rejections() >= MOST_EXPLAINED) {
            detail = null;
        } else {
            detail = place.isEmpty() ? detail : detail == null ? place : place + ": " + detail;
            if (line > 0 || hasSeveralDocuments) {
                String document = line > 0 ? "line " + line : "document " + (documents + 1);
                detail = detail == null ? document : document + ": " + detail;
            }
        }
        decoded.add(new Rejection(reading, problem.reason(), detail));
    }

    /** The message, or what is left of it, is invalid. */
    void rejectMessage(InvalidReadingException problem) {
        if (problem.reason() == Reason.TOO_MANY_POINTS) {
            decoded.clear();
            points = 0;
            unsetClocks = 0;
            hasSeveralDocuments = false;
            line = 0;
        }
        reject(problem, "");
    }

    /** Returns what the message has become. Valid until the next begins. */
    List<Decoded> endMessage() {
        if (elements > 1 || arrivalNanos != reading.arrivalNanos()) {
            freeNanos = arrivalNanos + elements;
        }
        return decoded;
    }

    /** Whether the message has become points, and each of them carries its time. */
    boolean isTimed() {
        return points > 0 && timedPoints == points && !isRelative;
    }

    /** How many points of the message have the time of arrival because their sensor's clock is not set. */
    int unsetClocks() {
        return unsetClocks;
    }

    private List<Field> fields() {
        List<Field> fields = new ArrayList<>(topic.fields());
        for (FieldExtractor field : rule.fields()) {
            if (field.isPresent()) {
                fields.add(field.field());
            }
        }
        return fields;
    }

    private long timeNanos(TimeExtractor time, int columnCount, long contentHash) throws InvalidReadingException {
        try {
            return time.sameTime() == SameTime.SPREAD
                    ? UniqueTimestamps.spread(time.nanos(), time.precisionNanos(), contentHash)
                    : timestamps.assign(columns, columnCount, time.nanos(), time.precisionNanos(), contentHash);
        } catch (ArithmeticException e) {
            throw new InvalidReadingException(Reason.BAD_TIME, time.outOfRange());
        }
    }

    /** A hash of what a document says that is not the whole message, and of its place where it has no time of its own. */
    private long contentHash() {
        long hash = rule.fields().length;
        for (FieldExtractor field : rule.fields()) {
            if (field.isPresent()) {
                hash = Hash64.of(hash, Hash64.of(field.nameHash(), field.field().valueHash()));
            }
        }
        return topic.contentHash(rule.hasTimeOfMessage() ? Hash64.of(hash, elements) : hash);
    }

    /** The same reading may come again among others. Where the time is not its own, its place among them tells it from them. */
    private long contentHash(PointFields fields, boolean hasTimeOfItsOwn) {
        long hash = fields.contentHash();
        return topic.contentHash(hasTimeOfItsOwn ? hash : Hash64.of(hash, elements));
    }

    /** Returns how many columns there are. */
    private int fillColumns(Series series) {
        FieldExtractor[] fromPayload = rule.fields();
        int count = fillColumns(series, fromPayload.length);
        for (FieldExtractor field : fromPayload) {
            if (field.isPresent()) {
                columns[count++] = Hash64.of(series.hash(), field.nameHash());
            }
        }
        return count;
    }

    private int fillColumns(Series series, PointFields ofPoint) {
        int fields = ofPoint.all().size();
        int count = fillColumns(series, fields);
        for (int i = 0; i < fields; i++) {
            columns[count++] = Hash64.of(series.hash(), ofPoint.nameHashes()[i]);
        }
        return count;
    }

    /** Fills the columns of fields from the topic, with room for others. */
    private int fillColumns(Series series, int others) {
        long[] fromTopic = topic.fieldHashes();
        if (columns.length < others + fromTopic.length) {
            columns = new long[others + fromTopic.length];
        }
        int count = 0;
        for (long nameHash : fromTopic) {
            columns[count++] = Hash64.of(series.hash(), nameHash);
        }
        return count;
    }
}
