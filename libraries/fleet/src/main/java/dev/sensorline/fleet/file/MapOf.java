package dev.sensorline.fleet.file;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Named values of one shape. */
record MapOf<T>(Words name, Shape<T> of, int max) implements Shape<Map<String, T>> {

    @Override
    public Optional<Map<String, T>> read(Place place, Findings findings) {
        return Entries.of(place, findings).flatMap(entries -> read(place, entries, findings));
    }

    private Optional<Map<String, T>> read(Place place, Entries entries, Findings findings) {
        int size = entries.byName().size();
        if (size < 1 || size > max) {
            findings.add(place, "must have 1 to %d names, not %d".formatted(max, size));
            return Optional.empty();
        }
        Map<String, T> values = new LinkedHashMap<>();
        boolean isSound = entries.isSound();
        for (Entries.Entry entry : entries.byName().values()) {
            isSound &= name.read(entry.key(), findings).isPresent();
            of.read(entry.value(), findings).ifPresent(value -> values.put(entry.name(), value));
        }
        return isSound && values.size() == size ? Optional.of(values) : Optional.empty();
    }
}
