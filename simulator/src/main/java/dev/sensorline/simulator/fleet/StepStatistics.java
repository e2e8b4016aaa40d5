package dev.sensorline.simulator.fleet;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a loop has counted in each step of a run. What the broker answers counts in the step in which the reading was due, even if it comes
 * when that is over. Belongs to its loop.
 */
final class StepStatistics {

    /** When the steps began, in nanoseconds since 1970-01-01T00:00Z. */
    private final List<Long> starts = new ArrayList<>();
    /** What has come for steps that are over, by their numbers. */
    private final Map<Integer, Statistics> late = new HashMap<>(0);

    private Statistics current = new Statistics();
    private boolean isOver;

    /** Begins a step, whose readings are due from a time on. */
    Statistics begin(long start) {
        starts.add(start);
        current = new Statistics();
        isOver = false;
        return current;
    }

    /** Those of the step that is going on, or was the last one. */
    Statistics current() {
        return current;
    }

    /** Those of the step in which a reading was due. */
    Statistics of(long due) {
        int step = starts.size() - 1;
        while (step > 0 && due < starts.get(step)) {
            step--;
        }
        return step == starts.size() - 1 && !isOver ? current : late.computeIfAbsent(step, over -> new Statistics());
    }

    /** The step is over: what comes for it from now on is late. */
    void end() {
        isOver = true;
    }

    /** What has come for steps when they were over, by their numbers: to be added to what was counted before. */
    Map<Integer, Statistics> late() {
        return Map.copyOf(late);
    }
}
