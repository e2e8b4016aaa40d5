package dev.sensorline.console.watch;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import dev.sensorline.points.Series;

/**
 * The watch over all sensors. Due times are judged by {@link System#nanoTime}, so that a step of the wall clock changes no state; the wall
 * clock is only shown. Holds at most as many sensors as are held in memory, and as many again of which an earlier process has published a
 * state and that have not been heard since.
 */
final class SilentSensors implements SensorWatch {

    /** How long a sensor may take to show a period before the store is asked for it. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** What is told of changes. Called on the thread of the watch. */
    interface Changes {

        /**
         * A sensor has another state.
         *
         * @param quiet how long nothing has arrived, if the sensor is late or silent; else how long the state before has lasted
         */
        void changed(WatchedSensor sensor, SensorState before, Duration quiet);

        /** A sensor of which a state may have been published is no longer held. */
        void ended(String id);
    }

    private final LongSupplier nanoTime;
    private final Clock clock;
    private final int most;
    private final Predicate<String> topics;
    private final Changes changes;
    private final Reception reception;

    private final Map<String, WatchedSensor> sensors = new LinkedHashMap<>();
    /** Known from an earlier process, and not heard by this one; the one published first is the first. */
    private final Map<String, WatchedSensor> restored = new LinkedHashMap<>();

    /** By ordinal of the state; read by metrics from other threads. */
    private final AtomicIntegerArray counts = new AtomicIntegerArray(SensorState.values().length);

    private Consumer<String> listener = id -> {};

    private boolean hasDeadline;
    private long deadlineNanos;

    /**
     * A watch without sensors and without a connection.
     *
     * @param most   how many sensors are held at most
     * @param topics whether readings of a topic are received
     */
    SilentSensors(int most, Predicate<String> topics, Changes changes, LongSupplier nanoTime, Clock clock) {
        this.most = most;
        this.topics = topics;
        this.changes = changes;
        this.nanoTime = nanoTime;
        this.clock = clock;
        this.reception = new Reception(nanoTime.getAsLong());
    }

    @Override
    public Watched begin(String id, Series series, String name, String topic, String field) {
        WatchedSensor sensor = new WatchedSensor(this, id, name, topic, series, field, nanoTime(), now());
        counted(SensorState.LEARNING, 1);
        WatchedSensor earlier = restored.remove(id);
        if (earlier != null) {
            sensor.follow(earlier);
            counted(earlier.state(), -1);
        }
        sensors.put(id, sensor);
        return sensor;
    }

    /** Takes what another process, or another console, has published; ignored if this console does not receive the sensor. */
    void restore(Remembered remembered) {
        WatchedSensor held = sensors.get(remembered.id());
        if (held != null) {
            held.restore(remembered);
            return;
        }
        if (!topics.test(remembered.topic()) || restored.containsKey(remembered.id())) {
            return;
        }
        if (restored.size() >= most) {
            end(restored.values().iterator().next());
        }
        WatchedSensor sensor = new WatchedSensor(
                this, remembered.id(), remembered.name(), remembered.topic(), null, null, nanoTime(), now());
        counted(SensorState.LEARNING, 1);
        sensor.restore(remembered);
        restored.put(remembered.id(), sensor);
        sensor.announceDeadline(reception);
    }

    void end(WatchedSensor sensor) {
        if (sensors.remove(sensor.id(), sensor) || restored.remove(sensor.id(), sensor)) {
            counted(sensor.state(), -1);
            if (sensor.isPublished()) {
                changes.ended(sensor.id());
            }
        }
    }

    @Override
    public void brokerConnected(boolean isConnected) {
        if (isConnected) {
            reception.connected(nanoTime());
        } else {
            reception.disconnected(nanoTime());
        }
    }

    /** Messages have arrived, and could not be taken in: readings of any sensor may have been among them. */
    void lost() {
        reception.lost(nanoTime());
    }

    /** A beat has come back that was sent at a time of {@link System#nanoTime}. */
    void beat(long sentNanos) {
        long now = nanoTime();
        if (sentNanos - now > 0) {
            return; // It is not from this process.
        }
        reception.beat(sentNanos, now);
        if (hasDeadline && sentNanos - deadlineNanos >= 0) {
            check();
        }
    }

    /** Changes the states of sensors whose time has come. To be called about once a second, whether beats come back or not. */
    void check() {
        hasDeadline = false;
        // A listener may end a sensor.
        List<String> changed = new ArrayList<>();
        check(sensors, changed);
        check(restored, new ArrayList<>());
        changed.forEach(listener);
    }

    private void check(Map<String, WatchedSensor> each, List<String> changed) {
        for (WatchedSensor sensor : each.values()) {
            if (sensor.judge(reception)) {
                changed.add(sensor.id());
            }
            sensor.announceDeadline(reception);
        }
    }

    /** Sensors of which the store is to be asked, at most so many. */
    List<WatchedSensor.StoreQuestion> questions(int atMost) {
        List<WatchedSensor.StoreQuestion> questions = new ArrayList<>();
        for (WatchedSensor sensor : sensors.values()) {
            if (questions.size() >= atMost) {
                break;
            }
            WatchedSensor.StoreQuestion question = sensor.question(nanoTime(), PATIENCE);
            if (question != null) {
                questions.add(question);
            }
        }
        return questions;
    }

    /** The sensor with an id; null if it is not held. */
    @Nullable WatchedSensor find(String id) {
        WatchedSensor sensor = sensors.get(id);
        return sensor == null ? restored.get(id) : sensor;
    }

    @Override
    public void listen(Consumer<String> changed) {
        listener = changed;
    }

    /** How many sensors are in a state. May be called from any thread. */
    int count(SensorState state) {
        return counts.get(state.ordinal());
    }

    void due(long nanos) {
        if (!hasDeadline || nanos - deadlineNanos < 0) {
            hasDeadline = true;
            deadlineNanos = nanos;
        }
    }

    void changed(WatchedSensor sensor, SensorState before, Duration quiet) {
        changes.changed(sensor, before, quiet);
    }

    /** Counts a change of state, and returns the new one. */
    SensorState moved(SensorState from, SensorState to) {
        counted(from, -1);
        counted(to, 1);
        return to;
    }

    private void counted(SensorState state, int change) {
        counts.addAndGet(state.ordinal(), change);
    }

    Reception reception() {
        return reception;
    }

    long nanoTime() {
        return nanoTime.getAsLong();
    }

    Instant now() {
        return clock.instant();
    }
}
