package dev.sensorline.ingestor.influxdb;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What waits for its next trial, ordered by time; at the same time, by turn. To find what is due costs by what is due, and not by
 * how many wait. Nobody waits twice, so that there are no more entries than there are who wait. Not thread-safe.
 *
 * @param <T> who waits, by {@code equals}
 */
final class TrialQueue<T> {

    /** Nanoseconds of a clock that has no fixed start, as {@link System#nanoTime}, are compared by their difference. */
    private record Turn(long nanos, long number) implements Comparable<Turn> {

        @Override
        public int compareTo(Turn other) {
            int byTime = Long.signum(nanos - other.nanos);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    private final TreeMap<Turn, T> byTurn = new TreeMap<>();
    private final Map<T, Turn> turns = new HashMap<>();
    private long count;

    /** Waits until then, and no longer until another time. */
    void put(T waiting, long nanos) {
        remove(waiting);
        Turn turn = new Turn(nanos, count++);
        turns.put(waiting, turn);
        byTurn.put(turn, waiting);
    }

    /** Waits no longer. */
    void remove(T waiting) {
        Turn turn = turns.remove(waiting);
        if (turn != null) {
            byTurn.remove(turn);
        }
    }

    /** Takes out who has been due longest; empty if nobody is due. */
    Optional<T> poll(long nowNanos) {
        Map.Entry<Turn, T> first = byTurn.firstEntry();
        if (first == null || nowNanos - first.getKey().nanos < 0) {
            return Optional.empty();
        }
        remove(first.getValue());
        return Optional.of(first.getValue());
    }
}
