package dev.sensorline.ingestor.influx;

import java.util.List;

import dev.sensorline.ingestor.point.Field;
import dev.sensorline.ingestor.point.FieldsPoint;
import dev.sensorline.ingestor.point.FloatPoint;
import dev.sensorline.ingestor.point.ForwardedPoint;
import dev.sensorline.ingestor.point.Point;
import dev.sensorline.ingestor.point.Storable;
import io.vertx.core.buffer.Buffer;

/**
 * Points as InfluxDB 1.8 reads them, a line each: {@code sensor,name=…,type=… value=… <ns>}.
 *
 * @see <a href="https://docs.influxdata.com/influxdb/v1/write_protocols/line_protocol_reference/">Line protocol</a>
 */
public final class LineProtocol {

    private static final int TYPICAL_LINE = 80;

    private LineProtocol() {
    }

    static Buffer of(List<? extends Storable> points) {
        StringBuilder lines = new StringBuilder(points.size() * TYPICAL_LINE);
        for (Storable point : points) {
            if (point instanceof ForwardedPoint forwarded) {
                lines.append(forwarded.line());
            } else {
                append(lines, (Point) point);
            }
            lines.append('\n');
        }
        return Buffer.buffer(lines.toString());
    }

    /** One point, without the line feed. */
    public static String line(Point point) {
        StringBuilder line = new StringBuilder(TYPICAL_LINE);
        append(line, point);
        return line.toString();
    }

    private static void append(StringBuilder lines, Point point) {
        lines.append(point.series().key()).append(' ');
        if (point instanceof FloatPoint single) {
            lines.append(single.field()).append('=').append(single.value());
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
                lines.append(real.value());
            } else if (field instanceof Field.OfInteger integer) {
                lines.append(integer.value()).append('i');
            } else if (field instanceof Field.OfBoolean truth) {
                lines.append(truth.value());
            } else {
                appendQuoted(lines, ((Field.OfString) field).value());
            }
        }
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
