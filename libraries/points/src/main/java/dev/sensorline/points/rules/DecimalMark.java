package dev.sensorline.points.rules;

/** What separates the fraction of a number in a text. JSON numbers always have a point. */
public enum DecimalMark {
    POINT,
    COMMA
}
