package dev.sensorline.points.decoding;

/** A form in which sensors write their readings. */
interface PayloadFormat {

    /** Whether a payload is meant to be of this form, to be told by its first byte that is no blank and what is wanted. */
    boolean accepts(byte firstByte, Form form);

    /** Takes what is wanted of a payload that is not blank. */
    void fill(Form form, byte[] payload) throws NotAReading;

    /** Space, tab, carriage return or line feed. */
    static boolean isBlank(int character) {
        return character == ' ' || character == '\t' || character == '\r' || character == '\n';
    }
}
