package dev.sensorline.fleet.file;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * A shape that may contain itself.
 *
 * @param name of its definition in the schema
 */
record Shared<T>(String name, Supplier<Shape<T>> shape) implements Shape<T> {

    @Override
    public Optional<T> read(Place place, Findings findings) {
        return findings.bounded(place, () -> shape.get().read(place, findings), Optional.empty());
    }
}
