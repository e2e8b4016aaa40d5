package dev.sensorline.simulator.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sensorline.fleet.Format;
import dev.sensorline.fleet.Group;
import dev.sensorline.fleet.Measurement;
import dev.sensorline.fleet.Metric;
import dev.sensorline.fleet.payload.Encoder;

/** Encoders of the formats {@code value} and {@code json}. */
public final class PlainEncoders {

    private static final long NANOS_PER_MILLI = 1_000_000;

    private PlainEncoders() {}

    /** Whether there is an encoder for a format. */
    public static boolean knows(Format format) {
        return format == Format.Known.VALUE || format == Format.Known.JSON;
    }

    /** The encoder of a group. */
    public static Encoder of(Group group) {
        StringBuilder text = new StringBuilder();
        boolean isValue = group.format() == Format.Known.VALUE;
        return (reading, out) -> {
            text.setLength(0);
            if (isValue) {
                group.metrics().get(0).appendTo(text, reading.values[0]);
            } else {
                appendJson(group, reading, text);
            }
            out.append(text.toString().getBytes(UTF_8));
        };
    }

    private static void appendJson(Group group, Measurement reading, StringBuilder text) {
        text.append("{\"name\":\"");
        group.names().appendTo(text, reading.sensor);
        text.append('"');
        for (int i = 0; i < reading.values.length; i++) {
            Metric metric = group.metrics().get(i);
            text.append(",\"").append(metric.name()).append("\":");
            metric.appendTo(text, reading.values[i]);
        }
        text.append(",\"seq\":").append(reading.sequence);
        text.append(",\"time\":").append(reading.time / NANOS_PER_MILLI).append('}');
    }
}
