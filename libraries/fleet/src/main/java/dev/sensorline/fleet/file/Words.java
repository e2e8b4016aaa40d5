package dev.sensorline.fleet.file;

import java.util.Optional;
import java.util.regex.Pattern;

import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A text of a certain form. The pattern has ^ and $, for the schema, in which it may match a part.
 *
 * @param allowed for people, such as "a name without spaces"
 */
record Words(String allowed, Pattern pattern) implements Shape<String> {

    /** A name in which {n} may stand for a number. It may be a level of a topic (MQTT 3.1.1, 4.7). */
    static final Words NAME_PATTERN = new Words(
            "a name of 1 to 200 characters, not only spaces, without control characters, +, #, /, { and }, in which {n} may stand for the number once",
            "^(?=.{1,200}$)(?=.*[^ ])[^\\u0000-\\u001f\\u007f-\\u009f+#/{}]*([{]n[}][^\\u0000-\\u001f\\u007f-\\u009f+#/{}]*)?$");

    Words(String allowed, String pattern) {
        this(allowed, Pattern.compile(pattern));
    }

    @Override
    public Optional<String> read(Place place, Findings findings) {
        if (!place.isA(Tag.STR) || !pattern.matcher(place.text()).matches()) {
            findings.refuse(place, allowed);
            return Optional.empty();
        }
        return Optional.of(place.text());
    }
}
