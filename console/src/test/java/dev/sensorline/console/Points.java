package dev.sensorline.console;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import dev.sensorline.points.Field;
import dev.sensorline.points.FieldsPoint;
import dev.sensorline.points.FloatPoint;
import dev.sensorline.points.Point;
import dev.sensorline.points.Reading;
import dev.sensorline.points.Series;

/** Points of sensors with a name, as the ingestor's default rule makes them. */
public final class Points {

    private Points() {}

    public static Series series(String name) {
        return Series.of("sensor", new TreeMap<>(Map.of("name", name)));
    }

    public static Point of(String name, double value, long millis) {
        return new FloatPoint(reading(name), series(name), "value", value, millis * 1_000_000);
    }

    public static Point of(String name, long millis, Field... fields) {
        return new FieldsPoint(reading(name), series(name), List.of(fields), millis * 1_000_000);
    }

    private static Reading reading(String name) {
        return new Reading("sensor/" + name, new byte[] {'1'}, 1, 0);
    }
}
