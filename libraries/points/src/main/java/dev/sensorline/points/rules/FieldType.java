package dev.sensorline.points.rules;

import org.jspecify.annotations.Nullable;

/** What the values of a field are in the payload, and the type that InfluxDB stores them as. */
public enum FieldType {
    FLOAT,
    INTEGER,
    BOOLEAN,
    STRING,
    /** One of the words that a boolean may be, stored as the integer 0 or 1. */
    BIT(INTEGER),
    /** A number that a unit may follow, stored as a float. */
    QUANTITY(FLOAT);

    private final @Nullable FieldType stored;

    FieldType() {
        this.stored = null;
    }

    FieldType(FieldType stored) {
        this.stored = stored;
    }

    /** The type in InfluxDB: one of the first four. */
    public FieldType stored() {
        return stored == null ? this : stored;
    }
}
