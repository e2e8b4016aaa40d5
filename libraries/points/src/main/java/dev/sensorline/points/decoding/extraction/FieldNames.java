package dev.sensorline.points.decoding.extraction;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import dev.sensorline.points.Hash64;
import dev.sensorline.points.Series;
import dev.sensorline.points.rules.FieldType;

/**
 * The names of a measurement's fields that come from payloads and topics. There is a limit, because InfluxDB keeps an index of
 * fields in memory for ever. Only the thread that decodes uses it.
 */
public final class FieldNames {

    static final int LIMIT = 256;
    static final int LONGEST = 256;

    /** Reserved by InfluxDB (tsdb/shard.go). */
    private static final Set<String> RESERVED = Set.of("time", "_field", "_measurement");
    /** InfluxDB takes a backslash in front of these as an escape, and may take it for itself escaped if it is (models/points.go). */
    private static final Pattern AMBIGUOUS = Pattern.compile("\\\\[,= \"]");

    /**
     * A name.
     *
     * @param text as line protocol has it, with a backslash before each comma, equals sign and space
     * @param hash of the text
     * @param type in InfluxDB, of the first field with this name
     */
    public record Name(String text, long hash, FieldType type) {}

    private final Map<String, Name> known = new HashMap<>();

    /** The name of a field by its text; null if it cannot be that of a field of the type, or there are too many. */
    public @Nullable Name of(String text, FieldType type) {
        Name name = known.get(text);
        if (name == null && known.size() < LIMIT && isValid(text)) {
            String escaped = escaped(text);
            name = new Name(escaped, Hash64.of(escaped), type.stored());
            known.put(text, name);
        }
        return name == null || name.type != type.stored() ? null : name;
    }

    /** A name as line protocol has it. */
    static String escaped(String text) {
        return text.replaceAll("[,= ]", "\\\\$0");
    }

    /** Whether a text can be the name of a field. */
    static boolean isValid(String text) {
        return text.length() <= LONGEST && Series.isValidTag(text) && isValidName(text);
    }

    /** Whether a valid text can be the name of a tag or a field. */
    static boolean isValidName(String text) {
        return !RESERVED.contains(text)
                && text.chars().noneMatch(Character::isISOControl)
                && !AMBIGUOUS.matcher(text).find();
    }
}
