package dev.sensorline.ingestor.influxdb;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

import dev.sensorline.points.Field;
import dev.sensorline.points.FieldsPoint;
import dev.sensorline.points.ForwardedPoint;
import dev.sensorline.points.Reading;
import dev.sensorline.points.Series;
import dev.sensorline.points.Storable;

/** Points by their lines of line protocol. */
final class Lines {

    private Lines() {}

    /** A point as one that has come over Kafka, whatever the line says. */
    static Storable forwarded(String line) {
        return ForwardedPoint.of(reading(line));
    }

    /** A point as one that the ingestor has decoded itself, of a line with numbers and truth values only. */
    static Storable decoded(String line) {
        LineText text = LineText.of(line);
        int fieldsStart = LineText.series(forwarded(line)).length() + 1;
        int fieldsEnd = line.lastIndexOf(' ');
        List<Field> fields = new ArrayList<>();
        for (String each : line.substring(fieldsStart, fieldsEnd).split(",")) {
            fields.add(field(each.substring(0, each.indexOf('=')), each.substring(each.indexOf('=') + 1)));
        }
        return new FieldsPoint(
                reading(line),
                Series.of(text.measurement(), new TreeMap<>(text.tags())),
                fields,
                Long.parseLong(line.substring(fieldsEnd + 1)));
    }

    private static Field field(String name, String value) {
        if (value.endsWith("i")) {
            return new Field.OfInteger(name, Long.parseLong(value.substring(0, value.length() - 1)));
        }
        return value.matches("true|false")
                ? new Field.OfBoolean(name, Boolean.parseBoolean(value))
                : new Field.OfFloat(name, Double.parseDouble(value));
    }

    private static Reading reading(String line) {
        byte[] bytes = line.getBytes(UTF_8);
        return new Reading("topic", bytes, bytes.length, 0);
    }
}
