package dev.sensorline.points.lineprotocol;

import java.util.List;

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

    private LineProtocol() {}

    /** The lines of points in UTF-8, each with a line feed. */
    public static byte[] of(List<? extends Storable> points) {
        int capacity = 0;
        for (Storable point : points) {
            capacity += point.size() + 1;
        }
        Lines lines = new Lines(capacity);
        for (Storable point : points) {
            append(lines, point);
            lines.append('\n');
        }
        return lines.toBytes();
    }

    /** The line of a point, without the line feed. */
    public static String line(Storable point) {
        if (point instanceof ForwardedPoint forwarded) {
            return forwarded.line();
        }
        Lines line = new Lines(point.size());
        append(line, point);
        return line.toString();
    }

    private static void append(Lines lines, Storable point) {
        if (point instanceof ForwardedPoint forwarded) {
            lines.append(forwarded.line());
            return;
        }
        Point decoded = (Point) point;
        lines.append(decoded.series()).append(' ');
        if (point instanceof FloatPoint single) {
            lines.appendName(single.field()).append('=').append(single.value());
        } else {
            append(lines, ((FieldsPoint) point).fields());
        }
        lines.append(' ').appendTime(decoded.timeNanos());
    }

    private static void append(Lines lines, List<Field> fields) {
        boolean isFirst = true;
        for (Field field : fields) {
            if (!isFirst) {
                lines.append(',');
            }
            isFirst = false;
            lines.appendName(field.name()).append('=');
            if (field instanceof Field.OfFloat real) {
                lines.append(real.value());
            } else if (field instanceof Field.OfInteger integer) {
                lines.append(integer.value()).append('i');
            } else if (field instanceof Field.OfBoolean truth) {
                lines.append(Boolean.toString(truth.value()));
            } else {
                lines.append('"')
                        .append(escaped(((Field.OfString) field).value()))
                        .append('"');
            }
        }
    }

    private static String escaped(String text) {
        return text.indexOf('"') < 0 && text.indexOf('\\') < 0
                ? text
                : text.replace("\\", "\\\\").replace("\"", "\\\"");
    }
}
