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

    /** InfluxDB would take it and the one that escapes the character for a pair (models/points.go, scanFields). */
    private static final Pattern BACKSLASH_BEFORE_SPECIAL = Pattern.compile("\\\\[,= ]");

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
            String escaped = text.replaceAll("[,= ]", "\\\\$0");
            name = new Name(escaped, Hash64.of(escaped), type.stored());
            known.put(text, name);
        }
        return name == null || name.type != type.stored() ? null : name;
    }

    private static boolean isValid(String text) {
        return text.length() <= LONGEST
                && Series.isValidTag(text)
                && !RESERVED.contains(text)
                && !BACKSLASH_BEFORE_SPECIAL.matcher(text).find()
                && text.chars().noneMatch(Character::isISOControl);
    }
}
