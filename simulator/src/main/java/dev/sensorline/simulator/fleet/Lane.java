package dev.sensorline.simulator.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import dev.sensorline.fleet.Fault;
import dev.sensorline.fleet.Group;
import dev.sensorline.fleet.Measurement;
import dev.sensorline.fleet.Share;
import dev.sensorline.fleet.Turns;
import dev.sensorline.fleet.fault.Effects;
import dev.sensorline.fleet.fault.FaultKind;
import dev.sensorline.fleet.ledger.Outcome;
import dev.sensorline.fleet.payload.Bytes;
import dev.sensorline.mqtt.client.MqttPublisher;
import dev.sensorline.mqtt.client.MqttPublisher.Room;
import dev.sensorline.simulator.fleet.TurnQueue.GroupTurns;

/**
 * The path of a reading: it is due, it is measured, faults happen to it, it is encoded and published. A lane is a share of all sensors, with
 * one connection, or with one for each of its sensors. A reading makes no object. Belongs to its loop.
 * <p>
 * Nothing is queued: a reading is made when it can be sent. While the connection is in the way, the turns wait, and a reading that has waited
 * too long is skipped. Times are nanoseconds since 1970-01-01T00:00Z.
 */
final class Lane {

    /** Sensors with a period of their own take some hundred bytes each. */
    static final int MOST_ALONE = 1_000;
    /** Of a batch. Then the loop reads what the broker has sent. */
    static final int MOST_AT_ONCE = 2_000;
    /** A reading is late if it goes out later than this. */
    private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final TurnQueue turns;
    private final Outlets outlets;
    private final SentReadings sentReadings;
    private final Journal journal;
    private final RunTime time;
    private final long latestNanos;
    private final Statistics statistics;

    private final Effects effects = new Effects();
    private final TopicBytes topic = new TopicBytes();
    private final Bytes payload = new Bytes();
    private final DelayedReadings delayed;
    /** When the readings of the batch were due. */
    private final long[] batch = new long[MOST_AT_ONCE];

    private int batched;
    private long lastRun;
    /** What was in the way at the end of the last run. */
    private @Nullable Limit blockedBy;
    /** Readings that are due from then on are not sent. */
    private long end = Long.MAX_VALUE;

    /**
     * @param latestNanos how late a reading may be sent, if its connection is in the way
     * @param mostDelayed how many readings a fault may delay at once
     */
    Lane(
            TurnQueue turns,
            Outlets outlets,
            SentReadings sentReadings,
            RunTime time,
            long latestNanos,
            int mostDelayed,
            Statistics statistics) {
        this.turns = turns;
        this.outlets = outlets;
        this.sentReadings = sentReadings;
        this.journal = sentReadings.journal();
        this.delayed =
                new DelayedReadings(sentReadings, time, statistics, outlets.canWait() ? latestNanos : 0, mostDelayed);
        this.time = time;
        this.latestNanos = latestNanos;
        this.statistics = statistics;
        // Readings may be late already: the loop may have had no time since they were due.
        this.lastRun = Math.min(time.now(), turns.due());
    }

    /** Sends what is due. Returns when there is more to do; a time that has passed means as soon as possible. */
    long run() {
        long now = time.now();
        account(now);
        blockedBy = delayed.send(now);
        for (int taken = 0; taken < MOST_AT_ONCE && blockedBy == null; taken++) {
            if (turns.due() > now || turns.due() >= end) {
                break;
            }
            take(turns.first(), now);
        }
        finishBatch();
        lastRun = now;
        if (blockedBy != null) {
            return now + TimeUnit.MILLISECONDS.toNanos(2);
        }
        long due = turns.due();
        return Math.min(due < end ? due : Long.MAX_VALUE, delayed.next());
    }

    /** Says who is to blame for readings that are late now. */
    private void account(long now) {
        long behind = now - turns.due();
        if (turns.due() < end && behind > LATE_NANOS) {
            Limit limit = blockedBy == null ? Limit.GENERATOR : blockedBy;
            statistics.lateNanos[limit.ordinal()] += Math.min(behind, now - lastRun);
        }
    }

    private void take(GroupTurns first, long now) {
        SensorGroup group = first.group;
        int sensor = first.turns.sensor();
        long due = first.turns.due();
        if (group.off.get(sensor)) {
            passOff(first);
            return;
        }
        int qos = group.group.qos();
        MqttPublisher outlet = outlets.of(group, sensor);
        Room room = outlet.room(qos);
        if (room == Room.SOCKET_FULL) {
            finishBatch(); // What is full may be the batch.
            outlet = outlets.of(group, sensor);
            room = outlet.room(qos);
        }
        if (room != Room.READY && outlets.canWait() && now - due < latestNanos) {
            blockedBy = Limit.of(room);
            return;
        }
        statistics.due++;
        Measurement reading = measure(first);
        group.troubles.apply(reading, effects);
        if (effects.kinds != 0) {
            statistics.fault(effects.kinds);
        }
        if (!effects.isSent) {
            statistics.dropped++;
            journal.unsent(
                    group.number,
                    reading,
                    effects.kinds,
                    FaultKind.DISCONNECT.isIn(effects.kinds) ? Outcome.DISCONNECT : Outcome.DROPOUT);
        } else {
            Limit limit = room == Room.READY ? send(group, outlet, reading, now) : Limit.of(room);
            if (limit != null) {
                statistics.skip(limit);
                journal.unsent(group.number, reading, effects.kinds, limit.outcome());
            }
        }
        if (effects.isReconnecting || effects.awayUntil != Effects.NEVER) {
            finishBatch();
            outlets.disconnect(group, sensor, effects.isReconnecting ? now : effects.awayUntil);
        }
        pass(first);
    }

    /** A sensor that is switched off, or has turns of its own elsewhere. */
    private void passOff(GroupTurns first) {
        if (!first.alone.contains(first.turns.sensor())) {
            Measurement reading = measure(first);
            first.group.troubles.apply(reading, effects); // Faults go on, so that later readings have the same ones.
            journal.unsent(first.group.number, reading, effects.kinds, Outcome.OFF);
        }
        pass(first);
    }

    private Measurement measure(GroupTurns first) {
        Measurement reading = first.group.reading;
        first.turns.measure(reading);
        EdgeNodeConnection node = outlets.node(first.group, reading.sensor);
        if (node != null) {
            node.overwrite(reading);
        }
        return reading;
    }

    private void pass(GroupTurns first) {
        first.left--;
        if (first.left == 0) {
            turns.remove();
        } else {
            turns.next();
        }
    }

    /** Sends a reading for whose QoS there is room; returns what is in the way all the same, or null if it is sent. */
    private @Nullable Limit send(SensorGroup group, MqttPublisher outlet, Measurement reading, long now) {
        reading.sent = now;
        EdgeNodeConnection node = outlets.node(group, reading.sensor);
        return node == null ? sendBy(outlet, group, reading) : sendBy(node, group, reading);
    }

    private @Nullable Limit sendBy(EdgeNodeConnection node, SensorGroup group, Measurement reading) {
        if (effects.delay > 0 && delayed.add(reading.due + effects.delay, node, group, reading, effects)) {
            return null;
        }
        Limit limit = node.send(reading, effects, group.troubles);
        if (limit != null) {
            return limit;
        }
        sentReadings.tag(group, reading, effects.kinds, 0);
        statistics.sent++;
        batch[batched++] = reading.due;
        if (effects.isTwice && node.publisher().room(0) == Room.READY) {
            node.send(reading, effects, group.troubles);
        }
        return null;
    }

    private @Nullable Limit sendBy(MqttPublisher outlet, SensorGroup group, Measurement reading) {
        payload.clear();
        group.encoder.encode(reading, payload);
        if (effects.isMalformed) {
            group.troubles.damage(payload, effects.damage);
        }
        topic.set(group.group, reading.sensor);
        int qos = Math.min(group.group.qos(), outlet.maximumQoS());
        boolean retain = group.group.retain();
        if (effects.delay > 0
                && delayed.add(reading.due + effects.delay, outlet, group, reading, effects.kinds, topic, payload)) {
            return null;
        }
        if (!outlet.fits(topic.size(), payload.size(), qos)) {
            sentReadings.tooLarge(group, reading, topic.size() + payload.size());
            return Limit.SIZE;
        }
        publish(outlet, qos, retain, sentReadings.tag(group, reading, effects.kinds, qos));
        statistics.sent++;
        batch[batched++] = reading.due;
        if (effects.isTwice && outlet.room(qos) == Room.READY) {
            publish(outlet, qos, retain, SensorLoop.NO_READING);
        }
        return null;
    }

    private void publish(MqttPublisher outlet, int qos, boolean retain, long tag) {
        outlet.publish(topic.array(), topic.size(), payload.array(), payload.size(), qos, retain, tag);
    }

    /** Hands the batch to the socket. Only then are its readings sent, and are their latencies known. */
    private void finishBatch() {
        outlets.flush();
        if (batched > 0) {
            long now = time.now();
            for (int i = 0; i < batched; i++) {
                Statistics.record(statistics.lateness, now - batch[i]);
            }
            batched = 0;
        }
    }

    /** Sends nothing that is due from a time on. What was due before and has not been sent counts as due. */
    void endAt(long time) {
        end = time;
    }

    /** Counts what is due before the end, and has not been sent. */
    void countUnsent() {
        Limit limit = blockedBy == null ? Limit.GENERATOR : blockedBy;
        while (turns.due() < end && turns.due() <= time.now()) {
            GroupTurns first = turns.first();
            if (first.group.off.get(first.turns.sensor())) {
                passOff(first);
                continue;
            }
            statistics.due++;
            statistics.skip(limit);
            journal.unsent(first.group.number, measure(first), 0, Outcome.ENDED);
            pass(first);
        }
        delayed.end(time.now(), limit);
    }

    /** Whether no reading will be due. */
    boolean isOver() {
        return turns.due() >= end && delayed.size() == 0;
    }

    /** Whether each sensor has sent as many readings as it may. */
    boolean isExhausted() {
        return turns.isEmpty() && delayed.size() == 0;
    }

    /** Switches a sensor, or all of the lane's sensors in a group, on or off. */
    void setOn(Group group, OptionalInt sensor, boolean isOn) {
        for (GroupTurns of : turns.all()) {
            if (of.group.group.name().equals(group.name())) {
                sensor.ifPresentOrElse(
                        one -> of.group.off.set(one, !isOn),
                        () -> of.group.off.set(0, group.names().count(), !isOn));
                of.alone.forEach(one -> of.group.off.set(one, true));
            }
        }
    }

    /**
     * Changes the time between the readings of a sensor, or of all of the lane's sensors in a group. The next reading is due now, that of the
     * others as they are spread.
     *
     * @return false if too many sensors have a period of their own
     */
    boolean setPeriod(Group group, OptionalInt sensor, Duration period, long fleetSeed) {
        long now = time.now();
        for (GroupTurns of : List.copyOf(turns.all())) {
            if (!of.group.group.name().equals(group.name())) {
                continue;
            }
            if (sensor.isEmpty() || of.sole == sensor.getAsInt()) {
                of.turns.setPeriod(period, now);
            } else if (of.sole == GroupTurns.SEVERAL && !of.alone.contains(sensor.getAsInt())) {
                if (of.alone.size() == MOST_ALONE) {
                    return false;
                }
                turns.add(alone(of, sensor.getAsInt(), period, fleetSeed, now));
            }
        }
        turns.rearrange();
        return true;
    }

    /** Takes a sensor out of the turns of its group, so that it has turns of its own. */
    private GroupTurns alone(GroupTurns of, int sensor, Duration period, long fleetSeed, long now) {
        int count = of.group.group.names().count();
        SensorGroup own = of.group.alone();
        own.off.set(sensor, of.group.off.get(sensor));
        Turns turnsOfOne = Turns.of(of.group.group, fleetSeed, Instant.EPOCH, new Share(sensor, count));
        long step = of.turns.nextStep(sensor);
        turnsOfOne.goTo(step);
        turnsOfOne.setPeriod(period, now);
        of.group.off.set(sensor);
        of.alone.add(sensor);
        return new GroupTurns(
                turnsOfOne,
                own,
                of.readingsEach == Long.MAX_VALUE ? Long.MAX_VALUE : of.readingsEach - step,
                of.readingsEach,
                sensor);
    }

    /** Switches a kind of faults of a group, or of one sensor, on or off; returns false if the group has none of that kind. */
    boolean enable(Group group, OptionalInt sensor, String kind, boolean isEnabled) {
        boolean isKnown = true;
        for (GroupTurns of : turns.all()) {
            if (of.group.group.name().equals(group.name())) {
                isKnown &= of.group.troubles.enable(kind, sensor, isEnabled);
            }
        }
        return isKnown;
    }

    /** Lets a fault happen to all sensors of a group, instead of those of its kind. */
    void set(Group group, Fault fault, Instant from) {
        for (GroupTurns of : turns.all()) {
            if (of.group.group.name().equals(group.name())) {
                of.group.troubles.set(fault, from);
            }
        }
    }

    /** Whether readings wait for the connection. */
    boolean isBlocked() {
        return blockedBy != null;
    }
}
