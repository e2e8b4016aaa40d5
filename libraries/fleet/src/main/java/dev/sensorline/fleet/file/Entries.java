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
 * @param places   the values
 * @param keys     the keys themselves, for problems with them
 * @param isSound  whether there is no key twice, and none that is no text
 */
record Entries(Map<String, Place> places, Map<String, Place> keys, boolean isSound) {

    /** Reads the keys; empty if the value is no mapping, which is reported. */
    static Optional<Entries> of(Place place, Findings findings) {
        if (!place.isA(Tag.MAP)) {
            findings.refuse(place, "keys and values");
            return Optional.empty();
        }
        Map<String, Place> places = new LinkedHashMap<>();
        Map<String, Place> keys = new LinkedHashMap<>();
        boolean isSound = true;
        for (NodeTuple entry : ((MappingNode) place.node()).getValue()) {
            Place key = new Place(entry.getKeyNode(), place.key(), place.step());
            if (!key.isA(Tag.STR)) {
                findings.add(key, "a key must be a text, not %s".formatted(key.excerpt()));
                isSound = false;
            } else if (keys.containsKey(key.text())) {
                findings.add(
                        key,
                        "'%s' is there twice, first in line %d"
                                .formatted(key.text(), keys.get(key.text()).line()));
                isSound = false;
            } else {
                keys.put(key.text(), place.at(key.text(), entry.getKeyNode()));
                places.put(key.text(), place.at(key.text(), entry.getValueNode()));
            }
        }
        return Optional.of(new Entries(places, keys, isSound));
    }
}
