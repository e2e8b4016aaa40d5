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

    /** @param type {@link DataType#UNKNOWN} if the birth does not say it */
    record Definition(String name, DataType type) {}

    private final Map<String, Definition> byName = new HashMap<>();
    private final Map<Long, Definition> byAlias = new HashMap<>();
    private final int size;

    /** @param metrics of a birth */
    Definitions(List<Metric> metrics) {
        int sum = 0;
        for (Metric metric : metrics) {
            if (!metric.name().isEmpty()) {
                Definition definition = new Definition(metric.name(), metric.type());
                byName.put(metric.name(), definition);
                if (metric.alias() != null) {
                    byAlias.put(metric.alias(), definition);
                }
                sum += OVERHEAD + 2 * metric.name().length();
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
