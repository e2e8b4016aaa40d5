package dev.sensorline.simulator.fleet;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Says what brokers and hosts do not allow: each kind once in a run, whatever the number of connections. Thread-safe. */
final class Notices {

    /** What is said once. */
    enum Kind {
        /** The broker refuses a subscription. */
        SUBSCRIPTION,
        /** The broker takes messages at a lower QoS only. */
        QOS,
        /** The broker retains no messages. */
        RETAIN,
        /** The broker takes no packets as large as a message. */
        SIZE,
        /** The broker refuses a reading. */
        REFUSAL,
        /** A host application of Sparkplug asks for what an edge node does not do. */
        COMMAND
    }

    private final Set<Kind> told = ConcurrentHashMap.newKeySet();
    private final Consumer<String> lines;

    Notices(Consumer<String> lines) {
        this.lines = lines;
    }

    void once(Kind kind, Supplier<String> line) {
        if (!told.contains(kind) && told.add(kind)) {
            lines.accept(line.get());
        }
    }
}
