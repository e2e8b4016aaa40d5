package dev.sensorline.points.decoding.sparkplug;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/** The metrics of an edge node or of a device, as its birth has defined them. */
final class Definitions {

    /** Of an edge node or a device without a birth. */
    static final Definitions NONE = new Definitions(List.of(), new SharedDefinitions());

    /** A reference to a definition by its name, an alias and a reference by it. */
    private static final int BYTES_OF_METRIC = 24;

    /** In the order of their names. */
    private final Definition[] byName;
    /** Those with an alias, in the order of {@link #aliases}. */
    private final Definition[] byAlias;

    private final long[] aliases;

    /**
     * @param metrics of a birth
     * @param shared  has what they say until {@link #release}
     */
    Definitions(List<Metric> metrics, SharedDefinitions shared) {
        SortedMap<String, Definition> names = new TreeMap<>();
        SortedMap<Long, Definition> numbers = new TreeMap<>();
        for (Metric metric : metrics) {
            if (!metric.name().isEmpty()) {
                Definition definition = new Definition(metric.name(), metric.type(), metric.properties());
                names.put(metric.name(), definition);
                if (metric.alias() != null) {
                    numbers.put(metric.alias(), definition);
                }
            }
        }
        byName = shared(names.values(), shared);
        byAlias = shared(numbers.values(), shared);
        aliases = numbers.keySet().stream().mapToLong(Long::longValue).toArray();
    }

    private static Definition[] shared(Collection<Definition> definitions, SharedDefinitions shared) {
        return definitions.stream().map(shared::share).toArray(Definition[]::new);
    }

    /** They are not used any more. */
    void release(SharedDefinitions shared) {
        Arrays.stream(byName).forEach(shared::release);
        Arrays.stream(byAlias).forEach(shared::release);
    }

    /**
     * The definition of a metric; null if there is none.
     *
     * @param name empty if the metric has none
     */
    @Nullable
    Definition find(String name, @Nullable Long alias) {
        if (!name.isEmpty()) {
            return find(name);
        }
        int place = alias == null ? -1 : Arrays.binarySearch(aliases, alias);
        return place < 0 ? null : byAlias[place];
    }

    private @Nullable Definition find(String name) {
        int from = 0;
        int to = byName.length;
        while (from < to) {
            int middle = (from + to) >>> 1;
            int order = byName[middle].name().compareTo(name);
            if (order == 0) {
                return byName[middle];
            }
            from = order < 0 ? middle + 1 : from;
            to = order < 0 ? to : middle;
        }
        return null;
    }

    /** About how many bytes they take, without what is shared. */
    int size() {
        return BYTES_OF_METRIC * byName.length;
    }
}
