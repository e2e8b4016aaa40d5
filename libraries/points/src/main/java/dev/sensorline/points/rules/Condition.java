package dev.sensorline.points.rules;

/**
 * What a document must say so that a rule applies to it, as a setting writes it: {@code /type:uplink}. The pointer ends at the
 * last colon, because names of members may have colons.
 *
 * @param pointer without steps in braces: a rule applies to a document as a whole
 * @param value the text of the value, as JSON writes it, without quotation marks
 */
public record Condition(JsonPointer pointer, String value) {

    /** @throws IllegalArgumentException with a message that says what is allowed */
    public static Condition parse(String text) {
        int colon = text.lastIndexOf(':');
        if (!text.startsWith("/") || colon < 0 || colon == text.length() - 1) {
            throw new IllegalArgumentException(
                    "must be a JSON pointer and the value that it must have, such as /type:uplink");
        }
        JsonPointer pointer = JsonPointer.parse(text.substring(0, colon));
        if (!pointer.names().isEmpty()) {
            throw new IllegalArgumentException(
                    "must not have a step in braces: a rule applies to a document as a whole");
        }
        return new Condition(pointer, text.substring(colon + 1));
    }
}
