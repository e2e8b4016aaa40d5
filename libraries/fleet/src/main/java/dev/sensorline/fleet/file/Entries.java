package dev.sensorline.fleet.file;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * The keys of a mapping.
 *
 * @param byName  in the order of the file
 * @param isSound whether there is no key twice, and none that is no text
 */
record Entries(Map<String, Entry> byName, boolean isSound) {

    static final Entries NONE = new Entries(Map.of(), true);

    /** A key and its value; the way to both is that to the value. */
    record Entry(String name, Place key, Place value) {}

    /** Reads the keys; empty if the value is no mapping, which is reported. */
    static Optional<Entries> of(Place place, Findings findings) {
        if (!place.isA(Tag.MAP)) {
            findings.refuse(place, "keys and values");
            return Optional.empty();
        }
        Map<String, Entry> entries = new LinkedHashMap<>();
        boolean isSound = true;
        for (NodeTuple tuple : ((MappingNode) place.node()).getValue()) {
            Place key = new Place(tuple.getKeyNode(), place.key(), place.step());
            if (!key.isA(Tag.STR)) {
                findings.add(key, "a key must be a text, not %s".formatted(key.excerpt()));
                isSound = false;
                continue;
            }
            String name = key.text();
            Entry first = entries.putIfAbsent(
                    name, new Entry(name, place.at(name, tuple.getKeyNode()), place.at(name, tuple.getValueNode())));
            if (first != null) {
                findings.add(
                        key,
                        "'%s' is there twice, first in line %d"
                                .formatted(name, first.key().line()));
                isSound = false;
            }
        }
        return Optional.of(new Entries(entries, isSound));
    }

    boolean has(Key<?> key) {
        return byName.containsKey(key.name());
    }

    Optional<Entry> find(Key<?> key) {
        return Optional.ofNullable(byName.get(key.name()));
    }
}
