package dev.sensorline.points.decoding.format;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;

import dev.sensorline.points.Rejection.Reason;
import dev.sensorline.points.decoding.extraction.CompiledRule;
import dev.sensorline.points.decoding.extraction.InvalidReadingException;
import dev.sensorline.points.decoding.extraction.Utf8;

/**
 * JSON objects, and JSON arrays if the rule has a pointer into one, is of the form that needs no rule, or takes no bare value. Several documents may
 * follow one another. Members that the rule does not name are skipped. The last occurrence of a repeated member counts. Numbers
 * that are not finite may have names ({@code NaN}, {@code -inf}).
 */
public final class JsonFormat implements PayloadFormat {

    private static final int MAX_NESTING_DEPTH = 32;
    /** Characters. The parser keeps thousands of names. */
    private static final int MAX_NAME_LENGTH = 1_024;

    private final JsonFactory json = newFactory();

    static JsonFactory newFactory() {
        return JsonFactory.builder()
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
    }

    @Override
    public boolean accepts(byte firstByte, CompiledRule rule) {
        return firstByte == '{'
                || firstByte == '[' && (rule.ofArrays().paths().leadIntoArrays() || !rule.takesBareValue());
    }

    @Override
    public void extract(byte[] payload, Documents documents) throws InvalidReadingException {
        if (payload.length > 1 && payload[1] == 0) {
            // The parser would take the payload for UTF-16.
            throw new InvalidReadingException(Reason.MALFORMED_JSON, "a zero byte");
        }
        extract(payload, 0, documents);
    }

    /** @param from where the first document begins */
    private void extract(byte[] payload, int from, Documents documents) throws InvalidReadingException {
        int start = from;
        try (JsonParser parser = parser(payload, from)) {
            JsonToken token = parser.nextToken();
            if (token != null && !token.isStructStart()) {
                throw new InvalidReadingException(Reason.MALFORMED_JSON, "neither an object nor an array");
            }
            while (token != null) {
                boolean isArray = token == JsonToken.START_ARRAY;
                documents.begin(isArray).paths().extract(parser, token);
                for (CompiledRule rule = documents.next(); rule != null; rule = documents.next()) {
                    extractAgain(payload, start, rule);
                }
                token = nextDocument(payload, parser, documents);
                if (token != null) {
                    start = from + (int) parser.currentTokenLocation().getByteOffset();
                }
            }
        } catch (IOException e) {
            byte[] renamed = NotFinite.renamed(payload);
            if (renamed == null) {
                throw invalid(payload, e);
            }
            extract(renamed, start, documents);
        }
    }

    private JsonParser parser(byte[] payload, int from) throws IOException {
        return json.createParser(payload, from, payload.length - from);
    }

    /** Extracts the values of a document that another rule has been tried for. */
    private void extractAgain(byte[] payload, int start, CompiledRule rule) throws IOException {
        try (JsonParser parser = parser(payload, start)) {
            rule.paths().extract(parser, parser.nextToken());
        }
    }

    /** Ends a document, and returns the first token of the next; null if there is none. */
    private static @Nullable JsonToken nextDocument(byte[] payload, JsonParser parser, Documents documents)
            throws InvalidReadingException {
        JsonToken next;
        try {
            next = parser.nextToken();
        } catch (IOException e) {
            documents.end(false);
            throw invalid(payload, e);
        }
        documents.end(next == null);
        if (next != null && !next.isStructStart()) {
            throw new InvalidReadingException(Reason.MALFORMED_JSON, "there is text after the end of the document");
        }
        return next;
    }

    private static InvalidReadingException invalid(byte[] payload, IOException failure) {
        return Utf8.isValid(payload)
                ? new InvalidReadingException(Reason.MALFORMED_JSON, explanation(failure))
                : new InvalidReadingException(Reason.NOT_UTF8, null);
    }

    private static @Nullable String explanation(IOException failure) {
        return failure instanceof JsonParseException parsing ? parsing.getOriginalMessage() : failure.getMessage();
    }
}
