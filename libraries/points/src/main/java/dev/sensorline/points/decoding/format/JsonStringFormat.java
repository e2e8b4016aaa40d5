package dev.sensorline.points.decoding.format;

import java.io.IOException;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import dev.sensorline.points.decoding.extraction.CompiledRule;
import dev.sensorline.points.decoding.extraction.InvalidReadingException;

/**
 * A JSON string that contains the value of the rule's only field: a number, true or false, or text. Text that only begins with a
 * quotation mark is left to {@link PlainValueFormat}.
 */
public final class JsonStringFormat implements PayloadFormat {

    private final PayloadFormat plain;
    private final JsonFactory json = new JsonFactory();

    public JsonStringFormat(PlainValueFormat plain) {
        this.plain = plain;
    }

    @Override
    public boolean accepts(byte firstByte, CompiledRule rule) {
        return firstByte == '"' && rule.takesBareValue();
    }

    @Override
    public void extract(byte[] payload, CompiledRule rule) throws InvalidReadingException {
        // With a zero byte the parser would take the payload for UTF-16.
        if (payload.length < 2 || payload[1] == 0 || !extractString(payload, rule)) {
            plain.extract(payload, rule);
        }
    }

    /** Returns whether the payload is a JSON string. */
    private boolean extractString(byte[] payload, CompiledRule rule) {
        try (JsonParser parser = json.createParser(payload)) {
            if (parser.nextToken() != JsonToken.VALUE_STRING) {
                return false;
            }
            String text = parser.getText();
            if (parser.nextToken() != null) {
                return false;
            }
            rule.fields()[0].extractText(text);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
