package dev.sensorline.console.stream;

import java.util.List;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonFactory;

import dev.sensorline.console.live.Comings;
import dev.sensorline.console.live.LiveSensors;
import dev.sensorline.console.live.LiveSensors.Frame;
import dev.sensorline.console.live.Sensor;
import dev.sensorline.console.stream.SensorJson.Curve;

/**
 * A client of the stream. It has no queue: when its socket has taken the last frame, the next one holds what has changed in its view
 * since then. A client that does not read holds one frame. Belongs to the live thread.
 */
final class StreamClient {

    /** Of a frame. */
    static final int MOST_BYTES = 16 << 10;
    /** Of a frame while there are whole curves to be sent, so that a page is filled soon. */
    static final int MOST_BYTES_OF_CURVES = 40 << 10;

    private static final long HEARTBEAT_MILLIS = 10_000;
    private static final byte[] HEARTBEAT = {':', '\n', '\n'};

    private final LiveSensors sensors;
    private final Outlet outlet;
    private final JsonFactory factory;
    private final long firstFrame;
    private final long windowMillis;
    private View view;
    /** The frame that it had last, counted from the start of the process. */
    private int lastFrame;
    /** Whether what it had before it came back is lost. */
    private boolean isStale;

    private long staleFrom;
    private boolean isReady;
    private long sentMillis;
    private long summaryMillis;
    private int rotation;

    /** @param firstFrame is added to the number of each frame */
    StreamClient(
            LiveSensors sensors, Outlet outlet, JsonFactory factory, long firstFrame, long windowMillis, View view) {
        this.sensors = sensors;
        this.outlet = outlet;
        this.factory = factory;
        this.firstFrame = firstFrame;
        this.windowMillis = windowMillis;
        this.view = view;
        this.lastFrame = sensors.lastFrame();
    }

    /** It had this frame before its connection ended. */
    void resume(int frame) {
        lastFrame = frame;
    }

    /** It had a frame that is not of this process. */
    void restart(long frame) {
        isStale = true;
        staleFrom = frame;
    }

    void show(List<String> ids) {
        view = view.changedTo(ids);
    }

    /** Sends the first event. */
    void begin(byte[] hello, long nowMillis) {
        send(hello, nowMillis);
    }

    private void send(byte[] bytes, long nowMillis) {
        isReady = false;
        sentMillis = nowMillis;
        outlet.send(bytes, () -> isReady = true);
    }

    /** Sends what there is, unless the last frame has not been taken. */
    void tick(Frame frame, Summaries summaries, long nowMillis) {
        if (!isReady) {
            return;
        }
        int most = hasCurvesDue() ? MOST_BYTES_OF_CURVES : MOST_BYTES;
        FrameWriter writer = new FrameWriter(factory, nowMillis, nowMillis - windowMillis, most);
        if (isStale) {
            writer.staleAsAWhole();
        }
        if (view.isOfIds()) {
            addSensorsOfIds(writer, frame.number());
        } else {
            addSensorsOfName(writer, frame);
        }
        Comings.Since comings = sensors.comingsSince(lastFrame);
        byte[] summary = summaries.ifNewerThan(summaryMillis);
        if (writer.hasSensors() || !comings.isEmpty() || summary != null || isStale) {
            long from = isStale ? staleFrom : firstFrame + lastFrame;
            isStale = false;
            summaryMillis = summaries.lastMillis();
            byte[] events = writer.events(from, firstFrame + frame.number(), sensors.known(), comings, summary);
            lastFrame = frame.number();
            send(events, nowMillis);
        } else {
            lastFrame = frame.number();
            if (nowMillis - sentMillis >= HEARTBEAT_MILLIS) {
                send(HEARTBEAT, nowMillis);
            }
        }
    }

    private boolean hasCurvesDue() {
        return view.unsent().stream().anyMatch(id -> sensors.find(id).isPresent());
    }

    /** What does not fit stays to be sent: a sensor that was sent is the last one to be sent again. */
    private void addSensorsOfIds(FrameWriter writer, int frame) {
        for (String id : view.ids()) {
            @Nullable Sensor sensor = sensors.find(id).orElse(null);
            int sent = view.sent(id);
            if (sensor == null || sensor.changedFrame() <= sent || sensor.changedFrame() > frame) {
                continue;
            }
            boolean isWhole = sent == View.NOTHING;
            boolean isStaleNow = !isWhole && hasTooMuch(sensor, sent);
            if (!writer.add(sensor, sent, isWhole || isStaleNow ? Curve.WHOLE : Curve.NEW)) {
                return;
            }
            if (isStaleNow) {
                writer.stale(sensor);
            }
            view.sent(id, frame);
        }
    }

    /** Whether its new readings are more than a frame has, or are held no more. */
    private static boolean hasTooMuch(Sensor sensor, int since) {
        String main = sensor.mainField();
        return sensor.hasLostSince(main, since) || sensor.countSince(main, since) > SensorJson.MOST_POINTS;
    }

    /** Each has its turn: of many sensors, those that do not fit are said to be stale. */
    private void addSensorsOfName(FrameWriter writer, Frame frame) {
        List<Sensor> changed = changedSince(frame);
        boolean isLeftOut = false;
        for (int i = 0; i < changed.size(); i++) {
            Sensor sensor = changed.get((rotation + i) % changed.size());
            if (sensors.isHeld(sensor)
                    && view.hasName(sensor)
                    && !writer.add(sensor, lastFrame, Curve.NEW)
                    && !writer.add(sensor, lastFrame, Curve.NONE)) {
                isLeftOut = true;
                rotation = (rotation + i) % changed.size();
                break;
            }
        }
        if (isLeftOut) {
            writer.staleAsAWhole();
        }
    }

    private List<Sensor> changedSince(Frame frame) {
        return lastFrame == frame.number() - 1
                ? frame.changed()
                : sensors.all().stream()
                        .filter(sensor -> sensor.changedFrame() > lastFrame && sensor.changedFrame() <= frame.number())
                        .toList();
    }
}
