package dev.sensorline.simulator.fleet;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What came of a run. */
record RunResult(List<StepResult> steps) {

    /** The exit code when fewer readings were sent than were asked for. */
    static final int NOT_MET = 3;

    /** Of a sweep it is the knee that is asked for, so it has succeeded when it has found where that is. */
    int exitCode() {
        return steps.size() > 1 || steps.stream().allMatch(StepResult::isMet) ? 0 : NOT_MET;
    }

    /** For people. */
    String text() {
        if (steps.size() == 1) {
            return steps.get(0).text();
        }
        List<String> lines = new ArrayList<>();
        for (StepResult step : steps) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%9.0f readings/s asked, %9.0f achieved, sent after due p99 %.1f ms: %s",
                    step.rate(),
                    step.achieved(),
                    step.statistics().lateness.getValueAtPercentile(99) / 1_000.0,
                    step.limit().map(limit -> "limited by " + limit.words()).orElse("met")));
        }
        lines.add(knee());
        return String.join("\n", lines);
    }

    private String knee() {
        String before = "below the lowest rate";
        for (StepResult step : steps) {
            if (!step.isMet()) {
                return "The knee is %s: limited by %s"
                        .formatted(before, step.statistics().limit().words());
            }
            before = String.format(Locale.ROOT, "above %.0f readings/s", step.rate());
        }
        return "There is no knee up to the highest rate";
    }

    /** For machines: an object of JSON on one line. */
    String json() {
        return "{\"met\":%b,\"steps\":[%s]}"
                .formatted(
                        steps.stream().allMatch(StepResult::isMet),
                        steps.stream().map(StepResult::json).collect(Collectors.joining(",")));
    }
}
