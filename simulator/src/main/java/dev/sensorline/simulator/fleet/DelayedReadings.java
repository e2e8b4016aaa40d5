package dev.sensorline.simulator.fleet;

import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;

import dev.sensorline.fleet.payload.Bytes;
import dev.sensorline.mqtt.client.MqttPublisher;

/** Readings that a fault sends later than they are due. There is a bound; beyond it they are sent at once. For one thread. */
final class DelayedReadings {

    /** Of some hundred bytes each. */
    private static final int MOST = 50_000;

    private final PriorityQueue<Delayed> waiting = new PriorityQueue<>(Comparator.comparingLong(Delayed::until));

    private record Delayed(
            long until, MqttPublisher outlet, byte[] topic, byte[] payload, int qos, boolean retain, long due) {}

    /** Keeps a reading; returns false if there is no room. */
    boolean add(long until, MqttPublisher outlet, TopicBytes topic, Bytes payload, int qos, boolean retain, long due) {
        return waiting.size() < MOST
                && waiting.add(new Delayed(
                        until, outlet, Arrays.copyOf(topic.array(), topic.size()), payload.copy(), qos, retain, due));
    }

    /** When the next one is to be sent; {@link Long#MAX_VALUE} if none is. */
    long next() {
        return waiting.isEmpty() ? Long.MAX_VALUE : waiting.element().until();
    }

    /** Sends those whose time has come, as long as there is room for them. Returns how many there were. */
    int send(long now) {
        int sent = 0;
        while (next() <= now) {
            Delayed delayed = waiting.element();
            if (delayed.outlet().room(delayed.qos()) != MqttPublisher.Room.READY) {
                break;
            }
            waiting.remove();
            delayed.outlet()
                    .publish(
                            delayed.topic(),
                            delayed.topic().length,
                            delayed.payload(),
                            delayed.payload().length,
                            delayed.qos(),
                            delayed.retain(),
                            delayed.due());
            delayed.outlet().flush();
            sent++;
        }
        return sent;
    }

    /** What cannot be sent any more, because the run ends. */
    int size() {
        return waiting.size();
    }
}
