package dev.sensorline.console.live;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Who floods: how much arrives on the topics of the sensors, and below each of their first levels. */
public final class Levels {

    private static final int MOST_LEVELS = 4;
    private static final int MOST_TOLD = 20;

    private Levels() {}

    /** @param topic a topic, or a topic filter with {@code /#} at its end */
    public record Level(String topic, double readingsPerSecond, double bytesPerSecond) {

        private Level plus(Level other) {
            return new Level(topic, readingsPerSecond + other.readingsPerSecond, bytesPerSecond + other.bytesPerSecond);
        }
    }

    /** Those with the most readings, the first the most. */
    public static List<Level> busiest(Iterable<Sensor> sensors, long nowMillis) {
        Map<String, Level> levels = new HashMap<>();
        for (Sensor sensor : sensors) {
            double readings = sensor.readingsPerSecond(nowMillis);
            double bytes = sensor.bytesPerSecond(nowMillis);
            add(levels, new Level(sensor.topic(), readings, bytes));
            int slash = sensor.topic().indexOf('/');
            for (int i = 0; i < MOST_LEVELS && slash >= 0; i++) {
                add(levels, new Level(sensor.topic().substring(0, slash) + "/#", readings, bytes));
                slash = sensor.topic().indexOf('/', slash + 1);
            }
        }
        return levels.values().stream()
                .sorted(Comparator.comparingDouble(Level::readingsPerSecond)
                        .reversed()
                        .thenComparing(Comparator.comparingDouble(Level::bytesPerSecond)
                                .reversed())
                        .thenComparing(Level::topic))
                .limit(MOST_TOLD)
                .toList();
    }

    private static void add(Map<String, Level> levels, Level level) {
        levels.merge(level.topic, level, Level::plus);
    }
}
