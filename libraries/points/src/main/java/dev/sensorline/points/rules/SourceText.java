package dev.sensorline.points.rules;

import java.util.Collection;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A source as a setting writes it: {@code /pointer} is a value in the payload, <code>{name}</code> the level of the topic
 * with that name, or the member or element that the step with that name stands for, <code>{topic}</code> the whole topic, and
 * <code>{property:name}</code> a user property of the message. {@code int16@0} is a {@linkplain BinaryNumber number in bytes}, and so is
 * {@code hex:/pointer:int16@0}. Any other text is a constant.
 */
public record SourceText(String text) {

    static final String TOPIC = "topic";
    private static final Pattern PROPERTY = Pattern.compile("\\{property:([^{}]+)}");

    /** @throws IllegalArgumentException with a message that says what is allowed */
    public static SourceText parse(String text) {
        if (text.startsWith("/")) {
            JsonPointer.parse(text);
        } else if (BinaryNumber.isMeant(text)) {
            BinaryNumber.pointer(text);
            BinaryNumber.parse(text);
        } else if (text.startsWith("{")
                && text.endsWith("}")
                && !PROPERTY.matcher(text).matches()) {
            Names.requireValid(text.substring(1, text.length() - 1));
        } else if (!PROPERTY.matcher(text).matches()
                && (text.isEmpty() || text.indexOf('{') >= 0 || text.indexOf('}') >= 0)) {
            throw new IllegalArgumentException("must be a JSON pointer such as /temp, {level} or text without braces");
        }
        return new SourceText(text);
    }

    /** The name of the user property, if it is one. */
    Optional<String> property() {
        return Optional.of(PROPERTY.matcher(text)).filter(Matcher::matches).map(property -> property.group(1));
    }

    /** The name of the level or topic in braces, if there is one. */
    Optional<String> level() {
        return text.startsWith("{") && property().isEmpty()
                ? Optional.of(text.substring(1, text.length() - 1))
                : Optional.empty();
    }

    /** Whether it is a number in bytes. */
    boolean isBinary() {
        return BinaryNumber.isMeant(text);
    }

    /** The JSON pointer, if there is one. */
    Optional<JsonPointer> pointer() {
        return text.startsWith("/") ? Optional.of(JsonPointer.parse(text)) : BinaryNumber.pointer(text);
    }

    /**
     * The source that this text means for topics of a filter.
     *
     * @param steps the names of steps in the rule's pointers
     * @throws IllegalArgumentException if neither the filter has a level of that name, nor a pointer a step
     */
    Source resolve(TopicFilter filter, Collection<String> steps) {
        if (text.startsWith("/")) {
            return new Source.Member(JsonPointer.parse(text), false);
        }
        if (isBinary()) {
            return new Source.Member(pointer().orElse(JsonPointer.WHOLE_DOCUMENT), false, BinaryNumber.parse(text));
        }
        Optional<String> property = property();
        if (property.isPresent()) {
            return new Source.Property(property.get());
        }
        return level().map(name -> resolve(name, filter, steps)).orElseGet(() -> new Source.Literal(text));
    }

    private static Source resolve(String name, TopicFilter filter, Collection<String> steps) {
        Integer level = filter.levelsByName().get(name);
        if (level != null) {
            return new Source.Level(level);
        }
        if (name.equals(TOPIC)) {
            return new Source.Topic();
        }
        if (steps.contains(name)) {
            return new Source.Step(name);
        }
        throw new IllegalArgumentException(
                "must name a level of the topic filter, but %s has no level {%s}".formatted(filter, name));
    }
}
