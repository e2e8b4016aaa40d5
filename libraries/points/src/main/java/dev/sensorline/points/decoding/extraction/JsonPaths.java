package dev.sensorline.points.decoding.extraction;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import dev.sensorline.points.rules.JsonPointer;

/**
 * The tree of the JSON paths of a rule. A single pass over a document passes each value to its extractors. Only the thread
 * that decodes uses it.
 */
public final class JsonPaths {

    private Extractor[] extractors = {};
    /** Subtrees by name of the member and by index of the element. */
    private final Map<String, JsonPaths> members = new HashMap<>();

    private final Map<Integer, JsonPaths> elements = new HashMap<>();

    void add(JsonPointer pointer, Extractor extractor) {
        add(pointer.steps(), extractor);
    }

    private void add(List<String> steps, Extractor extractor) {
        if (steps.isEmpty()) {
            extractors = Arrays.copyOf(extractors, extractors.length + 1);
            extractors[extractors.length - 1] = extractor;
            return;
        }
        String step = steps.get(0);
        JsonPaths next = members.computeIfAbsent(step, name -> new JsonPaths());
        next.add(steps.subList(1, steps.size()), extractor);
        if (step.matches("0|[1-9][0-9]{0,8}")) { // RFC 6901, 4
            elements.put(Integer.valueOf(step), next);
        }
    }

    /** Whether a path leads into a document that is an array. */
    public boolean leadIntoArrays() {
        return !elements.isEmpty();
    }

    /** Extracts all values of the JSON value that begins at the parser's current token, and moves the parser to its end. */
    public void extract(JsonParser parser, JsonToken token) throws IOException {
        for (Extractor extractor : extractors) {
            extractor.extract(parser, token);
        }
        if (members.isEmpty()) {
            parser.skipChildren();
            return;
        }
        members.values().forEach(JsonPaths::reset); // The last occurrence of a repeated member counts.
        if (token == JsonToken.START_OBJECT) {
            extractMembers(parser);
        } else if (token == JsonToken.START_ARRAY && leadIntoArrays()) {
            extractElements(parser);
        } else {
            parser.skipChildren();
        }
    }

    private void extractMembers(JsonParser parser) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            extractNext(members.get(parser.currentName()), parser, parser.nextToken());
        }
    }

    private void extractElements(JsonParser parser) throws IOException {
        int index = 0;
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            extractNext(elements.get(index++), parser, token);
        }
    }

    private static void extractNext(@Nullable JsonPaths next, JsonParser parser, JsonToken token) throws IOException {
        if (next == null) {
            parser.skipChildren();
        } else {
            next.extract(parser, token);
        }
    }

    private void reset() {
        for (Extractor extractor : extractors) {
            extractor.reset();
        }
        members.values().forEach(JsonPaths::reset);
    }
}
