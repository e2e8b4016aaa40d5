package dev.sensorline.points.decoding.sparkplug;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/** The metrics of an edge node or of a device, as its birth has defined them. */
final class Definitions {

    /** Of an edge node or a device without a birth. */
    static final Definitions NONE = new Definitions(List.of());

    /** About how many bytes a definition takes besides its name: entries of two maps, an alias, a record and a string. */
    private static final int OVERHEAD = 220;
    /** About how many bytes a property takes besides its texts: an entry of a map, a number and strings. */
    private static final int PROPERTY_OVERHEAD = 150;

    /**
     * A metric of a birth.
     *
     * @param type       {@link DataType#UNKNOWN} if the birth does not say it
     * @param properties those that rules read
     */
    record Definition(String name, DataType type, Map<String, Object> properties) {

        int size() {
            int sum = OVERHEAD + 2 * name.length();
            for (Map.Entry<String, Object> property : properties.entrySet()) {
                sum += PROPERTY_OVERHEAD + 2 * property.getKey().length();
                sum += property.getValue() instanceof String text ? 2 * text.length() : 0;
            }
            return sum;
        }
    }

    private final Map<String, Definition> byName = new HashMap<>();
    private final Map<Long, Definition> byAlias = new HashMap<>();
    private final int size;

    /** @param metrics of a birth */
    Definitions(List<Metric> metrics) {
        int sum = 0;
        for (Metric metric : metrics) {
            if (!metric.name().isEmpty()) {
                Definition definition = new Definition(metric.name(), metric.type(), metric.properties());
                byName.put(metric.name(), definition);
                if (metric.alias() != null) {
                    byAlias.put(metric.alias(), definition);
                }
                sum += definition.size();
            }
        }
        size = sum;
    }

    /**
     * The definition of a metric; null if there is none.
     *
     * @param name empty if the metric has none
     */
    @Nullable
    Definition find(String name, @Nullable Long alias) {
        return name.isEmpty() ? alias == null ? null : byAlias.get(alias) : byName.get(name);
    }

    /** About how many bytes they take. */
    int size() {
        return size;
    }
}
