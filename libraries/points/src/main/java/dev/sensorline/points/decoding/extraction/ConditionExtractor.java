package dev.sensorline.points.decoding.extraction;

import java.io.IOException;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import dev.sensorline.points.rules.Condition;

/** Is present if a payload has the value that its rule requires. */
final class ConditionExtractor extends Extractor {

    private final String expected;

    ConditionExtractor(Condition condition) {
        super(condition.pointer().path(), false, false);
        this.expected = condition.value();
    }

    @Override
    void extractValue(JsonParser parser, JsonToken token) throws IOException {
        if (token.isScalarValue() && text(parser, token).equals(expected)) {
            accept();
        } else {
            reset();
        }
    }
}
