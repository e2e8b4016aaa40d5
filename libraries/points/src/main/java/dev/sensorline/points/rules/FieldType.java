package dev.sensorline.points.rules;

/** The types that a field may have in InfluxDB 1.8; an integer has 64 bits. */
public enum FieldType {
    FLOAT, INTEGER, BOOLEAN, STRING
}
