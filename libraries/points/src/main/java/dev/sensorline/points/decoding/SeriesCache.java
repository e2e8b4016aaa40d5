package dev.sensorline.points.decoding;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import dev.sensorline.points.Field;
import dev.sensorline.points.Rejection.Reason;
import dev.sensorline.points.Series;
import dev.sensorline.points.rules.Rule;
import dev.sensorline.points.rules.Rules;
import dev.sensorline.points.rules.Source;
import dev.sensorline.points.rules.Source.Level;
import dev.sensorline.points.rules.Source.Literal;
import dev.sensorline.points.rules.Source.Member;
import dev.sensorline.points.rules.TopicFilter;

/**
 * What topics say, and the series of readings. Those of the last ones are remembered, as many as there are places: one
 * that comes to the place of another takes it. Not thread-safe.
 */
final class SeriesCache {

    private static final int PLACES = 1 << 12;

    /** What a topic says: its rule, and the fields that come from it. */
    static final class Topic {

        private final String name;
        private final Kind kind;
        private final List<Field> fields;
        /** Of its readings that tell no tag; null until there was one. */
        private Series untold;

        private Topic(String name, Kind kind, List<Field> fields) {
            this.name = name;
            this.kind = kind;
            this.fields = fields;
        }

        /** Of its rule, to be filled with payloads. */
        Form form() {
            return kind.form;
        }

        List<Field> fields() {
            return fields;
        }
    }

    /** A rule, made ready. */
    private record Kind(TopicFilter filter, Rule.Content content, Form form, List<Rule.Field> topicFields) {

        static Kind of(Rule rule) {
            return new Kind(rule.filter(), rule.content(), new Form(rule.content()),
                    rule.content().fields().stream().filter(field -> !(field.source() instanceof Member)).toList());
        }
    }

    /** A series, by its topic and by the tags that the payload tells; null where it does not tell one. */
    private record Tagged(String topic, String[] tags, Series series) {

        boolean isOf(Topic other, TagTarget[] told) {
            if (!topic.equals(other.name)) {
                return false;
            }
            for (int i = 0; i < tags.length; i++) {
                String text = told[i].text();
                if (text == null ? tags[i] != null : !text.equals(tags[i])) {
                    return false;
                }
            }
            return true;
        }
    }

    private final Kind[] kinds;
    private final Topic[] topics = new Topic[PLACES];
    private final Tagged[] series = new Tagged[PLACES];

    SeriesCache(Rules rules) {
        this.kinds = rules.narrowestFirst().stream().map(Kind::of).toArray(Kind[]::new);
    }

    Topic topic(String name) throws NotAReading {
        int place = place(name.hashCode());
        Topic topic = topics[place];
        if (topic == null || !topic.name.equals(name)) {
            topic = understood(name);
            topics[place] = topic;
        }
        return topic;
    }

    private Topic understood(String name) throws NotAReading {
        for (Kind kind : kinds) {
            if (kind.filter.matches(name)) {
                return new Topic(name, kind, kind.topicFields.isEmpty() ? List.of() : fields(name, kind));
            }
        }
        throw new NotAReading(Reason.NO_RULE, "of an earlier subscription?");
    }

    private static List<Field> fields(String topic, Kind kind) throws NotAReading {
        List<Field> fields = new ArrayList<>();
        for (Rule.Field field : kind.topicFields) {
            FieldTarget target = FieldTarget.of(field);
            target.takeText(text(field.source(), topic));
            target.check();
            fields.add(target.field());
        }
        return fields;
    }

    /** The series of a reading that has filled the form of its topic. */
    Series series(Topic topic) throws NotAReading {
        TagTarget[] tags = topic.form().tags();
        int hash = 0;
        boolean isTold = false;
        for (TagTarget tag : tags) {
            isTold |= tag.isPresent();
            hash = 31 * hash + (tag.isPresent() ? tag.text().hashCode() : 0);
        }
        if (!isTold) {
            if (topic.untold == null) {
                topic.untold = made(topic);
            }
            return topic.untold;
        }
        int place = place(31 * topic.name.hashCode() + hash);
        Tagged tagged = series[place];
        if (tagged == null || !tagged.isOf(topic, tags)) {
            tagged = new Tagged(topic.name, texts(tags), made(topic));
            series[place] = tagged;
        }
        return tagged.series;
    }

    private static String[] texts(TagTarget[] tags) {
        String[] texts = new String[tags.length];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = tags[i].text();
        }
        return texts;
    }

    private static int place(int hash) {
        return (hash ^ hash >>> 16) & PLACES - 1;
    }

    private static Series made(Topic topic) throws NotAReading {
        Rule.Content content = topic.kind.content;
        String measurement = text(content.measurement(), topic.name);
        if (content.measurement() instanceof Level && !Series.canBeMeasurement(measurement)) {
            throw new NotAReading(Reason.NOT_A_TAG,
                    "the measurement is empty, has a control character, begins with # or ends with a backslash");
        }
        SortedMap<String, String> tags = new TreeMap<>();
        for (Map.Entry<String, Source> tag : content.tags().entrySet()) {
            if (!(tag.getValue() instanceof Member)) {
                tags.put(tag.getKey(), carried(text(tag.getValue(), topic.name), tag.getKey()));
            }
        }
        for (TagTarget tag : topic.form().tags()) {
            if (tag.isPresent()) {
                tags.put(tag.name(), carried(tag.text(), tag.name()));
            }
        }
        return Series.of(measurement, tags);
    }

    private static String carried(String text, String tag) throws NotAReading {
        if (!Series.canBeTag(text)) {
            throw new NotAReading(Reason.NOT_A_TAG,
                    "'" + tag + "' is empty, has a line feed, ends with a backslash or is no valid text");
        }
        return text;
    }

    private static String text(Source source, String topic) {
        if (source instanceof Literal literal) {
            return literal.text();
        }
        return source instanceof Level level ? level(topic, level.index()) : topic;
    }

    private static String level(String topic, int index) {
        if (index == Level.LAST) {
            return topic.substring(topic.lastIndexOf('/') + 1);
        }
        int from = 0;
        for (int i = 0; i < index; i++) {
            from = topic.indexOf('/', from) + 1;
        }
        int to = topic.indexOf('/', from);
        return topic.substring(from, to < 0 ? topic.length() : to);
    }
}
