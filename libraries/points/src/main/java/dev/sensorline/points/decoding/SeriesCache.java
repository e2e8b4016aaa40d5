package dev.sensorline.points.decoding;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import dev.sensorline.points.Field;
import dev.sensorline.points.Hash64;
import dev.sensorline.points.Rejection.Reason;
import dev.sensorline.points.Series;
import dev.sensorline.points.SeriesWriter;
import dev.sensorline.points.decoding.extraction.CompiledRule;
import dev.sensorline.points.decoding.extraction.Elements;
import dev.sensorline.points.decoding.extraction.FieldExtractor;
import dev.sensorline.points.decoding.extraction.FieldNames;
import dev.sensorline.points.decoding.extraction.InvalidReadingException;
import dev.sensorline.points.decoding.extraction.Line;
import dev.sensorline.points.decoding.extraction.LineKey;
import dev.sensorline.points.decoding.extraction.TagExtractor;
import dev.sensorline.points.rules.Rule;
import dev.sensorline.points.rules.Rules;
import dev.sensorline.points.rules.Source;
import dev.sensorline.points.rules.Source.Level;
import dev.sensorline.points.rules.Source.Literal;
import dev.sensorline.points.rules.Source.Payload;

/** Finds the rule of a topic and the series of a reading, and caches both, in bounded memory. Not thread-safe. */
final class SeriesCache {

    private static final int SLOTS = 1 << 12;
    /** Of each of the three caches. */
    private static final int MOST_BYTES = 4 << 20;
    /** Measurements whose field names are known. Few have fields that payloads name. */
    private static final int MOST_MEASUREMENTS = 32;

    /** Characters of a topic, or bytes of the key of a series. Longer ones are not cached: they would take the place of many others. */
    private static final int LONGEST_CACHED = 1_024;
    /** Bytes of the key of a series. InfluxDB allows 65,535 with the name of the field (models.MaxKeyLength). */
    private static final int LONGEST_KEY = 64_000;

    /** What an entry takes in the heap, in bytes, besides its texts and keys. */
    private static final int ENTRY_BYTES = 160;

    private static final int TEXT_BYTES = 40;

    private static final long[] NO_HASHES = {};

    /** A topic with a rule, the fields that come from the topic, and the rule to be tried if the condition of this one is not fulfilled. */
    static final class Topic implements BoundedCache.Entry {

        private final String name;
        private final CompiledRule rule;
        private final List<Field> fields;
        private final long[] fieldHashes;
        private final String measurement;
        private final List<Optional<FieldNames.Name>> levelNames;
        private final @Nullable Topic next;
        /** The series of readings whose payload has none of the rule's tags; null until the first such reading. */
        private @Nullable Series seriesWithoutPayloadTags;

        private int bytes;

        private Topic(
                String name,
                CompiledRule rule,
                List<Field> fields,
                String measurement,
                List<Optional<FieldNames.Name>> levelNames,
                @Nullable Topic next) {
            this.name = name;
            this.rule = rule;
            this.fields = fields;
            this.next = next;
            this.fieldHashes = fields.isEmpty() ? NO_HASHES : new long[fields.size()];
            for (int i = 0; i < fieldHashes.length; i++) {
                fieldHashes[i] = Hash64.of(fields.get(i).name());
            }
            this.measurement = measurement;
            this.levelNames = levelNames;
            this.bytes = ENTRY_BYTES
                    + bytesOf(name)
                    + bytesOf(measurement)
                    + levelNames.size() * TEXT_BYTES
                    + (next == null ? 0 : next.bytes);
            for (Field field : fields) {
                bytes += TEXT_BYTES + 2 * field.size();
            }
        }

        @Override
        public int bytes() {
            return bytes;
        }

        CompiledRule rule() {
            return rule;
        }

        /** The same topic with the next rule to be tried; null if there is none. */
        @Nullable
        Topic next() {
            return next;
        }

        List<Field> fields() {
            return fields;
        }

        /** The hashes of the names of these fields. Not to be modified. */
        long[] fieldHashes() {
            return fieldHashes;
        }

        /** The names that levels give to the rule's fields, for each such field. */
        List<Optional<FieldNames.Name>> levelNames() {
            return levelNames;
        }

        /** The hash of what a reading on this topic says: the payload, and the topic where it has fields. */
        long contentHash(byte[] payload) {
            return contentHash(Hash64.of(payload));
        }

        /** The same, of the hash of what the payload says. */
        long contentHash(long hash) {
            return fields.isEmpty() ? hash : Hash64.of(Hash64.of(name), hash);
        }
    }

    /** The series of a topic and of tags from the payload; the text of an absent tag is null. */
    private record TaggedSeries(
            String topic, CompiledRule rule, @Nullable String[] tags, Series series) implements BoundedCache.Entry {

        @Override
        public int bytes() {
            return ENTRY_BYTES + bytesOf(topic) + bytesOf(tags) + series.size();
        }

        boolean isOf(Topic other, TagExtractor[] otherTags) {
            if (rule != other.rule || !topic.equals(other.name)) {
                return false;
            }
            for (int i = 0; i < tags.length; i++) {
                String text = otherTags[i].text();
                if (text == null ? tags[i] != null : !text.equals(tags[i])) {
                    return false;
                }
            }
            return true;
        }
    }

    /** The series of lines of a topic with the same measurement and tags, and the same tags from properties. */
    private record LineSeries(
            String topic, byte[] key, @Nullable String[] tags, Series series) implements BoundedCache.Entry {

        @Override
        public int bytes() {
            return ENTRY_BYTES + bytesOf(topic) + key.length + bytesOf(tags) + series.size();
        }

        boolean isOf(Topic other, Line line, TagExtractor[] otherTags) {
            if (!topic.equals(other.name) || !line.hasKey(key)) {
                return false;
            }
            for (int i = 0; i < tags.length; i++) {
                if (!Objects.equals(tags[i], otherTags[i].text())) {
                    return false;
                }
            }
            return true;
        }
    }

    private final CompiledRule[] rules;
    private final BoundedCache<Topic> topics = new BoundedCache<>(SLOTS, MOST_BYTES);
    private final BoundedCache<TaggedSeries> tagged = new BoundedCache<>(SLOTS, MOST_BYTES);
    private final BoundedCache<LineSeries> lines = new BoundedCache<>(SLOTS, MOST_BYTES);
    private final SeriesWriter writer = new SeriesWriter();

    private final Map<String, FieldNames> fieldNames = new LinkedHashMap<>(MOST_MEASUREMENTS, 0.75f, true) {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, FieldNames> eldest) {
            return size() > MOST_MEASUREMENTS;
        }
    };

    SeriesCache(Rules rules, int maxPoints) {
        this.rules = rules.narrowestFirst().stream()
                .map(rule -> new CompiledRule(rule, maxPoints))
                .toArray(CompiledRule[]::new);
    }

    /** @throws InvalidReadingException if no rule matches the topic, or a level is not of the type of its field */
    Topic topic(String name) throws InvalidReadingException {
        int hash = name.hashCode();
        Topic topic = topics.get(hash);
        if (topic == null || !topic.name.equals(name)) {
            topic = resolve(name);
            if (name.length() <= LONGEST_CACHED && topics.takes(hash)) {
                topics.put(hash, topic);
            }
        }
        return topic;
    }

    private Topic resolve(String name) throws InvalidReadingException {
        for (int i = 0; i < rules.length; i++) {
            if (rules[i].matches(name)) {
                return resolve(name, i);
            }
        }
        throw new InvalidReadingException(Reason.NO_RULE, "from an earlier subscription?");
    }

    /** @param index of the first rule to be tried */
    private Topic resolve(String name, int index) throws InvalidReadingException {
        CompiledRule rule = rules[index];
        Topic next = null;
        for (int i = index + 1; rule.isConditional() && next == null && i < rules.length; i++) {
            next = rules[i].hasTopicsOf(rule) ? resolve(name, i) : null;
        }
        String measurement = text(rule.content().measurement(), name);
        return new Topic(
                name,
                rule,
                rule.topicFields().isEmpty() ? List.of() : fields(name, rule),
                measurement,
                levelNames(name, rule, measurement),
                next);
    }

    /** The name of each field that a level names; empty if it cannot be that of a field. */
    private List<Optional<FieldNames.Name>> levelNames(String topic, CompiledRule rule, String measurement) {
        Elements elements = rule.elements();
        if (elements == null) {
            return List.of();
        }
        List<Optional<FieldNames.Name>> names = new ArrayList<>();
        for (Rule.Field field : elements.fieldsNamedByLevels()) {
            String text = text(Objects.requireNonNull(field.naming()), topic);
            names.add(Optional.ofNullable(
                    elements.isTaken(text) ? null : fieldNames(measurement).of(text, field.type())));
        }
        return names;
    }

    /** The names of the fields of a topic's measurement. */
    FieldNames fieldNames(Topic topic) {
        return fieldNames(topic.measurement);
    }

    private FieldNames fieldNames(String measurement) {
        return fieldNames.computeIfAbsent(measurement, name -> new FieldNames());
    }

    private static List<Field> fields(String topic, CompiledRule rule) throws InvalidReadingException {
        List<Field> fields = new ArrayList<>();
        for (Rule.Field field : rule.topicFields()) {
            FieldExtractor extractor = FieldExtractor.of(field);
            extractor.extractText(text(field.source(), topic));
            extractor.requireValid();
            if (extractor.isPresent()) {
                fields.add(extractor.field());
            }
        }
        return fields;
    }

    /**
     * The series of the reading whose values the extractors of a rule hold.
     *
     * @param rule the topic's, for the form of the payload
     * @throws InvalidReadingException if line protocol cannot carry the measurement or a tag
     */
    Series series(Topic topic, CompiledRule rule) throws InvalidReadingException {
        TagExtractor[] tags = rule.tags();
        int hash = 0;
        boolean hasPayloadTags = false;
        for (TagExtractor tag : tags) {
            String text = tag.text();
            hasPayloadTags |= text != null;
            hash = 31 * hash + (text == null ? 0 : text.hashCode());
        }
        if (!hasPayloadTags) {
            Series cached = topic.seriesWithoutPayloadTags;
            if (cached == null) {
                cached = create(topic, rule);
                topic.seriesWithoutPayloadTags = cached;
                topic.bytes += cached.size();
                topics.grown(topic.name.hashCode(), topic, cached.size());
            }
            return cached;
        }
        int ofReading = 31 * topic.name.hashCode() + hash;
        TaggedSeries cached = tagged.get(ofReading);
        if (cached != null && cached.isOf(topic, tags)) {
            return cached.series;
        }
        Series created = create(topic, rule);
        if (created.size() <= LONGEST_CACHED && tagged.takes(ofReading)) {
            tagged.put(ofReading, new TaggedSeries(topic.name, topic.rule, texts(tags), created));
        }
        return created;
    }

    /**
     * The series of the line that a rule has read last, with the tags of the topic.
     *
     * @throws InvalidReadingException if the series is malformed or InfluxDB does not accept it
     */
    Series series(Topic topic, Line line) throws InvalidReadingException {
        TagExtractor[] tags = topic.rule.tags();
        int hash = 31 * topic.name.hashCode() + line.keyHash();
        LineSeries cached = lines.get(hash);
        if (cached != null && cached.isOf(topic, line, tags)) {
            return cached.series;
        }
        byte[] key = line.key();
        Series created = create(topic, LineKey.parse(key));
        if (key.length <= LONGEST_CACHED && created.size() <= LONGEST_CACHED && lines.takes(hash)) {
            lines.put(hash, new LineSeries(topic.name, key, texts(tags), created));
        }
        return created;
    }

    private static @Nullable String[] texts(TagExtractor[] tags) {
        @Nullable String[] texts = new String[tags.length];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = tags[i].text();
        }
        return texts;
    }

    private static int bytesOf(@Nullable String... texts) {
        int bytes = 0;
        for (String text : texts) {
            bytes += text == null ? 0 : TEXT_BYTES + 2 * text.length();
        }
        return bytes;
    }

    private Series create(Topic topic, CompiledRule rule) throws InvalidReadingException {
        String measurement = topic.measurement;
        if (rule.content().measurement() instanceof Level) {
            requireValidMeasurement(measurement);
        }
        writer.begin(measurement);
        for (CompiledRule.Tag tag : rule.sortedTags()) {
            TagExtractor ofMessage = tag.ofMessage();
            if (ofMessage == null) {
                appendTag(tag, topic.name);
            } else {
                String text = ofMessage.text();
                if (text != null) {
                    appendTag(tag.name(), text, 0, text.length());
                }
            }
        }
        return requireValidKey(writer.series());
    }

    /** Appends a tag that is the same for all readings of a topic. Topics may have empty levels. */
    private void appendTag(CompiledRule.Tag tag, String topic) throws InvalidReadingException {
        if (tag.source() instanceof Literal literal) {
            appendTag(tag.name(), literal.text(), 0, literal.text().length());
        } else if (tag.source() instanceof Level level) {
            int from = start(topic, level.index());
            appendTag(tag.name(), topic, from, end(topic, from));
        } else {
            appendTag(tag.name(), topic, 0, topic.length());
        }
    }

    private void appendTag(String name, String text, int from, int to) throws InvalidReadingException {
        if (from < to) {
            requireValidTag(name, text, from, to);
            writer.tag(name, text, from, to);
        }
    }

    /** Of a tag in line and rule, the rule's counts, except the one that rules have by default. */
    private Series create(Topic topic, LineKey line) throws InvalidReadingException {
        CompiledRule rule = topic.rule;
        String measurement = rule.content().measurement() instanceof Payload ? line.measurement() : topic.measurement;
        requireValidMeasurement(measurement);
        SortedMap<String, String> tags = new TreeMap<>(line.tags());
        for (Map.Entry<String, String> tag : tags.entrySet()) {
            requireValidTag(tag.getKey(), tag.getValue());
        }
        for (CompiledRule.Tag tag : rule.sortedTags()) {
            boolean isDefault = tag.source() instanceof Level level && level.index() == Level.LAST;
            String text = tag.ofMessage() == null
                    ? text(tag.source(), topic.name)
                    : tag.ofMessage().text();
            if (text != null && !text.isEmpty()) {
                requireValidTag(tag.name(), text);
                if (!isDefault || !line.tags().containsKey(tag.name())) {
                    tags.put(tag.name(), text);
                }
            }
        }
        return requireValidKey(Series.of(measurement, tags));
    }

    private static void requireValidMeasurement(String measurement) throws InvalidReadingException {
        if (!Series.isValidMeasurement(measurement)) {
            throw new InvalidReadingException(
                    Reason.NOT_A_TAG,
                    "the measurement is empty, has a control character, begins with # or has a backslash at its end or before = or a blank");
        }
    }

    private static Series requireValidKey(Series series) throws InvalidReadingException {
        if (series.size() > LONGEST_KEY) {
            throw new InvalidReadingException(Reason.NOT_A_TAG, "the tags are longer than " + LONGEST_KEY + " bytes");
        }
        return series;
    }

    private static void requireValidTag(String name, String text) throws InvalidReadingException {
        requireValidTag(name, text, 0, text.length());
    }

    private static void requireValidTag(String name, String text, int from, int to) throws InvalidReadingException {
        if (!Series.isValidTag(text, from, to)) {
            throw new InvalidReadingException(
                    Reason.NOT_A_TAG,
                    "'" + name + "' has a line feed, a backslash at its end or before =, or is not valid text");
        }
    }

    /** The text of a source that does not depend on the payload. */
    private static String text(Source source, String topic) {
        if (source instanceof Literal literal) {
            return literal.text();
        }
        return source instanceof Level level ? level(topic, level.index()) : topic;
    }

    private static String level(String topic, int index) {
        int from = start(topic, index);
        return topic.substring(from, end(topic, from));
    }

    /** Where a level of a topic begins. */
    private static int start(String topic, int index) {
        if (index == Level.LAST) {
            return topic.lastIndexOf('/') + 1;
        }
        int from = 0;
        for (int i = 0; i < index; i++) {
            from = topic.indexOf('/', from) + 1;
        }
        return from;
    }

    private static int end(String topic, int from) {
        int to = topic.indexOf('/', from);
        return to < 0 ? topic.length() : to;
    }
}
