package dev.sensorline.console.stream;

import java.io.IOException;
import java.util.Map;
import java.util.function.Consumer;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.sensorline.console.live.CurveVisitor;
import dev.sensorline.console.live.Sensor;
import dev.sensorline.console.live.Statistics;
import dev.sensorline.console.live.ThinCurve;

/** What has changed of a sensor, as JSON of a frame. */
final class SensorJson {

    /** Of a curve; what has more is thinned. */
    static final int MOST_POINTS = 400;

    private SensorJson() {}

    /** How much of its main field's curve is said. */
    enum Curve {
        /** What has arrived since, as {@code points}. */
        NEW,
        /** All that is held, as {@code curve}. */
        WHOLE,
        /** Nothing: the last value only. */
        NONE
    }

    /** @param since the frame up to which it has been sent */
    static void write(JsonGenerator json, Sensor sensor, int since, Curve curve, long earliestMillis, long nowMillis)
            throws IOException {
        String main = sensor.mainField();
        Statistics statistics = sensor.statistics(nowMillis);
        json.writeStartObject();
        json.writeStringField("id", sensor.id());
        json.writeNumberField("last", sensor.lastMillis());
        json.writeNumberField("arrived", sensor.arrivedMillis());
        writeFields(json, main, sensor.valuesSince(since));
        json.writeStringField("state", sensor.watched().state().key());
        json.writeNumberField("rate", rounded(sensor.readingsPerSecond(nowMillis)));
        json.writeNumberField("bytesPerSecond", rounded(sensor.bytesPerSecond(nowMillis)));
        if (statistics.count() > 0) {
            json.writeNumberField("min", statistics.min());
            json.writeNumberField("mean", statistics.mean());
            json.writeNumberField("max", statistics.max());
        }
        json.writeNumberField("readings", sensor.readings(nowMillis));
        if (curve == Curve.NEW) {
            writePoints(json, "points", points -> sensor.visitSince(main, since, points));
        } else if (curve == Curve.WHOLE) {
            writePoints(json, "curve", points -> sensor.visit(main, earliestMillis, points));
        }
        json.writeEndObject();
    }

    private static void writeFields(JsonGenerator json, String main, Map<String, Object> changed) throws IOException {
        Object value = changed.remove(main);
        if (value != null) {
            json.writeFieldName("value");
            writeValue(json, value);
        }
        if (!changed.isEmpty()) {
            json.writeObjectFieldStart("fields");
            for (Map.Entry<String, Object> field : changed.entrySet()) {
                json.writeFieldName(field.getKey());
                writeValue(json, field.getValue());
            }
            json.writeEndObject();
        }
    }

    private static void writeValue(JsonGenerator json, Object value) throws IOException {
        if (value instanceof Double number) {
            json.writeNumber(number);
        } else if (value instanceof Long number) {
            json.writeNumber(number);
        } else if (value instanceof Boolean flag) {
            json.writeBoolean(flag);
        } else {
            json.writeString((String) value);
        }
    }

    private static void writePoints(JsonGenerator json, String name, Consumer<CurveVisitor> curve) throws IOException {
        ThinCurve thin = new ThinCurve(MOST_POINTS);
        curve.accept(thin);
        json.writeArrayFieldStart(name);
        for (int i = 0; i < thin.size(); i++) {
            json.writeStartArray();
            json.writeNumber(thin.millis(i));
            json.writeNumber(thin.value(i));
            json.writeEndArray();
        }
        json.writeEndArray();
    }

    /** Six digits after the point are enough for a reading a day, and shorter. */
    private static double rounded(double number) {
        return Math.round(number * 1e6) / 1e6;
    }
}
