package dev.sensorline.points.rules;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A JSON pointer (RFC 6901): the names of members and indices of elements that lead to a value, such as
 * {@code /sensors/0/temp}. In a name, {@code ~1} means a slash and {@code ~0} a tilde. A step in braces stands for every member
 * of an object or element of an array, and gives it a name: <code>/sensors/{sensor}/temp</code>. A brace that is part of a name
 * is doubled.
 *
 * @param steps none if the whole document is the value
 */
public record JsonPointer(List<Step> steps) {

    static final JsonPointer WHOLE_DOCUMENT = new JsonPointer(List.of());

    /** A step of a pointer. */
    public sealed interface Step {

        /** The text in the pointer, without the escapes of RFC 6901. */
        String text();

        /** The member with a name, or the element with an index, unescaped. */
        record One(String text) implements Step {}

        /** Every member and every element, under a name. */
        record Each(String name) implements Step {

            @Override
            public String text() {
                return "{" + name + "}";
            }
        }
    }

    /** @throws IllegalArgumentException with a message that says what is allowed */
    public static JsonPointer parse(String text) {
        if (!text.matches("(?:/(?:[^~]|~[01])*)+")) {
            throw new IllegalArgumentException(
                    "must be a JSON pointer such as /sensors/0/temp, with ~1 for a slash and ~0 for a tilde in a name");
        }
        JsonPointer pointer = new JsonPointer(Stream.of(text.substring(1).split("/", -1))
                .map(JsonPointer::step)
                .toList());
        Set<String> names = new HashSet<>();
        for (String name : pointer.names()) {
            if (!names.add(name)) {
                throw new IllegalArgumentException("must not have {%s} twice in %s".formatted(name, text));
            }
        }
        return pointer;
    }

    private static Step step(String text) {
        if (text.matches("\\{[^{}]*}")) {
            return new Step.Each(Names.requireValid(text.substring(1, text.length() - 1)));
        }
        if (!text.matches("(?:[^{}]|\\{\\{|}})*")) {
            throw new IllegalArgumentException(
                    "must have braces around a whole step, as in /values/{v}/temp, or a doubled brace in a name");
        }
        return new Step.One(
                text.replace("{{", "{").replace("}}", "}").replace("~1", "/").replace("~0", "~"));
    }

    /** The names of steps in braces, the outermost first. */
    public List<String> names() {
        return steps.stream()
                .filter(Step.Each.class::isInstance)
                .map(step -> ((Step.Each) step).name())
                .toList();
    }

    /** The steps, separated by slashes, for messages. */
    public String path() {
        return steps.isEmpty() ? "payload" : steps.stream().map(Step::text).collect(Collectors.joining("/"));
    }
}
