package dev.sensorline.points.decoding.extraction;

import java.io.IOException;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import dev.sensorline.points.rules.Condition;

/** Is present if a payload has the value that its rule requires. The value null is also that of a payload that has none there. */
final class ConditionExtractor extends Extractor {

    private static final String NULL = "null";

    private final String expected;
    private boolean hasOther;

    ConditionExtractor(Condition condition) {
        super(condition.pointer().path(), false, false);
        this.expected = condition.value();
    }

    /** Whether the current payload has the value. */
    boolean isFulfilled() {
        return isPresent() || expected.equals(NULL) && !hasOther;
    }

    @Override
    void reset() {
        super.reset();
        hasOther = false;
    }

    @Override
    void extractValue(JsonParser parser, JsonToken token) throws IOException {
        reset();
        if (token.isScalarValue() && text(parser, token).equals(expected)) {
            accept();
        } else {
            hasOther = true;
        }
    }
}
