package dev.sensorline.connections;

/** The innermost cause of a failure, whose message says what has happened. */
public final class RootCause {

    private RootCause() {}

    /** The last in the chain of causes: the failure itself if it has none. */
    public static Throwable of(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
