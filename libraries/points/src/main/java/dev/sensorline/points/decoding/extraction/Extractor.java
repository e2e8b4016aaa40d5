package dev.sensorline.points.decoding.extraction;

import java.io.IOException;
import java.util.HexFormat;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import dev.sensorline.points.Rejection.Reason;

/**
 * Extracts a tag, a field or the time from payloads. An extractor belongs to a rule and is used for each of its readings in
 * turn. It holds the state of the current reading: absent, present or invalid. Only the thread that decodes uses it.
 */
public abstract class Extractor extends ValueTarget {

    /** Of the tag or field, or the path of the time; for messages. */
    private final String name;
    /** Whether only the expected JSON type is accepted: no number in a text, no text from a number. */
    private final boolean isStrict;
    /** Whether an invalid value counts as absent. */
    private final boolean isOptional;

    private boolean isPresent;
    /** Why the value is invalid; null if it is absent or valid. */
    private @Nullable InvalidReadingException problem;

    Extractor(String name, boolean isStrict, boolean isOptional) {
        this.name = name;
        this.isStrict = isStrict;
        this.isOptional = isOptional;
    }

    public final String name() {
        return name;
    }

    final boolean isStrict() {
        return isStrict;
    }

    /** Whether the current reading has a valid value. */
    public final boolean isPresent() {
        return isPresent;
    }

    /** Why the value of the current reading is invalid; null if it is absent or valid. */
    final @Nullable InvalidReadingException problem() {
        return problem;
    }

    /** Forgets the current reading: the value is absent. */
    @Override
    void reset() {
        isPresent = false;
        problem = null;
    }

    final void accept() {
        isPresent = true;
        problem = null;
    }

    final void reject(Reason reason, @Nullable String detail) {
        reject(new InvalidReadingException(reason, detail));
    }

    final void reject(InvalidReadingException why) {
        isPresent = false;
        problem = isOptional ? null : why;
    }

    /** @throws InvalidReadingException if the current reading has an invalid value */
    public final void requireValid() throws InvalidReadingException {
        if (problem != null) {
            throw problem;
        }
    }

    @Override
    final void extract(JsonParser parser, JsonToken token) throws IOException {
        if (token == JsonToken.VALUE_NULL) {
            reset();
        } else {
            extractValue(parser, token);
        }
    }

    /** The text of a scalar value: of bytes, their hexadecimal digits. */
    static String text(JsonParser parser, JsonToken token) throws IOException {
        return token == JsonToken.VALUE_EMBEDDED_OBJECT
                ? HexFormat.of().formatHex(parser.getBinaryValue())
                : parser.getText();
    }

    /** Extracts a JSON value other than null. */
    abstract void extractValue(JsonParser parser, JsonToken token) throws IOException;
}
