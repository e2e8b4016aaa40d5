package dev.sensorline.points.decoding.sparkplug;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/** The command to an edge node to send its birth and those of its devices again (6.4.24). It is published at QoS 0, not retained. */
public final class RebirthCommand {

    private static final byte[] NAME = "Node Control/Rebirth".getBytes(UTF_8);

    private RebirthCommand() {}

    /** The topic that the edge node subscribes to. */
    public static String topic(String group, String node) {
        return "spBv1.0/" + group + "/NCMD/" + node;
    }

    /** @param timestamp milliseconds since 1970 */
    public static byte[] payload(long timestamp) {
        ByteArrayOutputStream metric = new ByteArrayOutputStream();
        metric.write(Metric.NAME);
        metric.write(NAME.length);
        metric.writeBytes(NAME);
        metric.write(Metric.TIMESTAMP);
        writeVarint(metric, timestamp);
        metric.write(Metric.DATATYPE);
        metric.write(DataType.BOOLEAN.ordinal());
        metric.write(Metric.BOOLEAN_VALUE);
        metric.write(1);
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        payload.write(Payload.TIMESTAMP);
        writeVarint(payload, timestamp);
        payload.write(Payload.METRIC);
        payload.write(metric.size());
        payload.writeBytes(metric.toByteArray());
        return payload.toByteArray();
    }

    private static void writeVarint(ByteArrayOutputStream out, long value) {
        long rest = value;
        while (rest >>> 7 != 0) {
            out.write((int) rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        out.write((int) rest);
    }
}
