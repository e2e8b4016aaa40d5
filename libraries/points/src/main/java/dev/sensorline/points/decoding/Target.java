package dev.sensorline.points.decoding;

import java.io.IOException;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import dev.sensorline.points.Rejection.Reason;

/**
 * Something that a rule asks payloads for. It stays for all readings of the rule and holds what the one at hand says:
 * nothing, a value, or what is no such value.
 */
abstract class Target {

    /** For people. */
    private final String name;
    /** Whether a text is never taken for what it says, nor a number for a text. */
    private final boolean exact;
    private boolean present;
    private NotAReading problem;

    Target(String name, boolean exact) {
        this.name = name;
        this.exact = exact;
    }

    final String name() {
        return name;
    }

    final boolean isExact() {
        return exact;
    }

    final boolean isPresent() {
        return present;
    }

    final void clear() {
        present = false;
        problem = null;
    }

    final void found() {
        present = true;
        problem = null;
    }

    final void wrong(Reason reason, String detail) {
        wrong(new NotAReading(reason, detail));
    }

    final void wrong(NotAReading why) {
        present = false;
        problem = why;
    }

    /** @throws NotAReading when what was there is no such value */
    final void check() throws NotAReading {
        if (problem != null) {
            throw problem;
        }
    }

    /** Takes the JSON value at which the parser is, at its start. */
    final void take(JsonParser parser, JsonToken token) throws IOException {
        if (token == JsonToken.VALUE_NULL) {
            clear();
        } else {
            takeValue(parser, token);
        }
    }

    /** Takes a JSON value that is not null. */
    abstract void takeValue(JsonParser parser, JsonToken token) throws IOException;
}
