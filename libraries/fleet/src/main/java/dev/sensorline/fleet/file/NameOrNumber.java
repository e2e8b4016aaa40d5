package dev.sensorline.fleet.file;

import java.util.Optional;

import org.snakeyaml.engine.v2.nodes.Tag;

/** A column of a table: a text is its name, a whole number its place, from 1. */
record NameOrNumber(Words name, Whole number) implements Shape<NameOrNumber.Column> {

    /**
     * A column.
     *
     * @param name   empty if it has none
     * @param number from 1, if it has no name
     */
    record Column(Optional<String> name, int number) {}

    @Override
    public Optional<Column> read(Place place, Findings findings) {
        return place.isA(Tag.INT) || place.isA(Tag.FLOAT)
                ? number.read(place, findings).map(read -> new Column(Optional.empty(), read.intValue()))
                : name.read(place, findings).map(read -> new Column(Optional.of(read), 0));
    }
}
