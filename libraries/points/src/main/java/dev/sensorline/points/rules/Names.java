package dev.sensorline.points.rules;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * Checks names of tags and fields. A valid name has no character that line protocol, JSON pointers or lists in settings
 * would have to escape.
 */
final class Names {

    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_.-]+");
    /** Reserved by InfluxDB (tsdb/shard.go). */
    private static final Set<String> RESERVED = Set.of("time", "_field", "_measurement");

    private Names() {}

    /** @throws IllegalArgumentException with a message that says what is allowed */
    static String requireValid(String name) {
        if (!NAME.matcher(name).matches() || RESERVED.contains(name)) {
            throw new IllegalArgumentException(
                    "must name tags and fields with letters, digits, _, . and -, but not time, _field or _measurement");
        }
        return name;
    }
}
