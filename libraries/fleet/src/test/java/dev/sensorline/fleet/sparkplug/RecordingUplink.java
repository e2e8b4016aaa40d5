package dev.sensorline.fleet.sparkplug;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

import org.eclipse.tahu.protobuf.SparkplugBProto.Payload;

import com.google.protobuf.InvalidProtocolBufferException;

import dev.sensorline.fleet.payload.Bytes;

/** Keeps what an edge node sends, as the text of what Google's implementation of Protocol Buffers reads. */
final class RecordingUplink implements Uplink {

    private final List<String> sent = new ArrayList<>();
    /** How many bytes the payload of a message may have. */
    int most = Integer.MAX_VALUE;

    @Override
    public boolean publish(CharSequence topic, Bytes payload, int qos, boolean retain) {
        if (payload.size() > most) {
            return false;
        }
        sent.add(
                text(topic.toString(), payload.copy()) + (qos == 0 ? "" : " qos " + qos) + (retain ? " retained" : ""));
        return true;
    }

    @Override
    public void ignored(String command) {
        sent.add("ignored: " + command);
    }

    @Override
    public void reconnect() {
        sent.add("reconnect");
    }

    /** What has been sent since the last call. */
    List<String> sent() {
        List<String> since = List.copyOf(sent);
        sent.clear();
        return since;
    }

    /** Such as {@code NBIRTH/line-1 @1000 #0 bdSeq:4=0@1000}: timestamp, number and metrics. */
    static String text(String topic, byte[] bytes) {
        try {
            Payload payload = Payload.parseFrom(bytes);
            return "%s @%d %s %s"
                    .formatted(
                            topic,
                            payload.getTimestamp(),
                            payload.hasSeq() ? "#" + payload.getSeq() : "-",
                            payload.getMetricsList().stream()
                                    .map(RecordingUplink::text)
                                    .collect(Collectors.joining(" ")))
                    .strip();
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(Arrays.toString(bytes), e);
        }
    }

    private static String text(Payload.Metric metric) {
        return metric.getName()
                + (metric.hasAlias() ? "/" + metric.getAlias() : "")
                + (metric.hasDatatype() ? ":" + metric.getDatatype() : "")
                + "="
                + (metric.getIsNull() ? "null" : "")
                + switch (metric.getValueCase()) {
                    case LONG_VALUE -> metric.getLongValue();
                    case DOUBLE_VALUE -> metric.getDoubleValue();
                    case BOOLEAN_VALUE -> metric.getBooleanValue();
                    default -> "";
                }
                + "@"
                + metric.getTimestamp()
                + (metric.getIsHistorical() ? " historical" : "");
    }
}
