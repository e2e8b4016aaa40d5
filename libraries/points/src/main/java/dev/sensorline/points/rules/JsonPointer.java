package dev.sensorline.points.rules;

import java.util.List;
import java.util.stream.Stream;

/**
 * A JSON pointer (RFC 6901): the names of members and indices of elements that lead to a value, such as
 * {@code /sensors/0/temp}. In a name, {@code ~1} means a slash and {@code ~0} a tilde.
 *
 * @param steps names and indices, unescaped; at least one, because the whole document is not a value
 */
public record JsonPointer(List<String> steps) {

    /** @throws IllegalArgumentException with a message that says what is allowed */
    public static JsonPointer parse(String text) {
        if (!text.matches("(?:/(?:[^~]|~[01])*)+")) {
            throw new IllegalArgumentException(
                    "must be a JSON pointer such as /sensors/0/temp, with ~1 for a slash and ~0 for a tilde in a name");
        }
        return new JsonPointer(Stream.of(text.substring(1).split("/", -1))
                .map(step -> step.replace("~1", "/").replace("~0", "~"))
                .toList());
    }

    /** The steps, separated by slashes, for messages. */
    public String path() {
        return String.join("/", steps);
    }
}
