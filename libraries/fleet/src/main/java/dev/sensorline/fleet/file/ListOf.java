package dev.sensorline.fleet.file;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** A list of values of one shape. */
record ListOf<T>(Shape<T> of, int min, int max) implements Shape<List<T>> {

    @Override
    public Optional<List<T>> read(Place place, Findings findings) {
        if (!place.isA(Tag.SEQ)) {
            findings.refuse(place, "a list");
            return Optional.empty();
        }
        List<Node> nodes = ((SequenceNode) place.node()).getValue();
        if (nodes.size() < min || nodes.size() > max) {
            findings.add(place, "must be a list of %d to %d values, not of %d".formatted(min, max, nodes.size()));
            return Optional.empty();
        }
        List<T> values = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            of.read(place.at(i, nodes.get(i)), findings).ifPresent(values::add);
        }
        return values.size() == nodes.size() ? Optional.of(List.copyOf(values)) : Optional.empty();
    }
}
