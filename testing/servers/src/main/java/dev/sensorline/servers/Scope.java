package dev.sensorline.servers;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What was opened in a part of a test run, such as a test or the set-up of its class: processes, servers, links and
 * folders. Closing the scope closes what is still open, the last opened first, whether or not whoever opened it came to
 * close it: a set-up that fails half way leaves nothing behind. Where no scope is entered, as in dev mode and the demo,
 * nothing is kept. Thread-safe.
 */
public final class Scope implements AutoCloseable {

    /** Those that the thread is in. More than one: a thread of JUnit's pool that waits for a test may run another one. */
    private static final ThreadLocal<Deque<Scope>> CURRENT = ThreadLocal.withInitial(ArrayDeque::new);

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    /** From now on, until {@link #leave}, what this thread opens belongs to this scope. */
    public void enter() {
        CURRENT.get().push(this);
    }

    /** The end of {@link #enter}. */
    public void leave() {
        CURRENT.get().remove(this);
    }

    /**
     * Has the scope of this thread close a resource at its end. What is closed before may be closed again.
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
