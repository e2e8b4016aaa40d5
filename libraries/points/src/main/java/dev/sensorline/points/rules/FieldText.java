package dev.sensorline.points.rules;

import java.util.Locale;

/**
 * How a setting says what a field is: {@code name}, {@code name:type}, {@code name=source} or {@code name:type=source}.
 * Without a type it is a float, without a source the member of its name.
 */
public record FieldText(String name, FieldType type, SourceText source) {

    /** @throws IllegalArgumentException saying what is allowed */
    public static FieldText parse(String text) {
        int equals = text.indexOf('=');
        String declared = equals < 0 ? text : text.substring(0, equals).strip();
        int colon = declared.indexOf(':');
        String name = Names.checked(colon < 0 ? declared : declared.substring(0, colon));
        SourceText source = SourceText.parse(equals < 0 ? "/" + name : text.substring(equals + 1).strip());
        if (!source.text().startsWith("/") && source.level().isEmpty()) {
            throw new IllegalArgumentException("must take each field from a JSON pointer such as /temp or a {level}");
        }
        return new FieldText(name, colon < 0 ? FieldType.FLOAT : type(declared.substring(colon + 1)), source);
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
