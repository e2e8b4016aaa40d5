package dev.sensorline.points.rules;

import java.util.Locale;

/**
 * A field as a setting writes it: {@code name}, {@code name:type}, {@code name=source} or {@code name:type=source}. The
 * default type is float, the default source the JSON member with the name of the field.
 */
public record FieldText(String name, FieldType type, SourceText source) {

    /** @throws IllegalArgumentException with a message that says what is allowed */
    public static FieldText parse(String text) {
        int equals = text.indexOf('=');
        String declaration = equals < 0 ? text : text.substring(0, equals).strip();
        int colon = declaration.indexOf(':');
        String name = Names.requireValid(colon < 0 ? declaration : declaration.substring(0, colon));
        SourceText source = SourceText.parse(
                equals < 0 ? "/" + name : text.substring(equals + 1).strip());
        if (!source.text().startsWith("/") && source.level().isEmpty()) {
            throw new IllegalArgumentException("must take each field from a JSON pointer such as /temp or a {level}");
        }
        return new FieldText(name, colon < 0 ? FieldType.FLOAT : type(declaration.substring(colon + 1)), source);
    }

    private static FieldType type(String text) {
        for (FieldType type : FieldType.values()) {
            if (type.name().toLowerCase(Locale.ROOT).equals(text)) {
                return type;
            }
        }
        throw new IllegalArgumentException("must have fields of type float, integer, boolean or string");
    }
}
