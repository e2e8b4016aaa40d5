package dev.sensorline.points.decoding.extraction;

import java.io.IOException;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import dev.sensorline.points.rules.BinaryNumber;
import dev.sensorline.points.rules.Source.Member;

/** What takes the values at the end of a path. Only the thread that decodes uses it. */
abstract class ValueTarget {

    /** What takes the values of a source: the target itself, or what finds the number in bytes for it. */
    static ValueTarget of(Member member, ValueTarget target) {
        BinaryNumber binary = member.binary();
        return binary == null ? target : new BinaryTarget(binary, target);
    }

    /** Takes the JSON value that begins at the parser's current token. Null counts as absent. */
    abstract void extract(JsonParser parser, JsonToken token) throws IOException;

    /** The value is absent. */
    abstract void reset();
}
