package dev.sensorline.points.rules;

import java.util.List;
import java.util.SortedMap;

/**
 * How readings of some topics become points.
 *
 * @param filter  of the topics
 * @param content what the points consist of
 * @param told    the settings it comes from, for people
 */
public record Rule(TopicFilter filter, Content content, Told told) {

    /**
     * What points consist of. Those of two rules that are equal make the same point of the same reading.
     *
     * @param measurement a literal or a level
     * @param tags        by name; one whose source has nothing is left out
     * @param fields      one at least comes from the payload
     * @param time        null for the arrival
     */
    public record Content(Source measurement, SortedMap<String, Source> tags, List<Field> fields, Time time) {
    }

    /**
     * A field.
     *
     * @param source a level or a member
     */
    public record Field(String name, FieldType type, Source source) {
    }

    /** Where the payload says its time. */
    public record Time(Source.Member member, TimeUnit unit) {
    }

    /** Settings as {@code key=value}: of the filter, and the one that says what the fields and the tags are. */
    public record Told(String topic, String fields, String tags) {

        /** All in one. */
        public static Told by(String setting) {
            return new Told(setting, setting, setting);
        }
    }
}
