package dev.sensorline.points.decoding.format;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;

import dev.sensorline.points.Rejection.Reason;
import dev.sensorline.points.decoding.extraction.CompiledRule;
import dev.sensorline.points.decoding.extraction.InvalidReadingException;
import dev.sensorline.points.decoding.extraction.Utf8;

/**
 * JSON objects, and JSON arrays if the rule has a pointer into one or is of the form that needs no rule. Several documents may
 * follow one another. Members that the rule does not name are skipped. The last occurrence of a repeated member counts.
 */
public final class JsonFormat implements PayloadFormat {

    private static final int MAX_NESTING_DEPTH = 32;

    private final JsonFactory json = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_NESTING_DEPTH)
                    .build())
            // Member names come from outside: the parser keeps some thousands of them, but the JVM would keep every
            // interned name. (Without CANONICALIZE_FIELD_NAMES the parser keeps none, but then it repairs invalid
            // UTF-8.)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    @Override
    public boolean accepts(byte firstByte, CompiledRule rule) {
        return firstByte == '{' || firstByte == '[' && rule.ofArrays().paths().leadIntoArrays();
    }

    @Override
    public void extract(byte[] payload, Documents documents) throws InvalidReadingException {
        if (payload.length > 1 && payload[1] == 0) {
            // The parser would take the payload for UTF-16.
            throw new InvalidReadingException(Reason.MALFORMED_JSON, "a zero byte");
        }
        try (JsonParser parser = json.createParser(payload)) {
            JsonToken token = parser.nextToken();
            do {
                documents.begin(token == JsonToken.START_ARRAY).paths().extract(parser, token);
                token = nextDocument(parser, documents);
            } while (token != null);
        } catch (IOException e) {
            throw Utf8.isValid(payload)
                    ? new InvalidReadingException(Reason.MALFORMED_JSON, explanation(e))
                    : new InvalidReadingException(Reason.NOT_UTF8, null);
        }
    }

    /** Ends a document, and returns the first token of the next; null if there is none. */
    private static @Nullable JsonToken nextDocument(JsonParser parser, Documents documents)
            throws IOException, InvalidReadingException {
        JsonToken next;
        try {
            next = parser.nextToken();
        } catch (IOException e) {
            documents.end(false);
            throw e;
        }
        documents.end(next == null);
        if (next != null && !next.isStructStart()) {
            throw new InvalidReadingException(Reason.MALFORMED_JSON, "there is text after the end of the document");
        }
        return next;
    }

    private static @Nullable String explanation(IOException failure) {
        return failure instanceof JsonParseException parsing ? parsing.getOriginalMessage() : failure.getMessage();
    }
}
