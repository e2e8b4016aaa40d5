package dev.sensorline.points.rules;

/** How a setting says what a tag is: {@code name=source}. */
public record TagText(String name, SourceText source) {

    /** @throws IllegalArgumentException saying what is allowed */
    public static TagText parse(String text) {
        int equals = text.indexOf('=');
        if (equals < 0) {
            throw new IllegalArgumentException("must be tags as name=text, name=/pointer or name={level}");
        }
        return new TagText(Names.checked(text.substring(0, equals).strip()),
                SourceText.parse(text.substring(equals + 1).strip()));
    }
}
