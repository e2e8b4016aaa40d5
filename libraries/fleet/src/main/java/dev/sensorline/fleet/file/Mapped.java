package dev.sensorline.fleet.file;

import java.util.Optional;
import java.util.function.Function;

/** A value of another shape, of which something is made. */
record Mapped<A, B>(Shape<A> from, Function<A, B> make) implements Shape<B> {

    @Override
    public Optional<B> read(Place place, Findings findings) {
        return from.read(place, findings).map(make);
    }
}
