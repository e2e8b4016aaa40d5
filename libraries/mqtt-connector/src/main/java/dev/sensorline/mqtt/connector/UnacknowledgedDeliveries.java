package dev.sensorline.mqtt.connector;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

import dev.sensorline.mqtt.client.InboundPublish;
import dev.sensorline.mqtt.client.MqttSession;

/**
 * The deliveries of QoS 1 whose PUBACK has not been sent. PUBACKs leave in the order in which the messages arrived on the
 * connection (MQTT 3.1.1, 4.6), whatever the order in which the application acknowledges them: one that is acknowledged waits for
 * all that arrived before it, except for those that are held apart. Belongs to the session's event loop.
 */
@NullMarked
final class UnacknowledgedDeliveries {

    private static final int PACKET_IDS = 1 << 16;
    /** In this time after a connection was made, a broker sends again what it has no PUBACK for. */
    private static final Duration REDELIVERY = Duration.ofSeconds(10);

    private final MqttSession session;
    private final Consumer<Delivery> acknowledged;
    /** Also those of earlier connections: the broker sends them again with the same packet id (2.3.1). */
    private final @Nullable Delivery[] byPacketId = new Delivery[PACKET_IDS];
    /** Those of this connection, in the order of arrival. */
    private final ArrayDeque<Delivery> queue = new ArrayDeque<>();
    /** Whose PUBACK is sent in this turn of the event loop. */
    private int[] packetIds = new int[16];

    private int count;

    private final LongSupplier nanoTime;
    private long connectedNanos;
    /** Whether the broker has sent a new message with the packet id of one that is not acknowledged. */
    private boolean hasNewPacketIds;

    /**
     * @param acknowledged is told of each delivery whose PUBACK is sent
     * @param nanoTime     a clock for time differences
     */
    UnacknowledgedDeliveries(MqttSession session, Consumer<Delivery> acknowledged, LongSupplier nanoTime) {
        this.session = session;
        this.acknowledged = acknowledged;
        this.nanoTime = nanoTime;
        this.connectedNanos = nanoTime.getAsLong();
    }

    /** A message has arrived, or has arrived again on another connection. */
    void add(Delivery delivery) {
        byPacketId[delivery.packetId] = delivery;
        delivery.connection = session.connectionNumber();
        delivery.isQueued = true;
        queue.add(delivery);
    }

    /**
     * The delivery that this message repeats. It has the same packet id and content. Without DUP it must also be of this
     * connection, or the connection must be new: a broker that gives new packet ids to what it sends again leaves those of earlier
     * connections unused, and later gives them to new messages, whose content can be the same.
     */
    @Nullable
    Delivery find(InboundPublish message) {
        Delivery delivery = byPacketId[message.packetId()];
        if (delivery == null) {
            return null;
        }
        if (!delivery.hasContentOf(message)) {
            hasNewPacketIds |= !message.isDuplicate();
            return null;
        }
        return message.isDuplicate() || isOfThisConnection(delivery) || mayLackDup() ? delivery : null;
    }

    private boolean mayLackDup() {
        return !hasNewPacketIds && nanoTime.getAsLong() - connectedNanos < REDELIVERY.toNanos();
    }

    /** A connection is made. */
    void connected() {
        connectedNanos = nanoTime.getAsLong();
        hasNewPacketIds = false;
    }

    /**
     * The application has acknowledged a delivery. Returns false if PUBACK cannot be sent before the broker has sent the message
     * again.
     */
    boolean acknowledge(Delivery delivery) {
        delivery.isAcknowledged = true;
        if (!isOfThisConnection(delivery)) {
            if (delivery.isExactlyOnce) {
                sendAtAnyTime(delivery);
            }
            return false;
        }
        if (!delivery.isQueued) {
            send(delivery);
        }
        return true;
    }

    /** No PUBACK is sent for this delivery: the broker keeps the message. */
    void abandon(Delivery delivery) {
        if (byPacketId[delivery.packetId] == delivery) {
            byPacketId[delivery.packetId] = null;
        }
    }

    /** Sends what is due with one write. */
    void flush() {
        for (Delivery next = queue.peek(); next != null && takesItsTurn(next); next = queue.peek()) {
            queue.remove();
            next.isQueued = false;
            if (next.isAcknowledged) {
                send(next);
            }
        }
        session.acknowledge(packetIds, count);
        count = 0;
    }

    private boolean takesItsTurn(Delivery delivery) {
        return delivery.isAcknowledged || delivery.isApart || byPacketId[delivery.packetId] != delivery;
    }

    private void send(Delivery delivery) {
        acknowledged.accept(delivery);
        if (byPacketId[delivery.packetId] != delivery) {
            return; // The broker has used the packet id for another message, which this PUBACK would acknowledge.
        }
        byPacketId[delivery.packetId] = null;
        if (count == packetIds.length) {
            packetIds = Arrays.copyOf(packetIds, 2 * count);
        }
        packetIds[count++] = delivery.packetId;
    }

    /** A message of QoS 2 does not arrive again: the session answers when the broker sends it again. */
    private void sendAtAnyTime(Delivery delivery) {
        if (byPacketId[delivery.packetId] == delivery) {
            byPacketId[delivery.packetId] = null;
            session.acknowledge(new int[] {delivery.packetId}, 1);
        }
    }

    /** The connection has ended: the broker sends again what it has no PUBACK for. */
    void connectionLost() {
        for (Delivery delivery : queue) {
            delivery.isQueued = false;
            if (delivery.isAcknowledged) {
                acknowledged.accept(delivery);
                if (delivery.isExactlyOnce) {
                    sendAtAnyTime(delivery);
                }
            }
        }
        queue.clear();
    }

    /** The broker has forgotten the session: it starts with new packet ids. */
    void sessionLost() {
        Arrays.fill(byPacketId, null);
    }

    /** Whether the message has arrived on the current connection, so that it can be acknowledged. */
    boolean isOfThisConnection(Delivery delivery) {
        return delivery.connection == session.connectionNumber() && session.isConnected();
    }
}
