package dev.sensorline.points.rules;

import java.time.ZoneId;
import java.util.List;
import java.util.SortedMap;

import org.jspecify.annotations.Nullable;

/**
 * How readings become points, for the topics that match a filter.
 *
 * @param content what the points consist of
 * @param origin  the settings that define the rule, for error messages
 */
public record Rule(TopicFilter filter, Content content, Origin origin) {

    /**
     * What points consist of. Two rules with equal content make the same point of the same reading.
     *
     * @param format      of the payloads
     * @param csv         how cells are written in {@link Format#CSV}
     * @param measurement a {@link Source.Literal}, a {@link Source.Level} or, of {@link Format#LINE}, a {@link Source.Payload}
     * @param tags        sources by name of the tag; a tag whose source has no value is omitted from the point
     * @param fields      at least one comes from the payload; none of {@link Format#LINE}, whose payloads name them
     * @param time        null if points get the time of arrival
     * @param names       the steps of pointers of which each member or element is a point, the outermost first. Each pointer has
     *                    some of them in this order, and one has all. Empty if a document is one point
     * @param condition   that a document must fulfil; null if there is none
     * @param isIgnored   whether readings are dropped instead
     */
    public record Content(
            Format format,
            Csv csv,
            Source measurement,
            SortedMap<String, Source> tags,
            List<Field> fields,
            @Nullable Time time,
            List<String> names,
            @Nullable Condition condition,
            boolean isIgnored) {}

    /**
     * The form of rows.
     *
     * @param columns their names; empty if the first row has them
     */
    public record Csv(List<String> columns, Delimiter delimiter) {}

    /**
     * A field of the points, or several of them.
     *
     * @param name        for messages if there is a naming
     * @param naming      a {@link Source.Level} or {@link Source.Step} that names the field: each member or element of that step is
     *                    a field; null if it has a name of its own
     * @param isOptional  whether a value that is not of the type counts as absent
     * @param decimalMark in numbers that are texts
     * @param source      not a {@link Source.Literal}
     */
    public record Field(
            String name,
            @Nullable Source naming,
            FieldType type,
            boolean isOptional,
            DecimalMark decimalMark,
            Source source) {}

    /**
     * Where a message has its time, and how.
     *
     * @param source        a {@link Source.Member} or a {@link Source.Property}
     * @param format        of the text, instead of ISO 8601; null if there is none
     * @param zone          of texts without an offset; null if each text has one
     * @param earliestNanos of a clock that is set, in nanoseconds since 1970-01-01T00:00Z
     * @param invalid       what becomes of readings with an earlier time
     * @param sameTime      what becomes of different readings with the same time
     */
    public record Time(
            Source source,
            TimeUnit unit,
            @Nullable TimeFormat format,
            @Nullable ZoneId zone,
            long earliestNanos,
            InvalidTime invalid,
            SameTime sameTime) {}

    /**
     * The settings that define a rule, each as {@code key=value}.
     *
     * @param topic  the setting of the topic filter
     * @param fields the setting that defines the fields
     * @param tags   the setting that defines the tags
     */
    public record Origin(String topic, String fields, String tags) {

        /** A single setting that defines filter, fields and tags. */
        public static Origin of(String setting) {
            return new Origin(setting, setting, setting);
        }
    }
}
