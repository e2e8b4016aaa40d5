package dev.sensorline.console.live;

import dev.sensorline.points.Series;

/** What people call a sensor: its tag {@code name}, else the values of its tags, else its topic. */
final class SensorName {

    private SensorName() {}

    static String of(Series series, String topic) {
        String name = series.tags().get("name");
        if (name != null) {
            return name;
        }
        return series.tags().isEmpty() ? topic : String.join("/", series.tags().values());
    }
}
