package dev.sensorline.points.rules;

/** A tag as a setting writes it: {@code name=source}. */
public record TagText(String name, SourceText source) {

    /** @throws IllegalArgumentException with a message that says what is allowed */
    public static TagText parse(String text) {
        int equals = text.indexOf('=');
        if (equals < 0) {
            throw new IllegalArgumentException(
                    "must be tags as name=text, name=/pointer, name={level} or name={property:name}");
        }
        return new TagText(
                Names.requireValid(text.substring(0, equals).strip()),
                SourceText.parse(text.substring(equals + 1).strip()));
    }
}
