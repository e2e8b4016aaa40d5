package dev.sensorline.ingestor.decoding;

import java.io.IOException;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;

import dev.sensorline.ingestor.point.Rejection.Reason;

/**
 * A sensor's text form: a JSON object with the number {@code value}, and where known {@code type} (text) and
 * {@code time} (whole milliseconds since 1970-01-01T00:00Z). Other members are passed over; of a repeated one the last
 * counts.
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
    public boolean accepts(byte firstByte) {
        return firstByte == '{';
    }

    @Override
    public Content parse(byte[] payload) throws NotAReading {
        if (payload.length > 1 && payload[1] == 0) {
            // The parser would take it for UTF-16.
            throw new NotAReading(Reason.MALFORMED_JSON, "a zero byte");
        }
        try (JsonParser parser = json.createParser(payload)) {
            return parse(parser);
        } catch (IOException e) {
            throw Utf8.isValid(payload)
                    ? new NotAReading(Reason.MALFORMED_JSON, explanation(e))
                    : new NotAReading(Reason.NOT_UTF8, null);
        }
    }

    private static String explanation(IOException failure) {
        return failure instanceof JsonParseException parsing ? parsing.getOriginalMessage() : failure.getMessage();
    }

    private static Content parse(JsonParser parser) throws IOException, NotAReading {
        Double value = null;
        String type = null;
        Long time = null;
        parser.nextToken();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String member = parser.currentName();
            JsonToken token = parser.nextToken();
            switch (member) {
                case "value" -> value = number(parser, token);
                case "type" -> type = token == JsonToken.VALUE_STRING ? parser.getText() : null;
                case "time" -> time = time(parser, token);
                default -> {
                }
            }
            if (token.isStructStart()) {
                parser.skipChildren();
            }
        }
        if (parser.nextToken() != null) {
            throw new NotAReading(Reason.MALFORMED_JSON, "something follows the object");
        }
        if (value == null) {
            throw new NotAReading(Reason.NO_VALUE, "no number 'value'");
        }
        if (value.isInfinite()) {
            throw new NotAReading(Reason.NOT_FINITE, "beyond the range of a 64-bit float");
        }
        return new Content(value, type == null || type.isEmpty() ? null : type, time);
    }

    private static Double number(JsonParser parser, JsonToken token) throws IOException {
        return token.isNumeric() ? parser.getDoubleValue() : null;
    }

    private static Long time(JsonParser parser, JsonToken token) throws IOException, NotAReading {
        if (token == JsonToken.VALUE_NULL) {
            return null;
        }
        if (token != JsonToken.VALUE_NUMBER_INT || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            throw new NotAReading(Reason.BAD_TIME, "'time' must be whole milliseconds since 1970");
        }
        return parser.getLongValue();
    }
}
