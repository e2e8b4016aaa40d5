package dev.sensorline.fleet.file;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A mapping with certain keys.
 *
 * @param either of each of these lists of keys, a mapping must have exactly one
 * @param make   makes something of values that are allowed
 */
record Keys<T>(List<Key<?>> keys, List<List<Key<?>>> either, List<Check> checks, Function<Values, T> make)
        implements Shape<T> {

    static <T> Keys<T> of(Function<Values, T> make, Key<?>... keys) {
        return new Keys<>(List.of(keys), List.of(), List.of(), make);
    }

    Keys<T> either(Key<?>... exactlyOne) {
        List<List<Key<?>>> more = new ArrayList<>(either);
        more.add(List.of(exactlyOne));
        return new Keys<>(keys, List.copyOf(more), checks, make);
    }

    Keys<T> checked(Check check) {
        List<Check> more = new ArrayList<>(checks);
        more.add(check);
        return new Keys<>(keys, either, List.copyOf(more), make);
    }

    /** Whether all of its keys may be left out. */
    boolean areAllOptional() {
        return keys.stream().noneMatch(Key::isRequired) && either.isEmpty();
    }

    private String allowed() {
        return keys.isEmpty()
                ? "there are none"
                : "allowed are " + Names.listed(keys.stream().map(Key::name).toList());
    }

    @Override
    public Optional<T> read(Place place, Findings findings) {
        return Entries.of(place, findings).flatMap(entries -> read(place, entries, findings));
    }

    private Optional<T> read(Place place, Entries entries, Findings findings) {
        int before = findings.count();
        Map<String, Object> values = new LinkedHashMap<>();
        Set<String> bad = new HashSet<>();
        for (Entries.Entry entry : entries.byName().values()) {
            if (keys.stream().noneMatch(key -> key.name().equals(entry.name()))) {
                findings.add(entry.key(), "is no key here: " + allowed());
            }
        }
        for (Key<?> key : keys) {
            Optional<?> value = entries.find(key).flatMap(entry -> key.shape().read(entry.value(), findings));
            if (value.isPresent()) {
                values.put(key.name(), value.get());
            } else if (entries.has(key) || key.isRequired()) {
                bad.add(key.name());
            }
            if (key.isRequired() && !entries.has(key)) {
                findings.add(place, "'%s' is missing: %s".formatted(key.name(), key.about()));
            }
        }
        for (List<Key<?>> exactlyOne : either) {
            if (exactlyOne.stream().filter(entries::has).count() != 1) {
                findings.add(
                        place,
                        "must have %s, and only one of them"
                                .formatted(Names.listed(
                                        exactlyOne.stream().map(Key::name).toList())));
            }
        }
        Values read = new Values(place, entries, values, bad);
        checks.stream()
                .filter(check -> read.areGood(check.keys()))
                .forEach(check -> check.report().accept(read, findings));
        return findings.count() == before ? Optional.of(make.apply(read)) : Optional.empty();
    }
}
