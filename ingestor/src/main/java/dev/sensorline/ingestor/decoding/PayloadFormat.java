package dev.sensorline.ingestor.decoding;

/** A form in which sensors write their readings. Implementations have no state. */
interface PayloadFormat {

    /** Whether a payload is meant to be of this form, to be told by its first byte that is no blank. */
    boolean accepts(byte firstByte);

    /** The content of a payload that is not blank. */
    Content parse(byte[] payload) throws NotAReading;

    /** Space, tab, carriage return or line feed. */
    static boolean isBlank(int character) {
        return character == ' ' || character == '\t' || character == '\r' || character == '\n';
    }

    /**
     * What a payload says.
     *
     * @param value      finite
     * @param type       of the sensor, or null when the payload does not say
     * @param timeMillis milliseconds since 1970-01-01T00:00Z, or null when the payload does not say
     */
    record Content(double value, String type, Long timeMillis) {
    }
}
