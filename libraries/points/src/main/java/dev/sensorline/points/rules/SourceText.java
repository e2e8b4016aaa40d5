package dev.sensorline.points.rules;

import java.util.Optional;

/**
 * A source as a setting writes it: {@code /pointer} is a value in the payload, <code>{name}</code> the level of the topic
 * with that name, and <code>{topic}</code> the whole topic. Any other text is a constant.
 */
public record SourceText(String text) {

    private static final String TOPIC = "topic";

    /** @throws IllegalArgumentException with a message that says what is allowed */
    public static SourceText parse(String text) {
        if (text.startsWith("/")) {
            JsonPointer.parse(text);
        } else if (text.startsWith("{") && text.endsWith("}")) {
            Names.requireValid(text.substring(1, text.length() - 1));
        } else if (text.isEmpty() || text.indexOf('{') >= 0 || text.indexOf('}') >= 0) {
            throw new IllegalArgumentException("must be a JSON pointer such as /temp, {level} or text without braces");
        }
        return new SourceText(text);
    }

    /** The name in braces, if there is one. */
    Optional<String> level() {
        return text.startsWith("{") ? Optional.of(text.substring(1, text.length() - 1)) : Optional.empty();
    }

    /**
     * The source that this text means for topics of a filter.
     *
     * @throws IllegalArgumentException if the filter has no level of that name
     */
    Source resolve(TopicFilter filter) {
        if (text.startsWith("/")) {
            return new Source.Member(JsonPointer.parse(text), false);
        }
        return level().map(name -> resolve(name, filter)).orElseGet(() -> new Source.Literal(text));
    }

    private static Source resolve(String name, TopicFilter filter) {
        Integer level = filter.levelsByName().get(name);
        if (level != null) {
            return new Source.Level(level);
        }
        if (name.equals(TOPIC)) {
            return new Source.Topic();
        }
        throw new IllegalArgumentException(
                "must name a level of the topic filter, but %s has no level {%s}".formatted(filter, name));
    }
}
