package dev.sensorline.points.lineprotocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;

import com.fasterxml.jackson.core.io.NumberOutput;

import dev.sensorline.points.Field;
import dev.sensorline.points.FieldsPoint;
import dev.sensorline.points.FloatPoint;
import dev.sensorline.points.ForwardedPoint;
import dev.sensorline.points.Point;
import dev.sensorline.points.Storable;

/**
 * Writes points in the line protocol of InfluxDB 1.8, one line each: {@code sensor,name=…,type=… value=… <ns>}.
 * Thread-safe: it has no state.
 *
 * @see <a href="https://docs.influxdata.com/influxdb/v1/write_protocols/line_protocol_reference/">Line protocol</a>
 */
public final class LineProtocol {

    private static final int TYPICAL_LINE_LENGTH = 80;

    private LineProtocol() {}

    /** The lines of points in UTF-8, each with a line feed. */
    public static byte[] of(List<? extends Storable> points) {
        StringBuilder lines = new StringBuilder(points.size() * TYPICAL_LINE_LENGTH);
        for (Storable point : points) {
            if (point instanceof ForwardedPoint forwarded) {
                lines.append(forwarded.line());
            } else {
                append(lines, (Point) point);
            }
            lines.append('\n');
        }
        return lines.toString().getBytes(UTF_8);
    }

    /** The line of a point, without the line feed. */
    public static String line(Storable point) {
        if (point instanceof ForwardedPoint forwarded) {
            return forwarded.line();
        }
        StringBuilder line = new StringBuilder(TYPICAL_LINE_LENGTH);
        append(line, (Point) point);
        return line.toString();
    }

    private static void append(StringBuilder lines, Point point) {
        lines.append(point.series().key()).append(' ');
        if (point instanceof FloatPoint single) {
            lines.append(single.field()).append('=').append(text(single.value()));
        } else {
            append(lines, ((FieldsPoint) point).fields());
        }
        lines.append(' ').append(point.timeNanos());
    }

    private static void append(StringBuilder lines, List<Field> fields) {
        String separator = "";
        for (Field field : fields) {
            lines.append(separator).append(field.name()).append('=');
            separator = ",";
            if (field instanceof Field.OfFloat real) {
                lines.append(text(real.value()));
            } else if (field instanceof Field.OfInteger integer) {
                lines.append(integer.value()).append('i');
            } else if (field instanceof Field.OfBoolean truth) {
                lines.append(truth.value());
            } else {
                appendQuoted(lines, ((Field.OfString) field).value());
            }
        }
    }

    /** The shortest text that reads back as the same value; {@link Double#toString} of Java 17 takes several times as long. */
    private static String text(double value) {
        return NumberOutput.toString(value, true);
    }

    private static void appendQuoted(StringBuilder lines, String text) {
        lines.append('"');
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (character == '"' || character == '\\') {
                lines.append('\\');
            }
            lines.append(character);
        }
        lines.append('"');
    }
}
