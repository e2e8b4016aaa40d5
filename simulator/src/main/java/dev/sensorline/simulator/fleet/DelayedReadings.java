package dev.sensorline.simulator.fleet;

import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;

import dev.sensorline.fleet.Measurement;
import dev.sensorline.fleet.payload.Bytes;
import dev.sensorline.mqtt.client.MqttPublisher;

/** Readings that a fault sends later than they are due. There is a bound; beyond it they are sent at once. For one thread. */
final class DelayedReadings {

    /** Of some hundred bytes each. */
    private static final int MOST = 50_000;

    private final PriorityQueue<Delayed> waiting = new PriorityQueue<>(Comparator.comparingLong(Delayed::until));

    private record Delayed(long until, Delivery delivery) {}

    /** How a reading is sent later. */
    private interface Delivery {

        /** Whether it can be sent now. */
        boolean isPossible();

        /** Sends it; returns false if it is lost. */
        boolean send();
    }

    private record Message(MqttPublisher outlet, byte[] topic, byte[] payload, int qos, boolean retain, long due)
            implements Delivery {

        @Override
        public boolean isPossible() {
            return outlet.room(qos) == MqttPublisher.Room.READY;
        }

        @Override
        public boolean send() {
            outlet.publish(topic, topic.length, payload, payload.length, qos, retain, due);
            outlet.flush();
            return true;
        }
    }

    /** By an edge node, whose message has a number only when it is sent. */
    private record OfNode(EdgeNodeConnection node, Measurement reading, RunTime time) implements Delivery {

        @Override
        public boolean isPossible() {
            return node.publisher().room(0) == MqttPublisher.Room.READY;
        }

        @Override
        public boolean send() {
            reading.sent = time.now();
            boolean isSent = node.send(reading, new Fate(), Troubles.NONE);
            node.publisher().flush();
            return isSent;
        }
    }

    /** Keeps a reading; returns false if there is no room. */
    boolean add(long until, MqttPublisher outlet, TopicBytes topic, Bytes payload, int qos, boolean retain, long due) {
        return waiting.size() < MOST
                && waiting.add(new Delayed(
                        until,
                        new Message(
                                outlet, Arrays.copyOf(topic.array(), topic.size()), payload.copy(), qos, retain, due)));
    }

    /** Keeps a reading for an edge node; returns false if there is no room. */
    boolean add(long until, EdgeNodeConnection node, Measurement reading, RunTime time) {
        return waiting.size() < MOST && waiting.add(new Delayed(until, new OfNode(node, reading.copy(), time)));
    }

    /** When the next one is to be sent; {@link Long#MAX_VALUE} if none is. */
    long next() {
        return waiting.isEmpty() ? Long.MAX_VALUE : waiting.element().until();
    }

    /** Sends those whose time has come, as long as there is room for them. Returns how many there were. */
    int send(long now) {
        int sent = 0;
        while (next() <= now) {
            Delivery delivery = waiting.element().delivery();
            if (!delivery.isPossible()) {
                break;
            }
            waiting.remove();
            sent += delivery.send() ? 1 : 0;
        }
        return sent;
    }

    /** What cannot be sent any more, because the run ends. */
    int size() {
        return waiting.size();
    }
}
