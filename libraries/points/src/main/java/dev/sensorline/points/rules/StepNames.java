package dev.sensorline.points.rules;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The names of steps in the pointers of a rule. Not thread-safe. */
final class StepNames {

    private static final Set<String> RESERVED = Set.of(SourceText.TOPIC, "property");

    private final TopicFilter filter;
    private final Set<JsonPointer> pointers = new LinkedHashSet<>();
    private final Set<String> names = new HashSet<>();
    /** Of steps of which each member or element is a field. */
    private final Set<String> fieldNames = new HashSet<>();

    StepNames(TopicFilter filter) {
        this.filter = filter;
    }

    /** @throws IllegalArgumentException if a name means something else already */
    void add(JsonPointer pointer) {
        for (String name : pointer.names()) {
            if (RESERVED.contains(name) || filter.levelsByName().containsKey(name)) {
                throw new IllegalArgumentException("must not name a step {%s}, which is %s"
                        .formatted(name, RESERVED.contains(name) ? "a source itself" : "a level of " + filter));
            }
            names.add(name);
        }
        pointers.add(pointer);
    }

    /** Adds the pointer of a field, and the step that names it, if there is one. */
    void add(FieldText field) {
        Optional<JsonPointer> pointer = field.source().pointer();
        pointer.ifPresent(this::add);
        field.naming().filter(name -> !filter.levelsByName().containsKey(name)).ifPresent(name -> {
            if (pointer.isEmpty() || !pointer.get().names().contains(name)) {
                throw new IllegalArgumentException(
                        "must name a level of the topic filter or a step of its pointer, but %s has no level {%s}"
                                .formatted(filter, name));
            }
            fieldNames.add(name);
        });
    }

    Set<JsonPointer> pointers() {
        return pointers;
    }

    Set<String> all() {
        return names;
    }

    boolean isFieldName(String name) {
        return fieldNames.contains(name);
    }

    /**
     * The names of which each member or element is a point, the outermost first.
     *
     * @throws IllegalArgumentException if not each of them lies below the others, in the same order in each pointer
     */
    List<String> ofPoints() {
        List<String> all = List.of();
        for (JsonPointer pointer : pointers) {
            List<String> names = ofPoints(pointer);
            all = names.size() > all.size() ? names : all;
        }
        for (JsonPointer pointer : pointers) {
            requireInOrder(ofPoints(pointer), all);
        }
        requireOnePointer();
        return all;
    }

    private List<String> ofPoints(JsonPointer pointer) {
        return pointer.names().stream()
                .filter(name -> !fieldNames.contains(name))
                .toList();
    }

    private static void requireInOrder(List<String> names, List<String> all) {
        List<String> known = new ArrayList<>(all);
        known.retainAll(names);
        if (!known.equals(names)) {
            throw new IllegalArgumentException(
                    "must have steps in braces of which each lies below the one before, as in %s, not %s beside it"
                            .formatted(inBraces(all), inBraces(names)));
        }
    }

    private static String inBraces(List<String> names) {
        return "{" + String.join("}/{", names) + "}";
    }

    private void requireOnePointer() {
        for (String name : fieldNames) {
            if (pointers.stream()
                            .filter(pointer -> pointer.names().contains(name))
                            .count()
                    > 1) {
                throw new IllegalArgumentException(
                        "must not use {%s}, which names fields, in another pointer".formatted(name));
            }
        }
    }
}
