package dev.sensorline.connections;

import java.util.Objects;
import java.util.function.Supplier;

import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Logs one line for each change of state, so that an outage of a thousand attempts is one line. Not thread-safe.
 *
 * @param <S> a state as somebody who reads the log sees it, compared by equals
 */
public final class StateLog<S> {

    private final Logger log;
    private @Nullable S state;

    /** @param initial the state that needs no line; may be null */
    public StateLog(Logger log, @Nullable S initial) {
        this.log = log;
        this.state = initial;
    }

    /** Logs the line if this state is not the last one. */
    public void report(S next, Logger.Level level, Supplier<String> line) {
        if (!Objects.equals(state, next)) {
            state = next;
            log.log(level, line.get());
        }
    }

    /** The state reported last, else the initial one. */
    public @Nullable S state() {
        return state;
    }
}
