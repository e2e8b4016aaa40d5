package dev.sensorline.console.stream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;

import dev.sensorline.console.live.Comings;
import dev.sensorline.console.live.Sensor;
import dev.sensorline.console.stream.SensorJson.Curve;

/**
 * Writes a frame for one client as server-sent events, in at most so many bytes. Not thread-safe.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">Server-sent events</a>
 */
final class FrameWriter {

    /** What the frame takes beside its sensors, without the summary. */
    private static final int ENVELOPE = 512;

    private final JsonFactory factory;
    private final long nowMillis;
    private final long earliestMillis;
    private final int mostBytes;
    private final ByteArrayOutputStream sensors = new ByteArrayOutputStream(2_048);
    private final List<String> stale = new ArrayList<>();
    private boolean isStaleAsAWhole;

    /**
     * @param earliestMillis whole curves begin there
     * @param mostBytes      of sensors
     */
    FrameWriter(JsonFactory factory, long nowMillis, long earliestMillis, int mostBytes) {
        this.factory = factory;
        this.nowMillis = nowMillis;
        this.earliestMillis = earliestMillis;
        this.mostBytes = mostBytes - ENVELOPE;
    }

    /** Adds a sensor; false if there is no room for it. The first one always has room, so that each has its turn. */
    boolean add(Sensor sensor, int since, Curve curve) {
        byte[] json = bytes(generator -> SensorJson.write(generator, sensor, since, curve, earliestMillis, nowMillis));
        boolean isFirst = sensors.size() == 0;
        if (!isFirst && sensors.size() + json.length + 1 > mostBytes) {
            return false;
        }
        if (!isFirst) {
            sensors.write(',');
        }
        sensors.writeBytes(json);
        return true;
    }

    /** Something of a sensor is not sent, and will not be. */
    void stale(Sensor sensor) {
        stale.add(sensor.id());
    }

    /** Something of sensors is not sent, and will not be, and there are too many to name them. */
    void staleAsAWhole() {
        isStaleAsAWhole = true;
    }

    boolean hasSensors() {
        return sensors.size() > 0;
    }

    /**
     * The events.
     *
     * @param from    the number of the frame that the client had
     * @param number  that of this one
     * @param summary as JSON; null if it is not due
     */
    byte[] events(long from, long number, int known, Comings.Since comings, byte @Nullable [] summary) {
        ByteArrayOutputStream events = new ByteArrayOutputStream(sensors.size() + ENVELOPE);
        if (isStaleAsAWhole || !stale.isEmpty()) {
            events.writeBytes(stale(from, number));
        }
        write(events, "event: frame\nid: %d\ndata: {\"frame\":%d,\"time\":%d,".formatted(number, number, nowMillis));
        if (summary != null) {
            write(events, "\"summary\":");
            events.writeBytes(summary);
            write(events, ",");
        }
        write(events, "\"sensors\":[");
        events.writeBytes(sensors.toByteArray());
        write(events, "],\"known\":%d".formatted(known));
        if (comings.isTooMuch()) {
            write(events, ",\"reload\":true");
        } else if (!comings.isEmpty()) {
            write(events, ",\"added\":[%s],\"gone\":[%s]".formatted(quoted(comings.added()), quoted(comings.gone())));
        }
        write(events, "}\n\n");
        return events.toByteArray();
    }

    private byte[] stale(long from, long to) {
        String ids = isStaleAsAWhole ? "null" : "[" + quoted(stale) + "]";
        return "event: stale\ndata: {\"from\":%d,\"to\":%d,\"ids\":%s}\n\n"
                .formatted(from, to, ids)
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Ids need no escape. */
    private static String quoted(List<String> ids) {
        return ids.isEmpty() ? "" : "\"" + String.join("\",\"", ids) + "\"";
    }

    private static void write(ByteArrayOutputStream events, String text) {
        events.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private interface Written {

        void to(JsonGenerator json) throws IOException;
    }

    private byte[] bytes(Written written) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator json = factory.createGenerator(bytes)) {
            written.to(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
