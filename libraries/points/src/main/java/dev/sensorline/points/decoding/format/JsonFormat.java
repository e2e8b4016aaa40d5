package dev.sensorline.points.decoding.format;

import java.io.IOException;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
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
    private final Structs structs = new Structs(this::parser, Reason.MALFORMED_JSON);

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
        try (JsonParser parser = parser(payload, from)) {
            structs.extract(parser, parser.nextToken(), payload, from, documents);
        } catch (IOException e) {
            byte[] renamed = NotFinite.renamed(payload);
            if (renamed == null) {
                throw invalid(payload, new InvalidReadingException(Reason.MALFORMED_JSON, ParserMessage.of(e)));
            }
            extract(renamed, structs.start(), documents);
        } catch (InvalidReadingException e) {
            throw e.reason() == Reason.MALFORMED_JSON ? invalid(payload, e) : e;
        }
    }

    private JsonParser parser(byte[] payload, int from) throws IOException {
        return json.createParser(payload, from, payload.length - from);
    }

    private static InvalidReadingException invalid(byte[] payload, InvalidReadingException problem) {
        return Utf8.isValid(payload) ? problem : new InvalidReadingException(Reason.NOT_UTF8, null);
    }
}
