package dev.sensorline.points.rules;

/** The field types of InfluxDB 1.8. An integer has 64 bits. */
public enum FieldType {
    FLOAT,
    INTEGER,
    BOOLEAN,
    STRING
}
