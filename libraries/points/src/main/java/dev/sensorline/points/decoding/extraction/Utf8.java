package dev.sensorline.points.decoding.extraction;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Checks payloads for valid UTF-8. */
public final class Utf8 {

    private Utf8() {}

    /** Whether bytes are well-formed UTF-8. */
    public static boolean isValid(byte[] bytes) {
        return isValid(bytes, 0, bytes.length);
    }

    /** Whether some bytes are well-formed UTF-8, up to {@code to}, which does not belong to them. */
    public static boolean isValid(byte[] bytes, int from, int to) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, to - from));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    /** Whether bytes are well-formed UTF-8, as ASCII is, which most payloads are. */
    public static boolean isAsciiOrValid(byte[] bytes) {
        for (byte b : bytes) {
            if (b < 0) {
                return isValid(bytes);
            }
        }
        return true;
    }
}
