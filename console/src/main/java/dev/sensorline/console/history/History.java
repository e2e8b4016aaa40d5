package dev.sensorline.console.history;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.sensorline.points.Series;
import io.smallrye.mutiny.Uni;

/** What a store keeps of sensors. Thread-safe. No method blocks: what a client blocks for, it does on a worker thread. */
public interface History {

    /** As the API names it: {@code influxdb}, {@code questdb} or {@code none}. */
    String source();

    /** How the store is, without asking it now. */
    StoreState state();

    /**
     * Readings, downsampled by the store: one for each step that has any, in order of time. Bounded in number by the question, and in
     * time by the implementation.
     *
     * @return fails with {@link StoreUnavailableException} while the store does not answer
     */
    Uni<List<Downsampled>> readings(Question question);

    /**
     * The times of the last readings of one field within a day, the oldest first, for a sensor's period.
     *
     * @param most how many at most
     * @return fails as {@link #readings} does
     */
    Uni<List<Instant>> lastTimes(Series series, String field, int most);

    /** Asks the store whether it answers, for {@link #state}. */
    void probe();

    /**
     * A question for the readings of one numeric field.
     *
     * @param from inclusive
     * @param to   exclusive
     * @param step whole milliseconds, at least 1
     */
    record Question(Series series, String field, Instant from, Instant to, Duration step) {}

    /**
     * The readings of a step.
     *
     * @param millis its start, since 1970
     */
    record Downsampled(long millis, double mean, double min, double max) {}

    /**
     * How a store is.
     *
     * @param detail why it is down, for people; null if there is nothing to say
     */
    record StoreState(State state, Instant since, @Nullable String detail) {}

    /** Whether a store answers. */
    enum State {
        UP,
        DOWN,
        /** There is no store. */
        NONE
    }

    /** The store does not answer; the message says why, in words for people, without secrets. */
    final class StoreUnavailableException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        public StoreUnavailableException(String message) {
            super(message);
        }
    }
}
