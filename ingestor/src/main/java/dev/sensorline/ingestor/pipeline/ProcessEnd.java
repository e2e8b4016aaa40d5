package dev.sensorline.ingestor.pipeline;

import java.util.concurrent.atomic.AtomicBoolean;

import org.jboss.logging.Logger;

/**
 * Ends the process, to be started again, when it cannot go on: after an error of the program, or when no batch would come any
 * more. What has not been acknowledged is sent again to the next process. Thread-safe.
 */
public final class ProcessEnd {

    private static final Logger LOG = Logger.getLogger(ProcessEnd.class);
    private static final int FRAMES = 3;

    private final Runnable exit;
    private final AtomicBoolean isEnding = new AtomicBoolean();

    /** @param exit ends the process, without waiting for it to end */
    public ProcessEnd(Runnable exit) {
        this.exit = exit;
    }

    /** Says why, in one line, and ends the process. Only the first call counts. */
    public void because(String reason) {
        if (isEnding.compareAndSet(false, true)) {
            LOG.errorf("Cannot go on, and ends: %s", reason);
            exit.run();
        }
    }

    /** The same for an error of the program, with the places where it happened. */
    public void because(Throwable error) {
        StringBuilder line = new StringBuilder("error in the program: ").append(error);
        StackTraceElement[] trace = error.getStackTrace();
        for (int i = 0; i < Math.min(FRAMES, trace.length); i++) {
            line.append(i == 0 ? " at " : ", ").append(trace[i]);
        }
        because(line.toString());
    }

    /** The task, which ends the process if it fails. */
    public Runnable unless(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException | LinkageError | AssertionError e) {
                because(e);
            }
        };
    }
}
