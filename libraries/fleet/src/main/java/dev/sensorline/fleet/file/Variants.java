package dev.sensorline.fleet.file;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * One of several kinds: a mapping with one key, which names the kind. A kind without keys that are required can be a text too.
 *
 * @param what  for people, such as "a waveform"
 * @param kinds by their names
 */
record Variants<T>(String what, Map<String, Shape<? extends T>> kinds) implements Shape<T> {

    @Override
    public Optional<T> read(Place place, Findings findings) {
        if (place.isA(Tag.STR)) {
            return named(place, findings);
        }
        if (!place.isA(Tag.MAP)) {
            findings.refuse(place, what + " (" + Names.listed(kinds.keySet()) + ")");
            return Optional.empty();
        }
        return Entries.of(place, findings).flatMap(entries -> only(place, entries, findings));
    }

    private Optional<T> named(Place place, Findings findings) {
        Shape<? extends T> kind = kinds.get(place.text());
        if (kind == null) {
            findings.refuse(place, what + " (" + Names.listed(kinds.keySet()) + ")");
            return Optional.empty();
        }
        if (!canBeText(kind)) {
            findings.add(place, "%s needs keys of its own".formatted(place.text()));
            return Optional.empty();
        }
        Keys<? extends T> keys = (Keys<? extends T>) kind;
        return Optional.of(
                keys.make().apply(new Values(place.at(place.text(), place.node()), Entries.NONE, Map.of(), Set.of())));
    }

    private Optional<T> only(Place place, Entries entries, Findings findings) {
        int size = entries.byName().size();
        if (size != 1) {
            findings.add(place, "must have one key, which names %s: %s".formatted(what, Names.listed(kinds.keySet())));
        }
        Optional<T> value = Optional.empty();
        for (Entries.Entry entry : entries.byName().values()) {
            Shape<? extends T> kind = kinds.get(entry.name());
            if (kind == null) {
                findings.add(
                        entry.key(), "is no name of %s: allowed are %s".formatted(what, Names.listed(kinds.keySet())));
            } else {
                value = kind.read(entry.value(), findings).map(read -> read);
            }
        }
        return entries.isSound() && size == 1 ? value : Optional.empty();
    }

    /** Whether the name of a kind is enough. */
    static boolean canBeText(Shape<?> kind) {
        return kind instanceof Keys<?> keys && keys.areAllOptional();
    }
}
