package dev.sensorline.points.decoding.extraction;

/** The characters that count as blank at the start and the end of a payload. */
public final class Blanks {

    private Blanks() {}

    /** Whether a character is a space, a tab, a carriage return or a line feed. */
    public static boolean isBlank(int character) {
        return character == ' ' || character == '\t' || character == '\r' || character == '\n';
    }
}
