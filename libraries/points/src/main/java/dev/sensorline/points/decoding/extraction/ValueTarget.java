package dev.sensorline.points.decoding.extraction;

import java.io.IOException;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

/** What takes the values at the end of a path. Only the thread that decodes uses it. */
abstract class ValueTarget {

    /** Takes the JSON value that begins at the parser's current token. Null counts as absent. */
    abstract void extract(JsonParser parser, JsonToken token) throws IOException;

    /** The value is absent. */
    abstract void reset();
}
