package dev.sensorline.points.decoding.sparkplug;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The edge nodes that are known. There is room for {@value #MOST} of them and {@value #MOST_SIZE} bytes of what their births say;
 * beyond that, those that were silent the longest are forgotten, and have to be born again when they come back.
 */
final class EdgeNodes {

    static final int MOST = 1_000;
    static final int MOST_SIZE = 8 << 20;

    /** By group and name, those that were silent the longest first. */
    private final Map<String, EdgeNode> nodes = new LinkedHashMap<>(16, 0.75f, true);

    private long size;

    /** The edge node with a name, which is known from now on. */
    EdgeNode know(String name) {
        EdgeNode node = nodes.get(name);
        if (node == null) {
            node = new EdgeNode();
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
        return size;
    }

    void forget(String name) {
        EdgeNode node = nodes.remove(name);
        size -= node == null ? 0 : node.size();
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
        while (size > MOST_SIZE || nodes.size() > MOST) {
            size -= silent.next().size();
            silent.remove();
        }
    }
}
