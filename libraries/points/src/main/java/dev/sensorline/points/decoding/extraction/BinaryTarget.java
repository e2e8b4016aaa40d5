package dev.sensorline.points.decoding.extraction;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import dev.sensorline.points.decoding.tokens.ValueParser;
import dev.sensorline.points.rules.BinaryNumber;
import dev.sensorline.points.rules.BinaryNumber.Kind;

/** Passes a number in bytes to what takes the value. Bytes that end before it are a value of no type. */
final class BinaryTarget extends ValueTarget {

    private final BinaryNumber number;
    private final ValueTarget target;
    private final Reader reader = new Reader();

    BinaryTarget(BinaryNumber number, ValueTarget target) {
        this.number = number;
        this.target = target;
    }

    @Override
    void extract(JsonParser parser, JsonToken token) throws IOException {
        if (token == JsonToken.VALUE_NULL) {
            target.extract(parser, token);
        } else {
            reader.bytes = bytes(parser, token);
            target.extract(reader, reader.nextToken());
        }
    }

    @Override
    void reset() {
        target.reset();
    }

    private byte @Nullable [] bytes(JsonParser parser, JsonToken token) throws IOException {
        if (token == JsonToken.VALUE_EMBEDDED_OBJECT) {
            return parser.getBinaryValue();
        }
        return token == JsonToken.VALUE_STRING ? EncodedBytes.decode(number.encoding(), parser.getText()) : null;
    }

    private final class Reader extends ValueParser {

        private byte @Nullable [] bytes;

        @Override
        protected JsonToken advance() {
            if (bytes == null) {
                return JsonToken.NOT_AVAILABLE;
            }
            int from = number.offset() < 0 ? bytes.length + number.offset() : number.offset();
            if (from < 0 || from > bytes.length - number.width()) {
                return JsonToken.NOT_AVAILABLE;
            }
            long bits = 0;
            for (int i = 0; i < number.width(); i++) {
                int at = number.isLittleEndian() ? from + number.width() - 1 - i : from + i;
                bits = bits << Byte.SIZE | Byte.toUnsignedInt(bytes[at]);
            }
            return number.kind() == Kind.FLOAT ? floating(bits) : integer(bits);
        }

        private JsonToken integer(long bits) {
            int unused = Long.SIZE - Byte.SIZE * number.width();
            if (number.kind() == Kind.INT) {
                long signed = bits << unused >> unused;
                return isPlain() ? number(signed) : scaled(BigDecimal.valueOf(signed));
            }
            if (bits >= 0) {
                return isPlain() ? number(bits) : scaled(BigDecimal.valueOf(bits));
            }
            BigInteger unsigned = new BigInteger(Long.toUnsignedString(bits));
            return isPlain() ? number(unsigned) : scaled(new BigDecimal(unsigned));
        }

        private JsonToken floating(long bits) {
            double value = switch (number.width()) {
                case Short.BYTES -> half((int) bits);
                case Float.BYTES -> Float.intBitsToFloat((int) bits);
                default -> Double.longBitsToDouble(bits);
            };
            return isPlain() || !Double.isFinite(value) ? number(value) : scaled(new BigDecimal(value));
        }

        private boolean isPlain() {
            return number.scale().compareTo(BigDecimal.ONE) == 0 && number.shift().signum() == 0;
        }

        /** Computed in decimals: 215 times 0.1 is 21.5, and not 21.500000000000004 as in binary fractions. */
        private JsonToken scaled(BigDecimal value) {
            BigDecimal result = value.multiply(number.scale()).add(number.shift());
            return result.scale() <= 0 ? number(result.toBigInteger()) : number(result);
        }

        /** A float of 16 bits: a sign, 5 bits of exponent and 10 of fraction (IEEE 754). */
        private static double half(int bits) {
            int exponent = bits >> 10 & 0x1f;
            int fraction = bits & 0x3ff;
            double value;
            if (exponent == 0x1f) {
                value = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
            } else {
                value = exponent == 0 ? Math.scalb(fraction, -24) : Math.scalb(fraction | 0x400, exponent - 25);
            }
            return (bits & 0x8000) == 0 ? value : -value;
        }
    }
}
