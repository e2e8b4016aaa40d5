package dev.sensorline.points.decoding.extraction;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import dev.sensorline.points.rules.JsonPointer;
import dev.sensorline.points.rules.JsonPointer.Step.Each;
import dev.sensorline.points.rules.JsonPointer.Step.One;

/**
 * The tree of the JSON paths of a rule. A single pass over a document passes each value to its targets. Only the thread that
 * decodes uses it.
 */
public final class JsonPaths {

    private final ValueTarget[] targets;
    /** Subtrees by name of the member and by index of the element. */
    private final Map<String, JsonPaths> members = new HashMap<>();

    private final Map<Integer, JsonPaths> elements = new HashMap<>();
    /** The subtree of every other member and element; null if there is none. */
    private final @Nullable JsonPaths others;
    /** Learn which member or element the values that follow are in. */
    private final ElementListener[] listeners;

    private boolean hasFoundEmpty;

    /**
     * A pointer, and what takes its values.
     *
     * @param listeners one for each step in braces
     */
    record Path(JsonPointer pointer, List<ElementListener> listeners, ValueTarget target) {}

    /** Is told of the members and elements that a step in braces stands for. */
    interface ElementListener {

        /**
         * The values that follow belong to a member or an element.
         *
         * @param name  of the member; null for an element
         * @param index of the element; negative for a member
         */
        void enter(@Nullable String name, int index);

        /** There is an object or an array, and it has no member or element. */
        void foundEmpty();
    }

    /** What is left of a path below a certain depth. */
    private record Rest(Path path, int step, int listener) {

        boolean isComplete() {
            return step == path.pointer.steps().size();
        }

        JsonPointer.Step next() {
            return path.pointer.steps().get(step);
        }

        Rest tail() {
            return new Rest(path, step + 1, next() instanceof Each ? listener + 1 : listener);
        }
    }

    static JsonPaths of(List<Path> paths) {
        return new JsonPaths(paths.stream().map(path -> new Rest(path, 0, 0)).toList());
    }

    private JsonPaths(List<Rest> rests) {
        targets = rests.stream()
                .filter(Rest::isComplete)
                .map(rest -> rest.path.target)
                .toArray(ValueTarget[]::new);
        Map<String, List<Rest>> keyed = new HashMap<>();
        List<Rest> each = new ArrayList<>();
        Set<ElementListener> told = new LinkedHashSet<>();
        for (Rest rest : rests) {
            if (rest.isComplete()) {
                continue;
            }
            if (rest.next() instanceof One one) {
                keyed.computeIfAbsent(one.text(), text -> new ArrayList<>()).add(rest.tail());
            } else {
                each.add(rest.tail());
                told.add(rest.path.listeners.get(rest.listener));
            }
        }
        listeners = told.toArray(ElementListener[]::new);
        others = each.isEmpty() ? null : new JsonPaths(each);
        keyed.forEach((key, tails) -> {
            tails.addAll(each); // A step in braces also stands for what another pointer names.
            JsonPaths next = new JsonPaths(tails);
            members.put(key, next);
            if (key.matches("0|[1-9][0-9]{0,8}")) { // RFC 6901, 4
                elements.put(Integer.valueOf(key), next);
            }
        });
    }

    /** Whether a path leads into a document that is an array. */
    public boolean leadIntoArrays() {
        return !elements.isEmpty() || others != null;
    }

    /** Whether the value that was extracted last is an object or an array that has nothing in it. */
    boolean hasFoundEmpty() {
        return hasFoundEmpty;
    }

    /** Forgets the value that was extracted last. */
    void begin() {
        hasFoundEmpty = false;
    }

    /** Extracts all values of the JSON value that begins at the parser's current token, and moves the parser to its end. */
    public void extract(JsonParser parser, JsonToken token) throws IOException {
        for (ValueTarget target : targets) {
            target.extract(parser, token);
        }
        if (members.isEmpty() && others == null) {
            parser.skipChildren();
            return;
        }
        members.values().forEach(JsonPaths::reset); // The last occurrence of a repeated member counts.
        if (token == JsonToken.START_OBJECT) {
            extractMembers(parser);
        } else if (token == JsonToken.START_ARRAY) {
            extractElements(parser);
        } else {
            parser.skipChildren();
            if (token == JsonToken.VALUE_NULL) {
                foundEmpty(); // As Go writes an array that it does not have.
            }
        }
    }

    private void extractMembers(JsonParser parser) throws IOException {
        boolean isEmpty = true;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            isEmpty = false;
            String name = parser.currentName();
            JsonPaths next = members.get(name);
            if (others != null) {
                enter(name, -1);
                next = next == null ? others : next;
            }
            extractNext(next, parser, parser.nextToken());
        }
        if (isEmpty) {
            foundEmpty();
        }
    }

    private void extractElements(JsonParser parser) throws IOException {
        int index = 0;
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            extractElement(index, parser, token);
            index++;
        }
        if (index == 0) {
            foundEmpty();
        }
    }

    /** Extracts all values of an element of the array, and moves the parser to its end. */
    public void extractElement(int index, JsonParser parser, JsonToken token) throws IOException {
        JsonPaths next = elements.get(index);
        if (others != null) {
            enter(null, index);
            next = next == null ? others : next;
        }
        extractNext(next, parser, token);
    }

    private void enter(@Nullable String name, int index) {
        for (ElementListener listener : listeners) {
            listener.enter(name, index);
        }
    }

    private void foundEmpty() {
        hasFoundEmpty = true;
        for (ElementListener listener : listeners) {
            listener.foundEmpty();
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
        for (ValueTarget target : targets) {
            target.reset();
        }
        members.values().forEach(JsonPaths::reset);
    }
}
