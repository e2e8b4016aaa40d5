package dev.sensorline.mqtt.client.vertx;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

import org.jboss.logging.Logger;

import dev.sensorline.connections.Backoff;
import dev.sensorline.connections.StateLog;
import dev.sensorline.mqtt.client.InboundPublish;
import dev.sensorline.mqtt.client.MqttSession;
import dev.sensorline.mqtt.client.QoS;
import dev.sensorline.mqtt.client.SessionListener;
import dev.sensorline.mqtt.client.SessionOptions;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelPipeline;

/** A session: one {@link Connection} after the other, and what outlives each of them. */
final class Session implements MqttSession, Connection.Events {

    private static final Logger LOG = Logger.getLogger(MqttSession.class);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
    private static final Duration SHORTEST_SUBSCRIPTION_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_SUBSCRIPTION_PAUSE = Duration.ofMinutes(1);
    /** There are no more packet ids. */
    private static final int UNBOUNDED = 65_535;
    /** The most bytes of a text (1.5.3). */
    private static final int LONGEST_TEXT = 65_535;
    /** The most bytes of PUBLISH besides topic and payload: lengths, packet id, empty properties. */
    private static final int PUBLISH_OVERHEAD = 10;

    private final Network network;
    private final SessionOptions options;
    private final String name;
    private final List<SessionListener> listeners = new CopyOnWriteArrayList<>();
    private final AtomicBoolean started = new AtomicBoolean();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    /** Written on the event loop. */
    private volatile boolean connected;

    // The rest belongs to the event loop.
    private final SessionState state;
    private final StateLog<State> log = new StateLog<>(LOG, State.STOPPED);
    private final Backoff backoff;
    /** Null where nothing bounds what is read. */
    private BooleanSupplier hasRoom;

    private Network.Timer nextAttempt;
    private boolean stopping;
    private boolean ended;
    private int connections;

    // Of the current connection.
    private Connection connection;
    private boolean accepted;
    private long acceptedNanos;
    private String refusal;
    private final Backoff subscriptionPause = new Backoff(SHORTEST_SUBSCRIPTION_PAUSE, LONGEST_SUBSCRIPTION_PAUSE);
    private Network.Timer nextSubscription;

    Session(Network network, SessionOptions options) {
        this.network = network;
        this.options = options;
        this.name = options.broker().host() + ":" + options.broker().port() + " as " + options.clientId();
        this.backoff = new Backoff(SHORTEST_PAUSE, options.longestPause());
        this.state = new SessionState(network::dispatch);
    }

    @Override
    public void listen(SessionListener listener) {
        listeners.add(listener);
    }

    @Override
    public void readOnlyWhile(BooleanSupplier hasRoom) {
        this.hasRoom = hasRoom;
    }

    @Override
    public void start() {
        if (started.compareAndSet(false, true)) {
            network.execute(this::connect);
        }
    }

    @Override
    public boolean isConnected() {
        return connected;
    }

    @Override
    public void execute(Runnable action) {
        network.execute(action);
    }

    @Override
    public void schedule(Duration delay, Runnable action) {
        network.schedule(delay, action);
    }

    private void connect() {
        nextAttempt = null;
        network.open(this::opened, this::closed);
    }

    private void opened(ChannelPipeline socket) {
        if (stopping) {
            socket.close();
            closed(null);
            return;
        }
        PacedReads reads = hasRoom == null ? null : new PacedReads(hasRoom, network::nanoTime);
        connection = new Connection(options, reads, network::nanoTime, this);
        connection.open(socket);
    }

    @Override
    public void accepted(boolean sessionPresent) {
        connections++;
        accepted = true;
        acceptedNanos = network.nanoTime();
        sendSubscriptions();
        state.connected(connection, sessionPresent, UNBOUNDED);
        network.dispatch(() -> {
            connected = true;
            log.report(State.CONNECTED, Logger.Level.INFO, () -> "Connected to " + name);
            listeners.forEach(listener -> listener.connected(sessionPresent));
        });
    }

    @Override
    public void refused(String reason) {
        refusal = reason;
    }

    @Override
    public void received(InboundPublish message) {
        if (message.qos() == QoS.EXACTLY_ONCE) {
            switch (state.inbound.arrive(message.packetId())) {
                case ANSWER -> {
                    connection.answerReceived(message.packetId());
                    return;
                }
                case AWAIT_USER -> {
                    return;
                }
                case DELIVER -> {}
            }
        }
        listeners.forEach(listener -> listener.received(message));
    }

    @Override
    public void acknowledged(int packetId) {
        state.outbound.acknowledged(packetId, null);
    }

    @Override
    public void publishReceived(int packetId) {
        state.outbound.received(packetId, null);
    }

    @Override
    public void released(int packetId) {
        state.inbound.release(packetId);
        connection.answerReleased(packetId);
    }

    @Override
    public void completed(int packetId) {
        state.outbound.completed(packetId);
    }

    @Override
    public void subscribed(int packetId, List<Integer> returnCodes) {
        boolean known = state.subscriptions.isRequested(packetId);
        Subscriptions.Answer answer = state.subscriptions.answered(packetId, returnCodes);
        answer.refused()
                .forEach(refused -> LOG.errorf(
                        "%s: the broker refuses the subscription to %s; trying again", name, refused.filter()));
        answer.lowered()
                .forEach(lowered -> LOG.warnf(
                        "%s: the broker grants QoS %d to the subscription to %s, where QoS %d was asked for",
                        name,
                        lowered.granted().level(),
                        lowered.filter(),
                        lowered.wanted().level()));
        if (known) {
            state.packetIds.release(packetId);
            state.outbound.send();
        }
        retrySubscriptionsIfMissing();
    }

    @Override
    public void unsubscribed(int packetId) {
        CompletableFuture<Void> answered = state.subscriptions.unsubscribed(packetId);
        if (answered != null) {
            state.packetIds.release(packetId);
            network.dispatch(() -> answered.complete(null));
            state.outbound.send();
        }
    }

    /** Sends SUBSCRIBE for what is wanted and neither granted nor requested. */
    private void sendSubscriptions() {
        for (List<String> filters : state.subscriptions.missing()) {
            int packetId = state.packetIds.take();
            if (packetId == PacketIds.NONE) {
                break; // Tried again with what is refused.
            }
            state.subscriptions.requested(packetId, filters);
            connection.subscribe(packetId, filters, state.subscriptions::qos);
            awaitSubscribed(connection, packetId);
        }
        retrySubscriptionsIfMissing();
    }

    /** A broker that does not answer to SUBSCRIBE is left, since nothing else would bring an answer. */
    private void awaitSubscribed(Connection asked, int packetId) {
        network.schedule(options.connectTimeout(), () -> {
            if (connection != asked || !state.subscriptions.isRequested(packetId)) {
                return;
            }
            if (asked.isReading()) {
                asked.close("did not answer to SUBSCRIBE");
            } else {
                awaitSubscribed(asked, packetId);
            }
        });
    }

    /** What the broker refuses is asked for again, with growing pauses: it may allow it later. */
    private void retrySubscriptionsIfMissing() {
        if (nextSubscription != null || state.subscriptions.missing().isEmpty()) {
            return;
        }
        nextSubscription = network.schedule(subscriptionPause.next(), () -> {
            nextSubscription = null;
            if (accepted) {
                sendSubscriptions();
            }
        });
    }

    @Override
    public void closed(Throwable cause) {
        // Once a connection has lasted longer than any pause, the next pause is short again.
        boolean stable = accepted
                && network.nanoTime() - acceptedNanos
                        > options.longestPause().multipliedBy(2).toNanos();
        Outage outage = outage(cause, stable);
        connection = null;
        accepted = false;
        refusal = null;
        if (nextSubscription != null) {
            nextSubscription.cancel();
            nextSubscription = null;
        }
        subscriptionPause.reset();
        state.connectionEnded();
        network.dispatch(() -> {
            connected = false;
            if (stopping) {
                log.report(State.STOPPED, Logger.Level.INFO, () -> "Disconnected from " + name);
            } else {
                log.report(
                        outage.state(),
                        Logger.Level.WARN,
                        () -> "Is not connected to %s: %s; trying again".formatted(name, outage.reason()));
            }
            listeners.forEach(SessionListener::disconnected);
        });
        if (stopping) {
            end();
            return;
        }
        if (stable) {
            backoff.reset();
        }
        nextAttempt = network.schedule(backoff.next(), this::connect);
    }

    private Outage outage(Throwable cause, boolean stable) {
        if (refusal != null) {
            return new Outage(State.REFUSED, refusal);
        }
        Outage.Phase phase =
                stable ? Outage.Phase.STABLE : accepted ? Outage.Phase.JUST_ACCEPTED : Outage.Phase.NOT_ACCEPTED;
        return Outage.of(cause, phase, options.tls().isPresent());
    }

    @Override
    public int connectionNumber() {
        return connections;
    }

    @Override
    public void subscribe(List<String> topicFilters, QoS qos) {
        state.subscriptions.want(topicFilters, qos);
        if (accepted) {
            sendSubscriptions();
        }
    }

    @Override
    public CompletionStage<Void> unsubscribe(List<String> topicFilters) {
        state.subscriptions.wantNoLonger(topicFilters);
        if (!accepted) {
            return CompletableFuture.failedFuture(new IllegalStateException("no connection"));
        }
        List<CompletableFuture<Void>> answers = new ArrayList<>();
        for (List<String> filters : state.subscriptions.packets(topicFilters)) {
            int packetId = state.packetIds.take();
            if (packetId == PacketIds.NONE) {
                answers.add(CompletableFuture.failedFuture(new IllegalStateException("all packet ids are in use")));
                break;
            }
            answers.add(state.subscriptions.unsubscribing(packetId));
            connection.unsubscribe(packetId, filters);
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new));
    }

    @Override
    public boolean isSubscribed(List<String> topicFilters) {
        return state.subscriptions.areGranted(topicFilters);
    }

    @Override
    public Optional<QoS> grantedQoS(String topicFilter) {
        return state.subscriptions.granted(topicFilter);
    }

    @Override
    public void acknowledge(int[] ids, int count) {
        if (count == 0) {
            return;
        }
        if (accepted) {
            connection.acknowledge(ids, count, state.inbound);
        } else {
            state.inbound.acknowledgeAll(ids, count);
        }
    }

    @Override
    public void resumeReading() {
        if (connection != null) {
            connection.resumeReading();
        }
    }

    @Override
    public void readNow() {
        if (connection != null) {
            connection.readNow();
        }
    }

    @Override
    public CompletionStage<Void> publish(String topic, byte[] payload, QoS qos, boolean retain) {
        Optional<String> invalid = invalid(topic, payload);
        if (invalid.isPresent()) {
            return CompletableFuture.failedFuture(new IllegalArgumentException(invalid.get()));
        }
        if (qos != QoS.AT_MOST_ONCE) {
            Publication message = new Publication(topic, payload, qos, retain);
            if (ended) {
                return CompletableFuture.failedFuture(hasStopped());
            }
            state.outbound.add(message);
            return message.takenOver;
        }
        if (!accepted) {
            return CompletableFuture.failedFuture(new IllegalStateException("no connection"));
        }
        CompletableFuture<Void> written = new CompletableFuture<>();
        connection
                .publish(topic, payload, retain)
                .addListener(done -> network.dispatch(() -> {
                    if (done.isSuccess()) {
                        written.complete(null);
                    } else {
                        written.completeExceptionally(done.cause());
                    }
                }));
        return written;
    }

    /** Why it can never be published: a topic must not be a topic filter (4.7.1) and must be a text of MQTT (1.5.3, 4.7.3). */
    private static Optional<String> invalid(String topic, byte[] payload) {
        if (topic.isEmpty() || topic.chars().anyMatch(c -> c == '+' || c == '#' || c == 0)) {
            return Optional.of("Nothing can be published on '" + topic + "'");
        }
        int length = ByteBufUtil.utf8Bytes(topic);
        if (length > LONGEST_TEXT) {
            return Optional.of("A topic of %d bytes: at most %d are allowed".formatted(length, LONGEST_TEXT));
        }
        return payload.length + length + PUBLISH_OVERHEAD <= SessionOptions.LARGEST_PACKET
                ? Optional.empty()
                : Optional.of("A payload of %d bytes is too large".formatted(payload.length));
    }

    private static IllegalStateException hasStopped() {
        return new IllegalStateException("the session has been stopped");
    }

    @Override
    public CompletionStage<Void> stop() {
        network.execute(() -> {
            stopping = true;
            if (connection != null) {
                connection.disconnect();
            } else {
                if (nextAttempt != null) {
                    nextAttempt.cancel();
                }
                end();
            }
        });
        return stopped;
    }

    private void end() {
        ended = true;
        state.outbound.stop(hasStopped());
        stopped.complete(null);
    }
}
