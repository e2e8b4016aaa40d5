package dev.sensorline.points.rules;

/** The format of payloads. */
public enum Format {
    /** JSON if the payload begins as it does, otherwise a bare value. */
    AUTO,
    /** JSON objects and arrays (RFC 8259). */
    JSON,
    /** A bare value: the whole payload is a number, a word or a text. */
    VALUE,
    /** CBOR maps and arrays (RFC 8949). */
    CBOR,
    /** MessagePack maps and arrays. */
    MSGPACK,
    /** SenML in JSON or CBOR (RFC 8428): an array of resolved records. */
    SENML,
    /** Numbers at fixed places of the payload. */
    BYTES,
    /** The same, with the bytes in hexadecimal digits. */
    HEX,
    /** The same, with the bytes in Base64. */
    BASE64;

    /** Whether the payload is bytes without members, of which each value names its place. */
    public boolean isOfPlaces() {
        return this == BYTES || this == HEX || this == BASE64;
    }
}
