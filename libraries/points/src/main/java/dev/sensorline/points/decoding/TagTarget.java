package dev.sensorline.points.decoding;

import java.io.IOException;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import dev.sensorline.points.rules.Source.Member;

/** A tag that a rule asks payloads for: a text, or any other scalar as it is written. What is empty or no scalar is none. */
final class TagTarget extends Target {

    private String text;

    TagTarget(String name, Member member) {
        super(name, member.exact());
    }

    /** Null when there is none. */
    String text() {
        return isPresent() ? text : null;
    }

    @Override
    void takeValue(JsonParser parser, JsonToken token) throws IOException {
        clear();
        if (token == JsonToken.VALUE_STRING || token.isScalarValue() && !isExact()) {
            text = parser.getText();
            if (!text.isEmpty()) {
                found();
            }
        }
    }
}
