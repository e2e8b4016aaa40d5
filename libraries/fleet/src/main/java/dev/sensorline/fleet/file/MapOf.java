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
        int size = entries.places().size();
        if (size < 1 || size > max) {
            findings.add(place, "must have 1 to %d names, not %d".formatted(max, size));
            return Optional.empty();
        }
        Map<String, T> values = new LinkedHashMap<>();
        boolean isSound = entries.isSound();
        for (Map.Entry<String, Place> entry : entries.places().entrySet()) {
            isSound &= name.read(entries.keys().get(entry.getKey()), findings).isPresent();
            of.read(entry.getValue(), findings).ifPresent(value -> values.put(entry.getKey(), value));
        }
        return isSound && values.size() == size ? Optional.of(values) : Optional.empty();
    }
}
