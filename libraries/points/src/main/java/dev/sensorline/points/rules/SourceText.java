package dev.sensorline.points.rules;

import java.util.Optional;

/**
 * How a setting says where something of a point comes from: {@code /pointer} from the payload, <code>{name}</code> the
 * level of the topic with that name, <code>{topic}</code> all of the topic; anything else is meant as it stands.
 */
public record SourceText(String text) {

    private static final String TOPIC = "topic";

    /** @throws IllegalArgumentException saying what is allowed */
    public static SourceText parse(String text) {
        if (text.startsWith("/")) {
            JsonPointer.parse(text);
        } else if (text.startsWith("{") && text.endsWith("}")) {
            Names.checked(text.substring(1, text.length() - 1));
        } else if (text.isEmpty() || text.indexOf('{') >= 0 || text.indexOf('}') >= 0) {
            throw new IllegalArgumentException("must be a JSON pointer such as /temp, {level} or text without braces");
        }
        return new SourceText(text);
    }

    /** The level it names. */
    Optional<String> level() {
        return text.startsWith("{") ? Optional.of(text.substring(1, text.length() - 1)) : Optional.empty();
    }

    /**
     * What it means under a filter.
     *
     * @throws IllegalArgumentException when the filter has no such level
     */
    Source under(TopicFilter filter) {
        if (text.startsWith("/")) {
            return new Source.Member(JsonPointer.parse(text), false);
        }
        if (level().isEmpty()) {
            return new Source.Literal(text);
        }
        String name = level().get();
        if (filter.names().containsKey(name)) {
            return new Source.Level(filter.names().get(name));
        }
        if (name.equals(TOPIC)) {
            return new Source.Topic();
        }
        throw new IllegalArgumentException("must take {%s} from a topic that has a level of that name, which %s has not"
                .formatted(name, filter));
    }
}
