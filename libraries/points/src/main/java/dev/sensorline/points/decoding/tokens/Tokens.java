package dev.sensorline.points.decoding.tokens;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

/**
 * A document that is kept as tokens, so that the pointers of rules can be tried one after the other. Whoever writes it sees to it that
 * it is well-formed and not too large. Not thread-safe.
 */
public final class Tokens {

    private static final int USUAL_CAPACITY = 256;
    private static final int LARGEST_KEPT = 8_192;

    private JsonToken[] tokens = new JsonToken[USUAL_CAPACITY];
    /** The value of each token: null, a {@code String}, a {@code byte[]} or a {@code Number}. */
    private @Nullable Object[] values = new @Nullable Object[USUAL_CAPACITY];

    private int size;

    /** Forgets the document. */
    public void clear() {
        if (tokens.length > LARGEST_KEPT) {
            tokens = new JsonToken[USUAL_CAPACITY];
            values = new @Nullable Object[USUAL_CAPACITY];
        }
        size = 0;
    }

    public Tokens startObject() {
        return add(JsonToken.START_OBJECT, null);
    }

    public Tokens endObject() {
        return add(JsonToken.END_OBJECT, null);
    }

    public Tokens startArray() {
        return add(JsonToken.START_ARRAY, null);
    }

    public Tokens endArray() {
        return add(JsonToken.END_ARRAY, null);
    }

    /** Of the member whose value follows. */
    public Tokens name(String name) {
        return add(JsonToken.FIELD_NAME, name);
    }

    public Tokens text(String text) {
        return add(JsonToken.VALUE_STRING, text);
    }

    public Tokens bytes(byte[] bytes) {
        return add(JsonToken.VALUE_EMBEDDED_OBJECT, bytes);
    }

    public Tokens bool(boolean value) {
        return add(value ? JsonToken.VALUE_TRUE : JsonToken.VALUE_FALSE, null);
    }

    /** @param value an integer, also one of more than 64 bits, or a float or a decimal; a float may be not finite */
    public Tokens number(Number value) {
        return add(
                value instanceof BigDecimal || value instanceof Double || value instanceof Float
                        ? JsonToken.VALUE_NUMBER_FLOAT
                        : JsonToken.VALUE_NUMBER_INT,
                value);
    }

    private Tokens add(JsonToken token, @Nullable Object value) {
        if (size == tokens.length) {
            tokens = Arrays.copyOf(tokens, 2 * size);
            values = Arrays.copyOf(values, 2 * size);
        }
        tokens[size] = token;
        values[size] = value;
        size++;
        return this;
    }

    /** A parser at the start of the document, which must not change while it is used. */
    public JsonParser parser() {
        return new Replay();
    }

    private final class Replay extends ValueParser {

        private int next;

        @Override
        protected @Nullable JsonToken advance() {
            if (next == size) {
                return null;
            }
            JsonToken token = tokens[next];
            Object value = values[next];
            next++;
            if (value instanceof String text) {
                return token == JsonToken.FIELD_NAME ? name(text) : text(text);
            }
            if (value instanceof byte[] bytes) {
                return bytes(bytes);
            }
            return value instanceof Number number ? number(number) : only(token);
        }

        private JsonToken number(Number value) {
            if (value instanceof BigInteger integer) {
                return number(integer);
            }
            if (value instanceof BigDecimal decimal) {
                return number(decimal);
            }
            return value instanceof Double || value instanceof Float
                    ? number(value.doubleValue())
                    : number(value.longValue());
        }
    }
}
