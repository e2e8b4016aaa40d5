package dev.sensorline.fleet.file;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The values of a mapping, by its keys. */
final class Values {

    private final Place place;
    private final Entries entries;
    private final Map<String, Object> values;
    private final Set<String> bad;

    Values(Place place, Entries entries, Map<String, Object> values, Set<String> bad) {
        this.place = place;
        this.entries = entries;
        this.values = values;
        this.bad = bad;
    }

    /** The value, or its default. */
    <T> T get(Key<T> key) {
        return find(key).orElseThrow();
    }

    /** The value, or its default; empty if there is neither. */
    @SuppressWarnings("unchecked")
    <T> Optional<T> find(Key<T> key) {
        return Optional.ofNullable((T) values.get(key.name())).or(key::otherwise);
    }

    boolean has(Key<?> key) {
        return values.containsKey(key.name());
    }

    /** Whether none of these keys has a value that is not allowed. */
    boolean areGood(List<Key<?>> keys) {
        return keys.stream().noneMatch(key -> bad.contains(key.name()));
    }

    /** Where the value is, or, if it is the default, the mapping. */
    Place place(Key<?> key) {
        return entries.find(key).map(Entries.Entry::value).orElse(place);
    }

    Place place() {
        return place;
    }
}
