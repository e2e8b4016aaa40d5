package dev.sensorline.points.rules;

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
     * @param measurement a {@link Source.Literal} or a {@link Source.Level}
     * @param tags        sources by name of the tag; a tag whose source has no value is omitted from the point
     * @param fields      at least one comes from the payload
     * @param time        null if points get the time of arrival
     * @param names       the steps of pointers of which each member or element is a point, the outermost first. Each pointer has
     *                    some of them in this order, and one has all. Empty if a document is one point
     */
    public record Content(
            Source measurement,
            SortedMap<String, Source> tags,
            List<Field> fields,
            @Nullable Time time,
            List<String> names) {}

    /**
     * A field of the points, or several of them.
     *
     * @param name   for messages if there is a naming
     * @param naming a {@link Source.Level} or {@link Source.Step} that names the field: each member or element of that step is a
     *               field; null if it has a name of its own
     * @param source not a {@link Source.Literal}
     */
    public record Field(String name, @Nullable Source naming, FieldType type, Source source) {}

    /** Where the payload has its time, in which unit, and what becomes of different readings with the same time. */
    public record Time(Source.Member member, TimeUnit unit, SameTime sameTime) {}

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
