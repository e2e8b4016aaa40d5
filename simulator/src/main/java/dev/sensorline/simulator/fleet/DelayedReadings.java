package dev.sensorline.simulator.fleet;

import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;

import org.jspecify.annotations.Nullable;

import dev.sensorline.fleet.Measurement;
import dev.sensorline.fleet.fault.Effects;
import dev.sensorline.fleet.ledger.Outcome;
import dev.sensorline.fleet.payload.Bytes;
import dev.sensorline.mqtt.client.MqttPublisher;
import dev.sensorline.mqtt.client.MqttPublisher.Room;

/**
 * Readings of a lane that a fault sends later than they are due. There is a bound; beyond it they are sent at once. When their time has come, they
 * wait for a connection that is in the way, or are skipped, like those that are not late. For one thread.
 */
final class DelayedReadings {

    /** Of some hundred bytes each. */
    private final int most;

    private final SentReadings sentReadings;
    private final RunTime time;
    private final Statistics statistics;
    /** How long a reading may wait for its connection; 0 if it must not. */
    private final long patienceNanos;

    private final Effects effects = new Effects();
    private final PriorityQueue<Delayed> waiting = new PriorityQueue<>(Comparator.comparingLong(Delayed::until));

    /** @param faults those that have happened to the reading */
    private record Delayed(long until, Delivery delivery, SensorGroup group, Measurement reading, int faults) {}

    /** How a reading is sent later. */
    private interface Delivery {

        /** Whether it can be sent now, or what is in the way. */
        Room room(Delayed delayed);

        /** Sends it; returns why it is lost, or null if it is sent. */
        @Nullable
        Limit send(Delayed delayed);
    }

    DelayedReadings(SentReadings sentReadings, RunTime time, Statistics statistics, long patienceNanos, int most) {
        this.sentReadings = sentReadings;
        this.time = time;
        this.statistics = statistics;
        this.patienceNanos = patienceNanos;
        this.most = most;
        effects.clear();
    }

    private final class Message implements Delivery {

        private final MqttPublisher outlet;
        private final byte[] topic;
        private final byte[] payload;

        Message(MqttPublisher outlet, byte[] topic, byte[] payload) {
            this.outlet = outlet;
            this.topic = topic;
            this.payload = payload;
        }

        private int qos(Delayed delayed) {
            return Math.min(delayed.group.group.qos(), outlet.maximumQoS());
        }

        @Override
        public Room room(Delayed delayed) {
            return outlet.room(qos(delayed));
        }

        @Override
        public @Nullable Limit send(Delayed delayed) {
            int qos = qos(delayed);
            if (!outlet.fits(topic.length, payload.length, qos)) {
                sentReadings.tooLarge(delayed.group, delayed.reading, topic.length + payload.length);
                return Limit.SIZE;
            }
            long tag = sentReadings.tag(delayed.group, delayed.reading, delayed.faults, qos);
            outlet.publish(topic, topic.length, payload, payload.length, qos, delayed.group.group.retain(), tag);
            outlet.flush();
            return null;
        }
    }

    /** By an edge node, whose message has a number only when it is sent. */
    private final class OfNode implements Delivery {

        private final EdgeNodeConnection node;
        private final boolean isMalformed;
        private final long damage;

        OfNode(EdgeNodeConnection node, Effects effects) {
            this.node = node;
            this.isMalformed = effects.isMalformed;
            this.damage = effects.damage;
        }

        @Override
        public Room room(Delayed delayed) {
            return node.publisher().room(0);
        }

        @Override
        public @Nullable Limit send(Delayed delayed) {
            effects.isMalformed = isMalformed;
            effects.damage = damage;
            Limit limit = node.send(delayed.reading, effects, delayed.group.troubles);
            node.publisher().flush();
            if (limit == null) {
                sentReadings.tag(delayed.group, delayed.reading, delayed.faults, 0);
            }
            return limit;
        }
    }

    /** Keeps a reading with its payload; returns false if there is no room. */
    boolean add(
            long until,
            MqttPublisher outlet,
            SensorGroup group,
            Measurement reading,
            int faults,
            TopicBytes topic,
            Bytes payload) {
        return add(
                until,
                new Message(outlet, Arrays.copyOf(topic.array(), topic.size()), payload.copy()),
                group,
                reading,
                faults);
    }

    /** Keeps a reading for an edge node; returns false if there is no room. */
    boolean add(long until, EdgeNodeConnection node, SensorGroup group, Measurement reading, Effects ofReading) {
        return add(until, new OfNode(node, ofReading), group, reading, ofReading.kinds);
    }

    private boolean add(long until, Delivery delivery, SensorGroup group, Measurement reading, int faults) {
        return waiting.size() < most && waiting.add(new Delayed(until, delivery, group, reading.copy(), faults));
    }

    /** When the next one is to be sent; {@link Long#MAX_VALUE} if none is. */
    long next() {
        return waiting.isEmpty() ? Long.MAX_VALUE : waiting.element().until();
    }

    /** Sends some of those whose time has come. Returns what they wait for, or null if they wait for nothing. */
    @Nullable
    Limit send(long now) {
        for (int left = Lane.MOST_AT_ONCE; left > 0 && next() <= now; left--) {
            Delayed delayed = waiting.element();
            Room room = delayed.delivery.room(delayed);
            if (room != Room.READY && now - delayed.until < patienceNanos) {
                return Limit.of(room);
            }
            waiting.remove();
            delayed.reading.sent = time.now();
            Limit limit = room == Room.READY ? delayed.delivery.send(delayed) : Limit.of(room);
            if (limit == null) {
                statistics.sent++;
            } else {
                statistics.skip(limit);
                unsent(delayed, limit.outcome());
            }
        }
        return null;
    }

    /** How many wait. */
    int size() {
        return waiting.size();
    }

    /**
     * What waits is not sent any more, because the run ends.
     *
     * @param limit what those wait for whose time has come
     */
    void end(long now, Limit limit) {
        for (Delayed delayed : waiting) {
            if (delayed.until > now) {
                statistics.dropped++; // The fault keeps it beyond the end.
            } else {
                statistics.skip(limit);
            }
            unsent(delayed, Outcome.ENDED);
        }
        waiting.clear();
    }

    private void unsent(Delayed delayed, Outcome why) {
        sentReadings.journal().unsent(delayed.group.number, delayed.reading, delayed.faults, why);
    }
}
