package dev.sensorline.simulator.fleet;

import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;

import dev.sensorline.fleet.Measurement;
import dev.sensorline.fleet.fault.Effects;
import dev.sensorline.fleet.ledger.Outcome;
import dev.sensorline.fleet.payload.Bytes;
import dev.sensorline.mqtt.client.MqttPublisher;

/** Readings that a fault sends later than they are due. There is a bound; beyond it they are sent at once. For one thread. */
final class DelayedReadings {

    /** Of some hundred bytes each. */
    private static final int MOST = 50_000;

    private final SentReadings sentReadings;
    private final RunTime time;
    private final Effects none = new Effects();
    private final PriorityQueue<Delayed> waiting = new PriorityQueue<>(Comparator.comparingLong(Delayed::until));

    /** @param faults those that have happened to the reading */
    private record Delayed(long until, Delivery delivery, SensorGroup group, Measurement reading, int faults) {}

    /** How a reading is sent later. */
    private interface Delivery {

        /** Whether it can be sent now. */
        boolean isPossible(Delayed delayed);

        /** Sends it; returns false if it is lost. */
        boolean send(Delayed delayed);
    }

    DelayedReadings(SentReadings sentReadings, RunTime time) {
        this.sentReadings = sentReadings;
        this.time = time;
        none.clear();
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

        private static int qos(Delayed delayed) {
            return delayed.group.group.qos();
        }

        @Override
        public boolean isPossible(Delayed delayed) {
            return outlet.room(qos(delayed)) == MqttPublisher.Room.READY;
        }

        @Override
        public boolean send(Delayed delayed) {
            long tag = sentReadings.tag(delayed.group, delayed.reading, delayed.faults);
            outlet.publish(
                    topic, topic.length, payload, payload.length, qos(delayed), delayed.group.group.retain(), tag);
            outlet.flush();
            return true;
        }
    }

    /** By an edge node, whose message has a number only when it is sent. */
    private final class OfNode implements Delivery {

        private final EdgeNodeConnection node;

        OfNode(EdgeNodeConnection node) {
            this.node = node;
        }

        @Override
        public boolean isPossible(Delayed delayed) {
            return node.publisher().room(0) == MqttPublisher.Room.READY;
        }

        @Override
        public boolean send(Delayed delayed) {
            boolean isSent = node.send(delayed.reading, none, Troubles.NONE);
            node.publisher().flush();
            if (isSent) {
                sentReadings.tag(delayed.group, delayed.reading, delayed.faults);
            }
            return isSent;
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
    boolean add(long until, EdgeNodeConnection node, SensorGroup group, Measurement reading, int faults) {
        return add(until, new OfNode(node), group, reading, faults);
    }

    private boolean add(long until, Delivery delivery, SensorGroup group, Measurement reading, int faults) {
        return waiting.size() < MOST && waiting.add(new Delayed(until, delivery, group, reading.copy(), faults));
    }

    /** When the next one is to be sent; {@link Long#MAX_VALUE} if none is. */
    long next() {
        return waiting.isEmpty() ? Long.MAX_VALUE : waiting.element().until();
    }

    /** Sends those whose time has come, as long as there is room for them. Returns how many there were. */
    int send(long now) {
        int sent = 0;
        while (next() <= now && isPossible(waiting.element())) {
            Delayed delayed = waiting.remove();
            delayed.reading.sent = time.now();
            if (delayed.delivery.send(delayed)) {
                sent++;
            } else {
                unsent(delayed, Outcome.NO_CONNECTION);
            }
        }
        return sent;
    }

    private static boolean isPossible(Delayed delayed) {
        return delayed.delivery.isPossible(delayed);
    }

    /** How many wait. */
    int size() {
        return waiting.size();
    }

    /** What waits is not sent any more, because the run ends. */
    void end() {
        waiting.forEach(delayed -> unsent(delayed, Outcome.ENDED));
        waiting.clear();
    }

    private void unsent(Delayed delayed, Outcome why) {
        sentReadings.journal().unsent(delayed.group.number, delayed.reading, delayed.faults, why);
    }
}
