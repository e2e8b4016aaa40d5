package dev.sensorline.fleet.file;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * One of a few values.
 *
 * @param values by their texts, in the order in which people read them; true and false are not texts in YAML
 */
record Choice<T>(Map<String, T> values, boolean isOfTexts) implements Shape<T> {

    static final Choice<Boolean> FLAG = new Choice<>(flag(), false);

    /** By the lower-case names of constants. */
    static <E extends Enum<E>> Choice<E> of(E[] constants) {
        Map<String, E> values = new LinkedHashMap<>();
        for (E constant : constants) {
            values.put(constant.name().toLowerCase(Locale.ROOT), constant);
        }
        return new Choice<>(values, true);
    }

    private static Map<String, Boolean> flag() {
        Map<String, Boolean> values = new LinkedHashMap<>();
        values.put("false", false);
        values.put("true", true);
        return values;
    }

    @Override
    public Optional<T> read(Place place, Findings findings) {
        // The core schema also has True and TRUE.
        Optional<T> value = isOfTexts
                ? Optional.of(place).filter(text -> text.isA(Tag.STR)).map(text -> values.get(text.text()))
                : Optional.of(place)
                        .filter(flag -> flag.isA(Tag.BOOL))
                        .map(flag -> values.get(flag.text().toLowerCase(Locale.ROOT)));
        if (value.isEmpty()) {
            findings.refuse(place, Names.listed(values.keySet()));
        }
        return value;
    }
}
