package dev.sensorline.points.decoding.format;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import dev.sensorline.points.decoding.extraction.CompiledRule;
import dev.sensorline.points.decoding.extraction.FieldExtractor;
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
    public void extract(byte[] payload, Documents documents) throws InvalidReadingException {
        String text = text(payload);
        if (text == null) {
            plain.extract(payload, documents);
            return;
        }
        for (CompiledRule rule = documents.begin(false); rule != null; rule = documents.next()) {
            FieldExtractor field = PlainValueFormat.field(rule);
            if (field != null) {
                field.extractText(text);
            }
        }
        documents.end(true);
    }

    /** The text in the payload; null if it is not a JSON string. */
    private @Nullable String text(byte[] payload) {
        if (payload.length > 1 && payload[1] == 0) {
            return null; // The parser would take the payload for UTF-16.
        }
        try (JsonParser parser = json.createParser(payload)) {
            if (parser.nextToken() != JsonToken.VALUE_STRING) {
                return null;
            }
            String text = parser.getText();
            return parser.nextToken() == null ? text : null;
        } catch (IOException e) {
            return null;
        }
    }
}
