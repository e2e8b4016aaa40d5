package dev.sensorline.points;

/** A field of a point, of one of the types that InfluxDB 1.8 has. Names have nothing that would have to be escaped. */
public sealed interface Field {

    String name();

    /** @param value finite */
    record OfFloat(String name, double value) implements Field {
    }

    record OfInteger(String name, long value) implements Field {
    }

    record OfBoolean(String name, boolean value) implements Field {
    }

    /** @param value without halves of surrogate pairs */
    record OfString(String name, String value) implements Field {
    }
}
