package dev.sensorline.points.decoding.extraction;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import dev.sensorline.points.rules.Source.Member;

/**
 * Extracts a tag: a text or, if the source is not strict, any other scalar as it is written. An empty text and a value that
 * is not scalar count as absent.
 */
public final class TagExtractor extends Extractor {

    private @Nullable String text;

    TagExtractor(String name, Member member) {
        super(name, member.isStrict(), false);
    }

    /** A tag whose value is {@link #set}, and not extracted from the payload. */
    TagExtractor(String name) {
        super(name, false, false);
    }

    /** Sets the value; null if it is absent. */
    void set(@Nullable String value) {
        reset();
        text = value;
        if (value != null && !value.isEmpty()) {
            accept();
        }
    }

    /** The value of the tag; null if it is absent. */
    public @Nullable String text() {
        return isPresent() ? text : null;
    }

    @Override
    void extractValue(JsonParser parser, JsonToken token) throws IOException {
        reset();
        if (token == JsonToken.VALUE_STRING || token.isScalarValue() && !isStrict()) {
            text = text(parser, token);
            if (!text.isEmpty()) {
                accept();
            }
        }
    }
}
