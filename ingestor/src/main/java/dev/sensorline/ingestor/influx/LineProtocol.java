package dev.sensorline.ingestor.influx;

import java.util.List;

import dev.sensorline.ingestor.point.Point;
import io.vertx.core.buffer.Buffer;

/**
 * Points as InfluxDB 1.8 reads them, a line each: {@code sensor,name=…,type=… value=… <ns>}.
 *
 * @see <a href="https://docs.influxdata.com/influxdb/v1/write_protocols/line_protocol_reference/">Line protocol</a>
 */
final class LineProtocol {

    private static final int TYPICAL_LINE = 80;

    private LineProtocol() {
    }

    static Buffer of(List<Point> points) {
        StringBuilder lines = new StringBuilder(points.size() * TYPICAL_LINE);
        for (Point point : points) {
            lines.append(point.series().key()).append(" value=").append(point.value()).append(' ')
                    .append(point.timeNanos()).append('\n');
        }
        return Buffer.buffer(lines.toString());
    }
}
