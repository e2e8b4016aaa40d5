package dev.sensorline.points.decoding.sparkplug;

import java.util.HashMap;
import java.util.Map;

/** What births say of metrics, each once: edge nodes of one make say the same, and so do their devices. For one thread. */
final class SharedDefinitions {

    private final Map<Definition, Shared> all = new HashMap<>();
    private long size;

    private static final class Shared {
        final Definition definition;
        int users;

        Shared(Definition definition) {
            this.definition = definition;
        }
    }

    /** The definition that all users share which say the same. */
    Definition share(Definition definition) {
        Shared shared = all.computeIfAbsent(definition, Shared::new);
        size += shared.users++ == 0 ? definition.size() : 0;
        return shared.definition;
    }

    /** A user does not need it any more. */
    void release(Definition definition) {
        Shared shared = all.get(definition);
        if (shared != null && --shared.users == 0) {
            all.remove(definition);
            size -= definition.size();
        }
    }

    /** About how many bytes they take. */
    long size() {
        return size;
    }
}
