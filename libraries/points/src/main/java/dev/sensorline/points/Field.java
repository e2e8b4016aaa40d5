package dev.sensorline.points;

/**
 * A field of a point, of one of the four field types of InfluxDB 1.8. Names contain no character that line protocol
 * would have to escape.
 */
public sealed interface Field {

    String name();

    /** @param value finite */
    record OfFloat(String name, double value) implements Field {}

    record OfInteger(String name, long value) implements Field {}

    record OfBoolean(String name, boolean value) implements Field {}

    /** @param value without unpaired surrogates */
    record OfString(String name, String value) implements Field {}
}
