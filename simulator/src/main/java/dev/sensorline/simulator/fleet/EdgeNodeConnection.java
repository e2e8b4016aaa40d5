package dev.sensorline.simulator.fleet;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.sensorline.fleet.Measurement;
import dev.sensorline.fleet.fault.Effects;
import dev.sensorline.fleet.payload.Bytes;
import dev.sensorline.fleet.sparkplug.EdgeNode;
import dev.sensorline.fleet.sparkplug.EdgeNodes;
import dev.sensorline.fleet.sparkplug.MessageWriter;
import dev.sensorline.fleet.sparkplug.Uplink;
import dev.sensorline.mqtt.client.MqttPublisher;
import dev.sensorline.mqtt.client.MqttPublisher.Room;
import dev.sensorline.mqtt.client.QoS;
import dev.sensorline.mqtt.client.Will;

/** An edge node of Sparkplug and its connection. Times are nanoseconds since 1970-01-01T00:00Z. Belongs to its loop. */
final class EdgeNodeConnection implements Uplink {

    private final EdgeNodes nodes;
    /** Among those of its group. */
    private final int number;

    private final EdgeNode node;
    private final MqttPublisher publisher;
    private final Buffers buffers;
    /** Whether the connection is ended on purpose. */
    private boolean isLeaving;
    /** Until when the devices that have no connection have none. */
    private final Map<Integer, Long> lostUntil = new HashMap<>(0);

    /** What all edge nodes of a loop use. */
    static final class Buffers {

        private final MessageWriter message = new MessageWriter();
        private final TopicBytes topic = new TopicBytes();
        /** What is done to the payload that is sent next. */
        private Troubles troubles = Troubles.NONE;

        private boolean isMalformed;
        private long damage;
        /** Whether the broker does not take the message that was to be sent last. */
        private boolean isTooLarge;

        private final Listener listener;

        Buffers(Listener listener) {
            this.listener = listener;
        }
    }

    /** What happens to edge nodes besides what they send. */
    interface Listener {

        /** A host application asks for what an edge node does not do. */
        void ignored(String command, String node);

        /** The broker does not take a message of this size. */
        void tooLarge(CharSequence topic, int bytes);
    }

    EdgeNodeConnection(EdgeNodes nodes, int node, MqttPublisher publisher, Buffers buffers) {
        this.nodes = nodes;
        this.number = node;
        this.node = new EdgeNode(nodes, node, buffers.message, this);
        this.publisher = publisher;
        this.buffers = buffers;
    }

    MqttPublisher publisher() {
        return publisher;
    }

    /** The last will of the next connection. */
    Will will(long now) {
        dev.sensorline.fleet.sparkplug.Will will = node.connecting(now);
        return new Will(will.topic(), will.payload(), QoS.AT_LEAST_ONCE, false);
    }

    /** @param filters to which it subscribes besides its own */
    void connected(long now, List<String> filters) {
        List<String> all = new ArrayList<>(node.subscriptions());
        all.addAll(filters);
        publisher.subscribe(all);
        node.connected(now);
        publisher.flush();
    }

    /** The connection has ended; returns whether on purpose. */
    boolean disconnected() {
        boolean wasLeaving = isLeaving;
        isLeaving = false;
        node.disconnected();
        return wasLeaving;
    }

    void received(String topic, byte[] payload, long now) {
        node.received(topic, payload, now);
        publisher.flush();
    }

    /** Sends the births again, if there is a connection. */
    void rebirth(long now) {
        node.rebirth(now);
        publisher.flush();
    }

    /** Puts what host applications have written in the place of what is measured. */
    void overwrite(Measurement reading) {
        node.overwrite(reading);
    }

    /** Sends a reading; returns what is in the way, or null if it is sent. */
    @Nullable
    Limit send(Measurement reading, Effects effects, Troubles troubles) {
        buffers.isTooLarge = false;
        buffers.isMalformed = effects.isMalformed;
        buffers.damage = effects.damage;
        buffers.troubles = troubles;
        boolean isSent = node.due(reading);
        buffers.isMalformed = false;
        if (isSent) {
            return null;
        }
        // Otherwise it is not born, or the device is lost.
        return buffers.isTooLarge ? Limit.SIZE : Limit.CONNECTION;
    }

    /** A device has no connection until a time. */
    void lose(int sensor, long now, long until) {
        node.lose(sensor, now);
        lostUntil.merge(sensor, until, Math::max);
    }

    /** A device has its turn: if it was lost, and the time for that has passed, it is found. */
    void find(int sensor, long now) {
        if (!lostUntil.isEmpty() && lostUntil.getOrDefault(sensor, Long.MAX_VALUE) <= now) {
            lostUntil.remove(sensor);
            node.find(sensor, now);
        }
    }

    /** Ends the connection on purpose. */
    void stop(long now) {
        node.disconnecting(now);
    }

    @Override
    public boolean publish(CharSequence topic, Bytes payload, int qos, boolean retain) {
        if (publisher.room(qos) == Room.SOCKET_FULL) {
            publisher.flush(); // What is full may be the batch.
        }
        if (buffers.isMalformed) {
            buffers.troubles.damage(payload, buffers.damage);
        }
        buffers.topic.set(topic);
        boolean isPublished = publisher.publish(
                buffers.topic.array(),
                buffers.topic.size(),
                payload.array(),
                payload.size(),
                qos,
                retain,
                SensorLoop.NO_READING);
        if (!isPublished) {
            buffers.isTooLarge = true;
            buffers.listener.tooLarge(topic, buffers.topic.size() + payload.size());
        }
        return isPublished;
    }

    @Override
    public void ignored(String command) {
        buffers.listener.ignored(command, nodes.groupId() + "/" + nodes.id(number));
    }

    @Override
    public void reconnect() {
        isLeaving = true;
        publisher.disconnect();
    }
}
