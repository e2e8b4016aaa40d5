package dev.sensorline.fleet;

/** How readings are written in messages. */
public sealed interface Format {

    /** Formats that are known by a name, which a file has in lower case. */
    enum Known implements Format {
        /** The bare number. */
        VALUE,
        /** A JSON object. */
        JSON,
        /** Line protocol of InfluxDB. */
        LINE,
        /** Comma-separated values. */
        CSV,
        /** Sensor Measurement Lists (RFC 8428). */
        SENML,
        /** The JSON object in CBOR. */
        CBOR,
        /** The JSON object in MessagePack. */
        MSGPACK,
        /** Sparkplug B. */
        SPARKPLUG
    }

    /** A text of the user's own, in which names in braces stand for the values of a reading. */
    record Template(String text) implements Format {}

    /** Whether a message can have several metrics. */
    default boolean takesSeveralMetrics() {
        return this != Known.VALUE;
    }
}
