package dev.sensorline.console.live;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

import dev.sensorline.console.watch.SensorState;
import dev.sensorline.console.watch.SensorWatch;
import dev.sensorline.console.watch.SensorWatch.Watched;
import dev.sensorline.points.Point;

/**
 * The sensors in memory. The least recently seen one makes way when there are too many. What changes between two ticks belongs to one
 * frame, whose number grows with each tick: so a change is known by its frame, and nobody needs a list of changes of their own.
 * <p>
 * Belongs to the live thread, except the counters.
 */
public final class LiveSensors {

    /** In characters, of series and topic together. What is longer would take more memory than its readings. */
    static final int LONGEST_NAMES = 2_048;
    /** Over which time all that arrives is counted. */
    private static final long TRAFFIC_MILLIS = 12_000;

    private final LiveLimits limits;
    private final SensorWatch watch;
    private final Clock clock;
    private final Budget budget;
    private final Traffic traffic;
    private final Comings comings = new Comings();
    /** By the keys of their series, the least recently seen first. */
    private final Map<String, Sensor> bySeries = new LinkedHashMap<>(16, 0.75f, true);

    private final Map<String, Sensor> byId = new HashMap<>();
    private final Map<SensorState, Integer> byState = new EnumMap<>(SensorState.class);
    private final Map<String, SensorState> states = new HashMap<>();
    private List<Sensor> changed = new ArrayList<>();
    /** The frame that is being filled, counted from the start of the process. */
    private int frame = 1;

    private final LongAdder evicted = new LongAdder();
    private final LongAdder unheldPoints = new LongAdder();
    private final LongAdder unheldFields = new LongAdder();
    private volatile int known;

    public LiveSensors(LiveLimits limits, SensorWatch watch, Clock clock) {
        this.limits = limits;
        this.watch = watch;
        this.clock = clock;
        this.budget = new Budget(limits.allReadings());
        this.traffic = new Traffic(TRAFFIC_MILLIS, clock.millis());
        watch.listen(this::stateChanged);
    }

    /**
     * Takes over the point of a reading.
     *
     * @param bytes of the reading's topic and payload that belong to the point
     * @param isLive whether the reading has just been sent, and was not retained
     */
    public void add(Point point, int bytes, boolean isLive) {
        long now = clock.millis();
        Sensor sensor = bySeries.get(point.series().key());
        if (sensor == null) {
            if (point.series().key().length() + point.origin().topic().length() > LONGEST_NAMES) {
                unheldPoints.increment();
                return;
            }
            sensor = begin(point, now);
        }
        boolean isFirstChange = sensor.changedFrame() != frame;
        unheldFields.add(sensor.add(point, bytes, frame, now));
        if (isLive) {
            sensor.watched().arrived(now);
        }
        countState(sensor);
        if (isFirstChange) {
            changed.add(sensor);
        }
    }

    /** A message of readings has arrived. */
    public void arrived(int bytes) {
        traffic.add(1, bytes, clock.millis());
    }

    private Sensor begin(Point point, long now) {
        if (bySeries.size() == limits.sensors()) {
            evict(bySeries.values().iterator().next());
        }
        String id = SensorId.of(point.series());
        String topic = point.origin().topic();
        Watched watched =
                watch.begin(id, point.series(), SensorName.of(point.series(), topic), topic, Sensor.mainFieldOf(point));
        Sensor sensor = new Sensor(id, point, watched, limits, budget, now);
        bySeries.put(point.series().key(), sensor);
        byId.put(id, sensor);
        known = byId.size();
        comings.added(id, frame);
        return sensor;
    }

    private void evict(Sensor sensor) {
        bySeries.remove(sensor.series().key());
        byId.remove(sensor.id());
        byState.merge(states.remove(sensor.id()), -1, Integer::sum);
        sensor.release();
        comings.gone(sensor.id(), frame);
        evicted.increment();
        known = byId.size();
    }

    private void stateChanged(String id) {
        Sensor sensor = byId.get(id);
        if (sensor != null) {
            if (sensor.changedFrame() != frame) {
                changed.add(sensor);
            }
            sensor.changed(frame);
            countState(sensor);
        }
    }

    private void countState(Sensor sensor) {
        SensorState state = sensor.watched().state();
        SensorState before = states.put(sensor.id(), state);
        if (before != state) {
            byState.merge(state, 1, Integer::sum);
            if (before != null) {
                byState.merge(before, -1, Integer::sum);
            }
        }
    }

    /** Ends the frame, and begins the next one. */
    public Frame tick() {
        Frame ended = new Frame(frame, Collections.unmodifiableList(changed));
        changed = new ArrayList<>();
        frame++;
        return ended;
    }

    /**
     * A frame that has ended.
     *
     * @param number  counted from the start of the process
     * @param changed the sensors that have changed in it, in the order of their first change. Some of them may be held no more
     */
    public record Frame(int number, List<Sensor> changed) {}

    /** The frame that has ended last. */
    public int lastFrame() {
        return frame - 1;
    }

    /** Which sensors have come and gone since a frame. */
    public Comings.Since comingsSince(int since) {
        return comings.since(since);
    }

    public Optional<Sensor> find(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** Whether a sensor is still held. */
    public boolean isHeld(Sensor sensor) {
        return byId.get(sensor.id()) == sensor;
    }

    /** All sensors, the least recently seen first. */
    public Collection<Sensor> all() {
        return Collections.unmodifiableCollection(bySeries.values());
    }

    /** How many sensors are in a state. */
    public int count(SensorState state) {
        return byState.getOrDefault(state, 0);
    }

    /** What arrives in all: messages per second over the last seconds. */
    public double readingsPerSecond() {
        return traffic.readingsPerSecond(clock.millis());
    }

    /** Bytes of topics and payloads per second over the last seconds. */
    public double bytesPerSecond() {
        return traffic.bytesPerSecond(clock.millis());
    }

    /** The number of sensors. Any thread may ask. */
    public int known() {
        return known;
    }

    /** The number of sensors that have made way so far. Any thread may ask. */
    public long evicted() {
        return evicted.sum();
    }

    /** The number of points so far whose series and topic are too long to be held. Any thread may ask. */
    public long unheldPoints() {
        return unheldPoints.sum();
    }

    /** The number of values so far whose sensor has too many fields, or whose names are too long. Any thread may ask. */
    public long unheldFields() {
        return unheldFields.sum();
    }

    /** How many more readings could be held. */
    long freeReadings() {
        return budget.free();
    }
}
