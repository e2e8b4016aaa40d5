package dev.sensorline.points.rules;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number in bytes, as a setting writes it: {@code int16@0*0.1} in the whole payload, {@code base64:/data:int16le@2*0.1-40} in a text of
 * a JSON document.
 *
 * @param kind           how the bytes are read
 * @param width          in bytes
 * @param isLittleEndian whether the least significant byte is the first
 * @param offset         of the first byte; negative if it is counted from the end
 * @param scale          by which the number is multiplied
 * @param shift          that is added afterwards
 */
public record BinaryNumber(
        Encoding encoding,
        Kind kind,
        int width,
        boolean isLittleEndian,
        int offset,
        BigDecimal scale,
        BigDecimal shift) {

    /** How a text stands for bytes. What is bytes already needs none. */
    public enum Encoding {
        BYTES,
        HEX,
        BASE64
    }

    /** How bytes are a number: with a sign in two's complement, without one, or as IEEE 754 says. */
    public enum Kind {
        INT,
        UINT,
        FLOAT
    }

    private static final Pattern ENCODED = Pattern.compile("(bytes|hex|base64):(/.*)", Pattern.DOTALL);
    private static final Pattern NUMBER = Pattern.compile("(int|uint|float)([0-9]{1,2})(le)?@(-?[0-9]{1,6})"
            + "(?:([*/])(-?~))?([+-]~)?"
                    .replace("~", "(?:[0-9]{1,18}(?:\\.[0-9]{0,18})?|\\.[0-9]{1,18})(?:[eE][+-]?[0-9]{1,2})?"));
    private static final Pattern LIKE_NUMBER = Pattern.compile("u?(?:int|float)[0-9]+[a-z]*@.*", Pattern.DOTALL);

    /** Whether a source is meant to be a number in bytes. */
    static boolean isMeant(String source) {
        return ENCODED.matcher(source).matches() || LIKE_NUMBER.matcher(source).matches();
    }

    /** The pointer to the text or bytes; empty if the number is one of the whole payload. */
    static Optional<JsonPointer> pointer(String source) {
        Matcher encoded = ENCODED.matcher(source);
        if (!encoded.matches()) {
            return Optional.empty();
        }
        String rest = encoded.group(2);
        int colon = rest.lastIndexOf(':'); // Names of members may have colons.
        if (colon < 0) {
            throw invalid(source);
        }
        return Optional.of(JsonPointer.parse(rest.substring(0, colon)));
    }

    /** @throws IllegalArgumentException with a message that says what is allowed */
    static BinaryNumber parse(String source) {
        Matcher encoded = ENCODED.matcher(source);
        Encoding encoding = encoded.matches() ? Encoding.valueOf(upperCase(encoded.group(1))) : Encoding.BYTES;
        Matcher number = NUMBER.matcher(encoded.matches() ? source.substring(source.lastIndexOf(':') + 1) : source);
        if (!number.matches()) {
            throw invalid(source);
        }
        Kind kind = Kind.valueOf(upperCase(number.group(1)));
        int bits = Integer.parseInt(number.group(2));
        if (bits % Byte.SIZE != 0 || bits == 0 || bits > Long.SIZE || kind == Kind.FLOAT && !isFloat(bits)) {
            throw invalid(source);
        }
        int offset = Integer.parseInt(number.group(4));
        if (offset < 0 && -offset < bits / Byte.SIZE || number.group(4).equals("-0")) {
            throw new IllegalArgumentException(
                    "must have the whole number in the payload: one of %d bits is at most at @-%d, not %s"
                            .formatted(bits, bits / Byte.SIZE, source));
        }
        return new BinaryNumber(
                encoding,
                kind,
                bits / Byte.SIZE,
                number.group(3) != null,
                offset,
                number.group(6) == null ? BigDecimal.ONE : scale(number.group(5), number.group(6), source),
                number.group(7) == null ? BigDecimal.ZERO : new BigDecimal(number.group(7)));
    }

    /** A tenth is exact, and so is each divisor of a power of ten. */
    private static BigDecimal scale(String operator, String factor, String source) {
        BigDecimal scale = new BigDecimal(factor);
        if (operator.equals("*")) {
            return scale;
        }
        if (scale.signum() == 0) {
            throw new IllegalArgumentException("must not divide by zero, as in " + source);
        }
        return BigDecimal.ONE.divide(scale, MathContext.DECIMAL128);
    }

    private static boolean isFloat(int bits) {
        return bits == 16 || bits == Float.SIZE || bits == Double.SIZE;
    }

    private static String upperCase(String word) {
        return word.toUpperCase(Locale.ROOT);
    }

    /** Names the source: the settings leave out what is in front of an @, which may be a password elsewhere. */
    private static IllegalArgumentException invalid(String source) {
        return new IllegalArgumentException(
                "must take a number of bytes as int16@0, uint8@2*0.5-40, float32le@-4 or base64:/data:int16@0 do (int or "
                        + "uint with 8, 16, 24 to 64 bits, float with 16, 32 or 64), not as " + source);
    }
}
