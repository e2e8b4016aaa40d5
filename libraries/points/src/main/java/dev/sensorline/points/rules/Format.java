package dev.sensorline.points.rules;

/** The format of payloads. */
public enum Format {
    /** JSON if the payload begins as it does, otherwise a bare value. */
    AUTO,
    /** JSON objects and arrays (RFC 8259). */
    JSON,
    /** A bare value: the whole payload is a number, a word or a text. */
    VALUE,
    /** Messages of Eclipse Sparkplug B: births, deaths and data of edge nodes and devices. */
    SPARKPLUG
}
