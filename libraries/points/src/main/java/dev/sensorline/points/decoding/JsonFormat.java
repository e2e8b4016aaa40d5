package dev.sensorline.points.decoding;

import java.io.IOException;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;

import dev.sensorline.points.Rejection.Reason;

/**
 * A JSON object, or an array where the rule wants something of one. What the rule does not name is passed over; of a
 * repeated member the last counts.
 */
final class JsonFormat implements PayloadFormat {

    private static final int DEEPEST = 32;

    private final JsonFactory json = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
            // Names of members come from outside: the parser keeps some thousands, the JVM would keep all. (Without
            // CANONICALIZE_FIELD_NAMES it keeps none, but uses a parser that repairs what is not UTF-8.)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    @Override
    public boolean accepts(byte firstByte, Form form) {
        return firstByte == '{' || firstByte == '[' && form.paths().leadIntoArrays();
    }

    @Override
    public void fill(Form form, byte[] payload) throws NotAReading {
        if (payload.length > 1 && payload[1] == 0) {
            // The parser would take it for UTF-16.
            throw new NotAReading(Reason.MALFORMED_JSON, "a zero byte");
        }
        try (JsonParser parser = json.createParser(payload)) {
            form.paths().take(parser, parser.nextToken());
            if (parser.nextToken() != null) {
                throw new NotAReading(Reason.MALFORMED_JSON, "something follows the object");
            }
        } catch (IOException e) {
            throw Utf8.isValid(payload)
                    ? new NotAReading(Reason.MALFORMED_JSON, explanation(e))
                    : new NotAReading(Reason.NOT_UTF8, null);
        }
    }

    private static String explanation(IOException failure) {
        return failure instanceof JsonParseException parsing ? parsing.getOriginalMessage() : failure.getMessage();
    }
}
