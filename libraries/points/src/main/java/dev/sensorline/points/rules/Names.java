package dev.sensorline.points.rules;

import java.util.Set;
import java.util.regex.Pattern;

/** Names of tags and fields: without what line protocol, pointers or lists of settings would have to escape. */
final class Names {

    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_.-]+");
    /** InfluxDB keeps these to itself (tsdb/shard.go). */
    private static final Set<String> RESERVED = Set.of("time", "_field", "_measurement");

    private Names() {
    }

    /** @throws IllegalArgumentException saying what is allowed */
    static String checked(String name) {
        if (!NAME.matcher(name).matches() || RESERVED.contains(name)) {
            throw new IllegalArgumentException(
                    "must name tags and fields with letters, digits, _, . and -, but not time, _field or _measurement");
        }
        return name;
    }
}
