package dev.sensorline.points.decoding.sparkplug;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The edge nodes that are known. There is room for {@value #MOST_SIZE} bytes of what their births say; beyond that, those that were silent
 * the longest are forgotten, and have to be born again when they come back.
 */
final class EdgeNodes {

    /** Enough for 1,000 edge nodes of 10 devices with 10 metrics each. */
    static final int MOST_SIZE = 8 << 20;

    /** By group and name, those that were silent the longest first. */
    private final Map<String, EdgeNode> nodes = new LinkedHashMap<>(16, 0.75f, true);

    private final SharedDefinitions shared = new SharedDefinitions();
    /** Without what is shared. */
    private long size;

    /** The edge node with a name, which is known from now on. */
    EdgeNode know(String name) {
        EdgeNode node = nodes.get(name);
        if (node == null) {
            node = new EdgeNode(name, shared);
            nodes.put(name, node);
            size += node.size();
            forgetSilent();
        }
        return node;
    }

    /** Null if it is not known. */
    @Nullable
    EdgeNode find(String name) {
        return nodes.get(name);
    }

    /** About how many bytes they take. */
    long size() {
        return size + shared.size();
    }

    void forget(String name) {
        EdgeNode node = nodes.remove(name);
        if (node != null) {
            release(node);
        }
    }

    private void release(EdgeNode node) {
        size -= node.size();
        node.forgetAll();
    }

    /** Something about an edge node has been changed. */
    void change(EdgeNode node, Runnable change) {
        long before = node.size();
        change.run();
        size += node.size() - before;
        forgetSilent();
    }

    private void forgetSilent() {
        Iterator<EdgeNode> silent = nodes.values().iterator();
        while (size() > MOST_SIZE) {
            release(silent.next());
            silent.remove();
        }
    }
}
