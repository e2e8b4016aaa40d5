package dev.sensorline.console.watch;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * A line for each change of a sensor's state. When thousands of sensors change at once, as behind a bridge that has failed, the first
 * {@value #MOST_LINES} between two checks have a line each, and one line counts the others. Not thread-safe.
 */
final class ChangeLog {

    static final int MOST_LINES = 20;

    private static final int LONGEST_NAME = 200;

    private final Consumer<String> warnings;
    private final Consumer<String> infos;
    private int lines;
    private final Map<SensorState, Integer> unnamed = new EnumMap<>(SensorState.class);

    ChangeLog(Consumer<String> warnings, Consumer<String> infos) {
        this.warnings = warnings;
        this.infos = infos;
    }

    /** @param quiet how long nothing has arrived from the sensor, or how long its last state has lasted */
    void changed(WatchedSensor sensor, SensorState before, Duration quiet) {
        SensorState state = sensor.state();
        if (before == SensorState.LEARNING && (state == SensorState.LIVE || state == SensorState.IRREGULAR)) {
            return; // Nothing has happened: its period is known now, or it has none.
        }
        if (lines == MOST_LINES) {
            unnamed.merge(state, 1, Integer::sum);
            return;
        }
        lines++;
        (state == SensorState.SILENT ? warnings : infos).accept(line(sensor, before, quiet));
    }

    private static String line(WatchedSensor sensor, SensorState before, Duration quiet) {
        String who = "Sensor %s (topic %s)".formatted(printable(sensor.name()), printable(sensor.topic()));
        String period = sensor.periodSeconds().isPresent()
                ? ", expected every %s s"
                        .formatted(shown(sensor.periodSeconds().getAsDouble()))
                : "";
        return switch (sensor.state()) {
            case LATE -> "%s is late: no reading for %s s%s".formatted(who, shown(quiet), period);
            case SILENT -> "%s is silent: no reading for %s s%s".formatted(who, shown(quiet), period);
            case LIVE -> "%s sends again after %s s as %s%s".formatted(who, shown(quiet), before.key(), period);
            case IRREGULAR -> "%s has no period any more: it is not watched".formatted(who);
            case LEARNING -> "%s sends again after %s s; its period is not known".formatted(who, shown(quiet));
        };
    }

    /** A check has ended: the others are counted. */
    void flush() {
        if (!unnamed.isEmpty()) {
            warnings.accept(unnamed.entrySet().stream()
                    .map(each -> each.getValue() + " " + each.getKey().key())
                    .collect(Collectors.joining(", ", "More sensors have changed at the same time, to: ", "")));
            unnamed.clear();
        }
        lines = 0;
    }

    private static String shown(Duration time) {
        return shown(time.toMillis() / 1e3);
    }

    private static String shown(double seconds) {
        String text = "%.1f".formatted(seconds);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }

    /** What comes from outside must not write log lines of its own. */
    private static String printable(String text) {
        String line = text.replaceAll("\\p{Cntrl}", "?");
        return line.length() > LONGEST_NAME ? line.substring(0, LONGEST_NAME) + "…" : line;
    }
}
