package dev.sensorline.points.rules;

import java.util.Locale;
import java.util.Optional;

/**
 * A field as a setting writes it: {@code name}, {@code name:type}, {@code name=source} or {@code name:type=source}. The
 * default type is float, the default source the JSON member with the name of the field. A name in braces is that of a level of the
 * topic, or of a step of the pointer, which names the field.
 *
 * @param isOptional whether a value that is not of the type counts as absent, written as {@code type?}
 */
public record FieldText(String name, FieldType type, boolean isOptional, SourceText source) {

    private static final String OPTIONAL = "?";

    /** @throws IllegalArgumentException with a message that says what is allowed */
    public static FieldText parse(String text) {
        int equals = text.indexOf('=');
        String declaration = equals < 0 ? text : text.substring(0, equals).strip();
        int colon = declaration.indexOf(':');
        String name = requireValidName(colon < 0 ? declaration : declaration.substring(0, colon));
        SourceText source = SourceText.parse(
                equals < 0 ? "/" + name : text.substring(equals + 1).strip());
        if (!source.text().startsWith("/") && source.level().isEmpty() && !source.isBinary()) {
            throw new IllegalArgumentException(
                    "must take each field from a JSON pointer such as /temp, a {level} or bytes as int16@0");
        }
        String type = colon < 0 ? "float" : declaration.substring(colon + 1);
        boolean isOptional = type.endsWith(OPTIONAL);
        return new FieldText(name, type(isOptional ? type.substring(0, type.length() - 1) : type), isOptional, source);
    }

    private static String requireValidName(String name) {
        Names.requireValid(isInBraces(name) ? name.substring(1, name.length() - 1) : name);
        return name;
    }

    private static boolean isInBraces(String name) {
        return name.startsWith("{") && name.endsWith("}");
    }

    /** The level or step that names the field, if it has no name of its own. */
    Optional<String> naming() {
        return isInBraces(name) ? Optional.of(name.substring(1, name.length() - 1)) : Optional.empty();
    }

    private static FieldType type(String text) {
        for (FieldType type : FieldType.values()) {
            if (type.name().toLowerCase(Locale.ROOT).equals(text)) {
                return type;
            }
        }
        throw new IllegalArgumentException("must have fields of type float, integer, boolean, string, bit or quantity, "
                + "each with a ? behind it if other values count as absent");
    }
}
