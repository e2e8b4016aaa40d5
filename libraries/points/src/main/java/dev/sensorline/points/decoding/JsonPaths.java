package dev.sensorline.points.decoding;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import dev.sensorline.points.rules.JsonPointer;

/** A tree of the paths to what is wanted of a JSON document, so that one pass over the document finds all of it. */
final class JsonPaths {

    private Target[] targets = {};
    /** Further down, by names of members and by indices of elements. */
    private final Map<String, JsonPaths> members = new HashMap<>();
    private final Map<Integer, JsonPaths> elements = new HashMap<>();

    void add(JsonPointer pointer, Target target) {
        add(pointer.steps(), target);
    }

    private void add(List<String> steps, Target target) {
        if (steps.isEmpty()) {
            targets = Arrays.copyOf(targets, targets.length + 1);
            targets[targets.length - 1] = target;
            return;
        }
        String step = steps.get(0);
        JsonPaths next = members.computeIfAbsent(step, name -> new JsonPaths());
        next.add(steps.subList(1, steps.size()), target);
        if (step.matches("0|[1-9][0-9]{0,8}")) { // RFC 6901, 4
            elements.put(Integer.valueOf(step), next);
        }
    }

    /** Whether a document that is an array has something that is wanted. */
    boolean leadIntoArrays() {
        return !elements.isEmpty();
    }

    /** Takes what is wanted of the value at which the parser is, at its start, and goes to its end. */
    void take(JsonParser parser, JsonToken token) throws IOException {
        for (Target target : targets) {
            target.take(parser, token);
        }
        if (members.isEmpty()) {
            parser.skipChildren();
            return;
        }
        members.values().forEach(JsonPaths::clear); // Of a member that is repeated the last counts.
        if (token == JsonToken.START_OBJECT) {
            takeMembers(parser);
        } else if (token == JsonToken.START_ARRAY && leadIntoArrays()) {
            takeElements(parser);
        } else {
            parser.skipChildren();
        }
    }

    private void takeMembers(JsonParser parser) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            takeNext(members.get(parser.currentName()), parser, parser.nextToken());
        }
    }

    private void takeElements(JsonParser parser) throws IOException {
        int index = 0;
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            takeNext(elements.get(index++), parser, token);
        }
    }

    private static void takeNext(JsonPaths next, JsonParser parser, JsonToken token) throws IOException {
        if (next == null) {
            parser.skipChildren();
        } else {
            next.take(parser, token);
        }
    }

    private void clear() {
        for (Target target : targets) {
            target.clear();
        }
        members.values().forEach(JsonPaths::clear);
    }
}
