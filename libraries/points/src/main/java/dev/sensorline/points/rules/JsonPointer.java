package dev.sensorline.points.rules;

import java.util.List;
import java.util.stream.Stream;

/**
 * The way to a value in a JSON document (RFC 6901): names of members and indices of elements, such as
 * {@code /sensors/0/temp}, where {@code ~1} stands for a slash and {@code ~0} for a tilde within a name.
 *
 * @param steps at least one: the whole document is no value
 */
public record JsonPointer(List<String> steps) {

    /** @throws IllegalArgumentException saying what is allowed */
    public static JsonPointer parse(String text) {
        if (!text.matches("(?:/(?:[^~]|~[01])*)+")) {
            throw new IllegalArgumentException(
                    "must be a JSON pointer such as /sensors/0/temp, with ~1 for a slash and ~0 for a tilde in a name");
        }
        return new JsonPointer(Stream.of(text.substring(1).split("/", -1))
                .map(step -> step.replace("~1", "/").replace("~0", "~")).toList());
    }

    /** For people: the steps with slashes between them. */
    public String path() {
        return String.join("/", steps);
    }
}
