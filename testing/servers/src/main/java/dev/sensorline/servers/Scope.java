package dev.sensorline.servers;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The resources that were opened in a part of a test run, such as a test or the set-up of its class: processes, servers,
 * links and folders. Closing the scope closes them in reverse order, so that a set-up that fails halfway leaves nothing
 * behind. Outside a scope, as in dev mode and the demo, resources are not tracked. Thread-safe.
 */
public final class Scope implements AutoCloseable {

    /** The scopes of the thread. There may be several: a thread of JUnit's pool that waits for a test may run another. */
    private static final ThreadLocal<Deque<Scope>> CURRENT = ThreadLocal.withInitial(ArrayDeque::new);

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    /** Makes this the scope of the thread until {@link #leave}. */
    public void enter() {
        CURRENT.get().push(this);
    }

    /** Ends {@link #enter}. */
    public void leave() {
        CURRENT.get().remove(this);
    }

    /**
     * Adds a resource to the scope of this thread. It may be closed earlier; it is then closed again.
     *
     * @return the resource
     */
    static <T extends AutoCloseable> T keep(T resource) {
        Scope scope = CURRENT.get().peek();
        if (scope != null) {
            synchronized (scope.opened) {
                scope.opened.push(resource);
            }
        }
        return resource;
    }

    @Override
    public void close() throws Exception {
        Exception failure = null;
        for (AutoCloseable resource = next(); resource != null; resource = next()) {
            try {
                resource.close();
            } catch (Exception e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private AutoCloseable next() {
        synchronized (opened) {
            return opened.poll();
        }
    }
}
