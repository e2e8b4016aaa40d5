package dev.sensorline.console.watch;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;

import dev.sensorline.points.Series;

/**
 * Sensors, a broker and a console on a virtual clock, and a ledger of what each sensor has sent: it tells which changes of state are false.
 * Times are nanoseconds of the virtual monotonic clock; the wall clock can be set.
 */
final class VirtualStack {

    static final long SECOND = 1_000_000_000L;
    private static final long BEAT = Reception.BEAT.toNanos();

    /** How a sensor sends. */
    record Behaviour(long period, long jitter, double loss) {

        static Behaviour every(Duration period) {
            return new Behaviour(period.toNanos(), 0, 0);
        }

        Behaviour withJitter(Duration most) {
            return new Behaviour(period, most.toNanos(), loss);
        }

        /** A part of its readings is lost, as at QoS 0. */
        Behaviour losing(double part) {
            return new Behaviour(period, jitter, part);
        }

        /** Without a period: gaps are distributed exponentially, with this mean. */
        static Behaviour ofEvents(Duration mean) {
            return new Behaviour(mean.toNanos(), -1, 0);
        }

        boolean isEvents() {
            return jitter < 0;
        }
    }

    /** A change of state that the watch has told. */
    record Change(long nanos, String id, SensorState before, SensorState after) {}

    /** A sensor, and the ledger of its readings. */
    static final class Sensor {

        final String id;
        final Behaviour behaviour;
        private long start;
        private long step;
        /** Until then it has no connection to the broker. */
        private long awayUntil = Long.MIN_VALUE;
        /** It sends nothing from then on. */
        long stopped = Long.MAX_VALUE;
        /** Due times since the last reading that arrived without one that did, in order; of lost and unsent readings. */
        private final List<Long> missed = new ArrayList<>();

        private long lastSent;
        private SensorWatch.Watched watched;

        /** When the last reading that was sent was due. */
        long lastDue() {
            return lastSent;
        }

        Sensor(String id, Behaviour behaviour, long start) {
            this.id = id;
            this.behaviour = behaviour;
            this.start = start;
        }
    }

    private record Event(long nanos, long number, Runnable action) implements Comparable<Event> {

        @Override
        public int compareTo(Event other) {
            return nanos != other.nanos ? Long.compare(nanos, other.nanos) : Long.compare(number, other.number);
        }
    }

    private final class WallClock extends Clock {

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return Instant.parse("2026-11-27T12:00:00Z").plusNanos(now).plusNanos(wallOffset);
        }
    }

    private final Random random;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final WallClock clock = new WallClock();
    private final Map<String, byte[]> retained = new HashMap<>();
    final Map<String, Sensor> sensors = new TreeMap<>();
    final List<Change> changes = new ArrayList<>();
    final List<String> falseAlarms = new ArrayList<>();
    final List<String> lines = new ArrayList<>();

    private long number;
    /** Starts negative, as System.nanoTime may. */
    private long now = -3600 * SECOND;

    private long wallOffset;
    private boolean isBrokerUp = true;
    /** The broker neither reads nor writes until then. */
    private long frozenUntil = Long.MIN_VALUE;

    /** The console does nothing until then. */
    private long pausedUntil = Long.MIN_VALUE;

    private long beatArrives = Long.MIN_VALUE;
    private int consoles;
    SilentSensors watch;
    private StatePublisher publisher;

    VirtualStack(long seed) {
        random = new Random(seed);
        startConsole();
    }

    Sensor sensor(String id, Behaviour behaviour) {
        Sensor sensor = new Sensor(id, behaviour, now + (long) (random.nextDouble() * behaviour.period()));
        sensors.put(id, sensor);
        scheduleNext(sensor);
        return sensor;
    }

    /** Lets time pass. */
    void run(Duration time) {
        long end = now + time.toNanos();
        while (!events.isEmpty() && events.peek().nanos() <= end) {
            Event event = events.remove();
            now = Math.max(now, event.nanos());
            event.action().run();
        }
        now = end;
    }

    long now() {
        return now;
    }

    void setWallClock(Duration step) {
        wallOffset += step.toNanos();
    }

    /** Stops the broker for a time: connections are lost, and clients connect again after pauses that grow up to thirty seconds. */
    void restartBroker(Duration away) {
        isBrokerUp = false;
        watch.brokerConnected(false);
        long back = now + away.toNanos();
        sensors.values().forEach(sensor -> sensor.awayUntil = back + reconnection(away));
        at(back, () -> {
            isBrokerUp = true;
            sensors.values().forEach(sensor -> sensor.missed.clear());
            int console = consoles;
            at(now + Math.min(reconnection(away), 5 * SECOND), () -> {
                if (console == consoles) {
                    watch.brokerConnected(true);
                    sensors.values().forEach(sensor -> sensor.missed.clear());
                }
            });
        });
    }

    private long reconnection(Duration away) {
        long limit = Math.min(Math.max(away.toNanos(), SECOND), 30 * SECOND);
        return limit / 10 + (long) (random.nextDouble() * limit);
    }

    /** The broker stands still for a time, and so short that no connection is lost. */
    void freezeBroker(Duration pause) {
        frozenUntil = now + pause.toNanos();
    }

    /** Nothing reaches the console for a time, because its process is paused; afterwards everything does. */
    void pauseConsole(Duration pause) {
        pausedUntil = now + pause.toNanos();
    }

    /** The console ends, and starts again after a time. */
    void restartConsole(Duration away) {
        consoles++;
        watch.brokerConnected(false);
        long back = now + away.toNanos();
        int console = consoles;
        at(back, () -> {
            if (console == consoles) {
                startConsole();
            }
        });
    }

    private void startConsole() {
        consoles++;
        ChangeLog log = new ChangeLog(lines::add, lines::add);
        watch = new SilentSensors(
                100_000,
                topic -> topic.startsWith("sensor/"),
                new SilentSensors.Changes() {
                    @Override
                    public void changed(WatchedSensor sensor, SensorState before, Duration lasted) {
                        log.changed(sensor, before, lasted);
                        log.flush();
                        judge(new Change(now, sensor.id(), before, sensor.state()));
                        if (sensor.isNews()) {
                            publisher.changed(sensor.id());
                        }
                    }

                    @Override
                    public void ended(String id) {
                        publisher.changed(id);
                    }
                },
                () -> now,
                clock);
        publisher = new StatePublisher(
                (id, payload, settled) -> {
                    if (payload.length == 0) {
                        retained.remove(id);
                    } else {
                        retained.put(id, payload);
                    }
                    settled.accept(true);
                },
                id -> Optional.ofNullable(watch.find(id)),
                100_000,
                () -> {});
        sensors.values().forEach(sensor -> {
            sensor.watched = null;
            sensor.missed.clear();
        });
        watch.brokerConnected(isBrokerUp);
        retained.values()
                .forEach(payload -> watch.restore(Remembered.of(payload).orElseThrow()));
        int console = consoles;
        beat(console);
        check(console);
    }

    Map<String, byte[]> retained() {
        return retained;
    }

    private void beat(int console) {
        if (console != consoles) {
            return;
        }
        if (now < pausedUntil) {
            at(pausedUntil, () -> beat(console));
            return;
        }
        long sent = now;
        if (isBrokerUp) {
            // Messages on one topic keep their order (MQTT 3.1.1, 4.6).
            beatArrives = Math.max(beatArrives, arrival());
            at(beatArrives, () -> {
                if (console == consoles) {
                    watch.beat(sent);
                }
            });
        }
        at(now + BEAT, () -> beat(console));
    }

    private void check(int console) {
        if (now < pausedUntil) {
            at(pausedUntil, () -> check(console));
        } else if (console == consoles) {
            watch.check();
            publisher.resume();
            at(now + SECOND, () -> check(console));
        }
    }

    /** After a few milliseconds, or when the broker goes on. */
    private void deliver(Runnable action) {
        at(arrival(), action);
    }

    private long arrival() {
        long latency = 1_000_000L + (long) (random.nextDouble() * 20_000_000L);
        return Math.max(Math.max(now, frozenUntil) + latency, pausedUntil);
    }

    private void scheduleNext(Sensor sensor) {
        Behaviour behaviour = sensor.behaviour;
        if (behaviour.isEvents()) {
            at(now + (long) (-Math.log(1 - random.nextDouble()) * behaviour.period()), () -> {
                send(sensor, now);
                scheduleNext(sensor);
            });
            return;
        }
        long due = sensor.start + sensor.step * behaviour.period();
        sensor.step++;
        at(due + (long) (random.nextDouble() * behaviour.jitter()), () -> {
            send(sensor, due);
            scheduleNext(sensor);
        });
    }

    private void send(Sensor sensor, long due) {
        if (!isBrokerUp || now < sensor.awayUntil) {
            return; // The sensor is not to blame.
        }
        if (now >= sensor.stopped || random.nextDouble() < sensor.behaviour.loss()) {
            sensor.missed.add(due);
            return;
        }
        sensor.lastSent = due;
        deliver(() -> arrive(sensor));
    }

    /** Several readings arrive at once, as after an outage of the sensor's own network. */
    void backlog(Sensor sensor, int readings, Duration apart) {
        for (int i = 0; i < readings; i++) {
            at(now + i * apart.toNanos(), () -> deliver(() -> arrive(sensor)));
        }
    }

    private void arrive(Sensor sensor) {
        sensor.missed.clear();
        if (!isBrokerUp || watch == null || !watch.reception().isConnected()) {
            return;
        }
        if (sensor.watched == null) {
            Series series = Series.of("sensor", new TreeMap<>(Map.of("name", sensor.id)));
            sensor.watched = watch.begin(sensor.id, series, sensor.id, "sensor/" + sensor.id, "value");
        }
        sensor.watched.arrived(clock.millis());
    }

    /** A sensor may be called late if a reading that was due has not been sent, or was lost; silent if three have. */
    private void judge(Change change) {
        changes.add(change);
        int needed = change.after() == SensorState.LATE ? 1 : change.after() == SensorState.SILENT ? 3 : 0;
        Sensor sensor = sensors.get(change.id());
        long missed = sensor.missed.stream().filter(due -> due <= now).count();
        if (missed < needed) {
            falseAlarms.add(change + ": missed " + missed + ", " + sensor.behaviour);
        }
    }

    private void at(long nanos, Runnable action) {
        events.add(new Event(nanos, number++, action));
    }
}
