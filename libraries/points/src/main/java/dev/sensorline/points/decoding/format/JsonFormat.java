package dev.sensorline.points.decoding.format;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;

import dev.sensorline.points.Rejection.Reason;
import dev.sensorline.points.decoding.extraction.CompiledRule;
import dev.sensorline.points.decoding.extraction.InvalidReadingException;
import dev.sensorline.points.decoding.extraction.Utf8;

/**
 * A JSON object, or a JSON array if the rule has a pointer into one. Members that the rule does not name are skipped. The
 * last occurrence of a repeated member counts. Numbers that are not finite may have names ({@code NaN}, {@code -inf}).
 */
public final class JsonFormat implements PayloadFormat {

    private static final int MAX_NESTING_DEPTH = 32;
    /** Characters. The parser keeps thousands of names. */
    private static final int MAX_NAME_LENGTH = 1_024;

    private final JsonFactory json = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_NESTING_DEPTH)
                    .maxNameLength(MAX_NAME_LENGTH)
                    .build())
            // As exact as Java's own way from text to a double, and faster.
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            // Member names come from outside: the parser keeps some thousands of them, but the JVM would keep every
            // interned name. (Without CANONICALIZE_FIELD_NAMES the parser keeps none, but then it repairs invalid
            // UTF-8.)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    @Override
    public boolean accepts(byte firstByte, CompiledRule rule) {
        return firstByte == '{' || firstByte == '[' && rule.paths().leadIntoArrays();
    }

    @Override
    public void extract(byte[] payload, CompiledRule rule) throws InvalidReadingException {
        if (payload.length > 1 && payload[1] == 0) {
            // The parser would take the payload for UTF-16.
            throw new InvalidReadingException(Reason.MALFORMED_JSON, "a zero byte");
        }
        try (JsonParser parser = json.createParser(payload)) {
            rule.paths().extract(parser, parser.nextToken());
            if (parser.nextToken() != null) {
                throw new InvalidReadingException(Reason.MALFORMED_JSON, "there is text after the end of the document");
            }
        } catch (IOException e) {
            byte[] renamed = NotFinite.renamed(payload);
            if (renamed != null) {
                rule.reset();
                extract(renamed, rule);
                return;
            }
            throw Utf8.isValid(payload)
                    ? new InvalidReadingException(Reason.MALFORMED_JSON, explanation(e))
                    : new InvalidReadingException(Reason.NOT_UTF8, null);
        }
    }

    private static @Nullable String explanation(IOException failure) {
        return failure instanceof JsonParseException parsing ? parsing.getOriginalMessage() : failure.getMessage();
    }
}
