package dev.sensorline.mqtt.client.vertx;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * What a session knows (3.1.2.4, 4.1). Valid for the session, as long as the broker remembers it: packet ids, messages in flight
 * in both directions. Valid for a connection: what has been sent and asked on it. Valid for ever: which topic filters are wanted,
 * and messages that the broker has not taken over. Each part states which of its fields is which. Belongs to the event loop.
 */
final class SessionState {

    final PacketIds packetIds = new PacketIds();
    final Subscriptions subscriptions = new Subscriptions();
    final RetainedReads retainedReads = new RetainedReads();
    final InboundExactlyOnce inbound = new InboundExactlyOnce();
    final OutboundMessages outbound;

    private final Executor dispatcher;

    /** @param dispatcher tells the user */
    SessionState(Executor dispatcher) {
        this.dispatcher = dispatcher;
        this.outbound = new OutboundMessages(packetIds, dispatcher);
    }

    void connected(OutboundMessages.Sender connection, boolean sessionPresent, BrokerLimits limits) {
        inbound.connected(sessionPresent);
        outbound.connected(connection, sessionPresent, limits);
    }

    void connectionEnded() {
        outbound.connectionEnded();
        subscriptions.connectionEnded(packetIds).forEach(unanswered -> fail(unanswered, "UNSUBACK"));
        retainedReads.connectionEnded(packetIds).forEach(unanswered -> fail(unanswered, "the retained message"));
    }

    private void fail(CompletableFuture<?> unanswered, String awaited) {
        dispatcher.execute(() ->
                unanswered.completeExceptionally(new IllegalStateException("the connection ended before " + awaited)));
    }
}
