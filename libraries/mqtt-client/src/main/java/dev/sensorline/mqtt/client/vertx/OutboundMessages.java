package dev.sensorline.mqtt.client.vertx;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

import dev.sensorline.mqtt.client.QoS;
import io.netty.channel.ChannelFuture;

/**
 * The messages of QoS 1 and 2 that the broker has not taken over (4.3.2, 4.3.3). In the session, a message keeps its packet id:
 * on the next connection PUBREL is sent again for what had its PUBREC, and PUBLISH with DUP for the rest, in the same order and
 * before any new message (4.4). If the broker has lost the session, all of them are sent as new messages.
 * <p>
 * A message that is given up keeps its packet id while there may be an answer, since no other may have it (2.3.1). At QoS 1 that is
 * until the connection ends, and at QoS 2 until the session ends, because the broker may have stored it and would take another
 * message with this packet id for the same. So that a broker that does not answer does not use up packet ids, nor the number of
 * messages that it allows, there is a bound.
 * <p>
 * A message waits while all packet ids are in use, or while as many as the broker allows are unanswered. The user of the session
 * bounds how many wait. Belongs to the event loop.
 */
final class OutboundMessages {

    /** Where packets are sent to: a connection. */
    interface Sender {

        /** Sends PUBLISH (3.3). */
        ChannelFuture publish(Publication message, boolean isDuplicate);

        /** Sends PUBREL (3.6). */
        void release(int packetId);
    }

    /** How many messages may be given up and unanswered, or half of what the broker allows. */
    static final int MOST_GIVEN_UP = 10;

    private final PacketIds packetIds;
    private final Executor dispatcher;

    // Valid for the session.
    /** How many of those in flight are given up. */
    private int givenUp;

    /** By packet id, in the order in which they were sent first. */
    private final Map<Integer, Publication> inFlight = new LinkedHashMap<>();
    /** To be sent on this connection, or on the next one; those in flight come first. */
    private final ArrayDeque<Publication> waiting = new ArrayDeque<>();

    // Valid for a connection.
    /** Null if there is no connection. */
    private Sender connection;

    private BrokerLimits limits = BrokerLimits.NONE;
    private int unanswered;

    /** @param dispatcher completes messages */
    OutboundMessages(PacketIds packetIds, Executor dispatcher) {
        this.packetIds = packetIds;
        this.dispatcher = dispatcher;
    }

    /** Whether so many messages are given up and unanswered that no more should be sent. */
    boolean isAtBound() {
        return givenUp >= Math.min(MOST_GIVEN_UP, Math.max(1, limits.receiveMaximum() / 2));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // It counts only.
    void add(Publication message) {
        message.takenOver.whenComplete((done, failure) -> {
            if (inFlight.get(message.packetId) == message) {
                givenUp++; // By its user: what is answered is in flight no longer.
            }
        });
        waiting.add(message);
        send();
    }

    void connected(Sender connection, boolean sessionPresent, BrokerLimits limits) {
        releaseGivenUp();
        this.connection = connection;
        this.limits = limits;
        this.unanswered = 0;
        waiting.removeIf(message -> message.packetId != PacketIds.NONE || message.isGivenUp());
        List<Publication> earlier = new ArrayList<>(inFlight.values());
        for (Publication message : earlier) {
            // What the broker no longer takes at its QoS cannot be sent again as it was.
            if (!sessionPresent || !message.isReceived && message.qos != limits.atMost(message.qos)) {
                inFlight.remove(message.packetId);
                packetIds.release(message.packetId);
                message.startAgain();
            }
        }
        givenUp =
                (int) inFlight.values().stream().filter(Publication::isGivenUp).count();
        for (int i = earlier.size() - 1; i >= 0; i--) {
            if (!earlier.get(i).isReceived && !earlier.get(i).isGivenUp()) {
                waiting.addFirst(earlier.get(i));
            }
        }
        earlier.stream().filter(message -> message.isReceived).forEach(message -> connection.release(message.packetId));
        send();
    }

    /** Of those that are not sent again, whose answer never comes. At QoS 2 the broker may know the packet id. */
    private void releaseGivenUp() {
        inFlight.values().removeIf(message -> {
            boolean isOver = message.qos == QoS.AT_LEAST_ONCE && message.isGivenUp();
            if (isOver) {
                packetIds.release(message.packetId);
            }
            return isOver;
        });
    }

    void connectionEnded() {
        connection = null;
    }

    /** Sends what waits, as far as it may be sent. */
    void send() {
        while (hasWaiting() && connection != null && unanswered < limits.receiveMaximum()) {
            Publication message = waiting.element();
            boolean isDuplicate = message.packetId != PacketIds.NONE;
            if (!isDuplicate) {
                message.qos = limits.atMost(message.qos);
                if (message.qos != QoS.AT_MOST_ONCE && !number(message)) {
                    return;
                }
            }
            waiting.remove();
            unanswered++;
            if (message.size() > limits.maximumPacketSize()) {
                settle(message, message.tooLarge(limits));
                return; // Which has sent what follows.
            }
            ChannelFuture write = connection.publish(message, isDuplicate);
            if (message.qos == QoS.AT_MOST_ONCE) {
                write.addListener(written ->
                        settle(message, written.isSuccess() ? null : new IllegalStateException(written.cause())));
            }
        }
    }

    /** Whether any waits that the user has not given up, which it does with the oldest first. */
    private boolean hasWaiting() {
        while (!waiting.isEmpty() && waiting.element().isGivenUp()) {
            waiting.remove();
        }
        return !waiting.isEmpty();
    }

    /** Gives a message a packet id; returns false if there is none. */
    private boolean number(Publication message) {
        message.packetId = packetIds.take();
        if (message.packetId == PacketIds.NONE) {
            return false;
        }
        inFlight.put(message.packetId, message);
        return true;
    }

    /**
     * PUBACK has come.
     *
     * @param refusal why the broker does not take the message; null if it does
     */
    void acknowledged(int packetId, RuntimeException refusal) {
        Publication message = inFlight.get(packetId);
        if (message != null && message.qos == QoS.AT_LEAST_ONCE) {
            settle(message, refusal);
        }
    }

    /**
     * PUBREC has come.
     *
     * @param refusal why the broker does not take the message; null if it does
     */
    void received(int packetId, RuntimeException refusal) {
        Publication message = inFlight.get(packetId);
        if (message != null && message.qos != QoS.EXACTLY_ONCE) {
            return;
        }
        if (refusal == null) {
            if (message != null) {
                message.isReceived = true;
            }
            connection.release(packetId);
        } else if (message != null) {
            settle(message, refusal);
        }
    }

    /** PUBCOMP has come. */
    void completed(int packetId) {
        Publication message = inFlight.get(packetId);
        if (message != null && message.qos == QoS.EXACTLY_ONCE) {
            settle(message, null);
        }
    }

    private void settle(Publication message, RuntimeException refusal) {
        if (inFlight.remove(message.packetId) != null && message.isGivenUp()) {
            givenUp--;
        }
        packetIds.release(message.packetId);
        unanswered = Math.max(0, unanswered - 1);
        dispatcher.execute(() -> {
            if (refusal == null) {
                message.takenOver.complete(null);
            } else {
                message.takenOver.completeExceptionally(refusal);
            }
        });
        send();
    }

    /** Nothing is sent any more: completes what is left exceptionally. */
    void stop(RuntimeException reason) {
        List<Publication> left = new ArrayList<>(inFlight.values());
        waiting.stream().filter(message -> message.packetId == PacketIds.NONE).forEach(left::add);
        inFlight.clear();
        waiting.clear();
        dispatcher.execute(() -> left.forEach(message -> message.takenOver.completeExceptionally(reason)));
    }
}
