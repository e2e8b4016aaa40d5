package dev.sensorline.fleet.file;

import java.util.Optional;
import java.util.function.BiFunction;

/** A value of another shape, of which something is made that takes more than the value; problems are reported. */
record Resolved<A, B>(Shape<A> from, BiFunction<A, Findings, Optional<B>> make) implements Shape<B> {

    @Override
    public Optional<B> read(Place place, Findings findings) {
        return from.read(place, findings).flatMap(value -> make.apply(value, findings));
    }
}
