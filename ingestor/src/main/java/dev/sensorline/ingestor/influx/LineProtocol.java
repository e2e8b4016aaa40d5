package dev.sensorline.ingestor.influx;

import java.util.List;

import dev.sensorline.ingestor.point.Point;

/**
 * Points as InfluxDB 1.8 reads them, a line each: {@code sensor,name=…,type=… value=… <ns>}. Commas, equals signs and
 * spaces of a tag value stand behind a backslash; a backslash is itself.
 *
 * @see <a href="https://docs.influxdata.com/influxdb/v1/write_protocols/line_protocol_reference/">Line protocol</a>
 */
final class LineProtocol {

    private static final int TYPICAL_LINE = 80;

    private LineProtocol() {
    }

    static String of(List<Point> points) {
        StringBuilder lines = new StringBuilder(points.size() * TYPICAL_LINE);
        for (Point point : points) {
            append(lines, point);
        }
        return lines.toString();
    }

    private static void append(StringBuilder lines, Point point) {
        lines.append("sensor,name=");
        appendTagValue(lines, point.name());
        if (point.type() != null) {
            lines.append(",type=");
            appendTagValue(lines, point.type());
        }
        lines.append(" value=").append(point.value()).append(' ').append(point.timeNanos()).append('\n');
    }

    private static void appendTagValue(StringBuilder lines, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == ',' || c == '=' || c == ' ') {
                lines.append('\\');
            }
            lines.append(c);
        }
    }
}
