package dev.sensorline.mqtt.client.vertx;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

import org.jboss.logging.Logger;

import dev.sensorline.connections.Backoff;
import dev.sensorline.mqtt.client.InboundPublish;
import dev.sensorline.mqtt.client.MqttSession;
import dev.sensorline.mqtt.client.ProtocolVersion;
import dev.sensorline.mqtt.client.PublishProperties;
import dev.sensorline.mqtt.client.PublishRefusedException;
import dev.sensorline.mqtt.client.QoS;
import dev.sensorline.mqtt.client.SessionListener;
import dev.sensorline.mqtt.client.SessionOptions;
import io.netty.channel.ChannelPipeline;

/** A session: one {@link Connection} after the other, and what outlives each of them. */
@SuppressWarnings("FutureReturnValueIgnored") // A write fails only if the connection ends, which Events reports.
final class Session implements MqttSession, Connection.Events {

    private static final Logger LOG = Logger.getLogger(MqttSession.class);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
    private static final Duration SHORTEST_SUBSCRIPTION_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_SUBSCRIPTION_PAUSE = Duration.ofMinutes(1);
    private static final int PACKET_IDS = 65_535;

    private final Network network;
    private final SessionOptions options;
    private final List<SessionListener> listeners = new CopyOnWriteArrayList<>();
    private final AtomicBoolean started = new AtomicBoolean();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    // Written on the event loop.
    private volatile boolean connected;
    private volatile List<String> brokersDown = List.of();

    private volatile int agreedWindow;

    // The rest belongs to the event loop.
    private final SessionState state;
    private final Failover brokers;
    private final Backoff backoff;
    /** Null where nothing bounds what is read. */
    private BooleanSupplier hasRoom;

    private int mostUnacknowledged = PACKET_IDS;
    private int mostPayloadBytes = SessionOptions.LARGEST_PACKET;

    /** The one that the broker has assigned, if the options have none. */
    private String clientId;
    /** The one whose session the state is of; null before the first connection. */
    private KnownBroker lastAccepted;

    private Network.Timer nextAttempt;
    private boolean stopping;
    private boolean ended;
    private int connections;

    // Of the current connection.
    private Connection connection;
    private boolean accepted;
    private long acceptedNanos;
    private String refusal;
    private int refusalCode;
    private boolean hasNotAnswered;
    private BrokerLimits limits = BrokerLimits.NONE;
    private final Backoff subscriptionPause = new Backoff(SHORTEST_SUBSCRIPTION_PAUSE, LONGEST_SUBSCRIPTION_PAUSE);
    private Network.Timer nextSubscription;

    /** @throws IllegalArgumentException if client id or user name is no text (1.5.3), or the will's topic no topic (4.7) */
    Session(Network network, SessionOptions options) {
        Texts.requireText("client id", options.clientId());
        options.credentials().username().ifPresent(name -> Texts.requireText("user name", name));
        if (options.will().filter(will -> !Texts.isTopicName(will.topic())).isPresent()) {
            throw cannotPublishOn(options.will().orElseThrow().topic());
        }
        this.network = network;
        this.options = options;
        this.clientId = options.clientId();
        this.brokers = new Failover(options.brokers().stream()
                .map(broker -> new KnownBroker(broker, options, LOG))
                .toList());
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
    public void receiveAtMost(int unacknowledged, int payloadBytes) {
        mostUnacknowledged = unacknowledged;
        mostPayloadBytes = payloadBytes;
    }

    @Override
    public int agreedWindow() {
        return agreedWindow;
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
    public List<String> brokersDown() {
        return brokersDown;
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
        if (stopping) {
            return;
        }
        network.open(brokers.current().broker, this::opened, this::closed);
    }

    private void opened(ChannelPipeline socket) {
        if (stopping) {
            socket.close();
            closed(null);
            return;
        }
        PacedReads reads = hasRoom == null ? null : new PacedReads(hasRoom, network::nanoTime);
        KnownBroker broker = brokers.current();
        ProtocolVersion version = broker.version.version();
        // The first connection of a process to a broker begins a new session; the next ones go on with it while the
        // broker keeps it.
        boolean isCleanStart = version == ProtocolVersion.V3_1_1
                // Without a client id the broker remembers no session (3.1.3.1).
                ? options.cleanSession() || clientId.isEmpty()
                : options.cleanSession() && (broker != lastAccepted || options.sessionExpirySeconds() == 0);
        connection = new Connection(
                new Connection.Login(options, version, broker.will.will(), clientId, isCleanStart),
                mostUnacknowledged,
                mostPayloadBytes,
                reads,
                network::nanoTime,
                this);
        connection.open(socket);
    }

    @Override
    public void accepted(boolean sessionPresent, BrokerLimits limits) {
        connections++;
        accepted = true;
        acceptedNanos = network.nanoTime();
        KnownBroker broker = brokers.current();
        // Of another broker, a session of earlier knows nothing of what is in flight.
        boolean goesOn = sessionPresent && (lastAccepted == null || broker == lastAccepted);
        lastAccepted = broker;
        brokers.accepted();
        broker.version.accepted();
        broker.will.accepted();
        boolean isWithoutWill = broker.will.isLeftOut();
        agreedWindow = broker.version.version() == ProtocolVersion.V5 ? mostUnacknowledged : 0;
        this.limits = limits;
        limits.clientId().ifPresent(assigned -> clientId = assigned);
        sendSubscriptions();
        state.connected(connection, goesOn, limits);
        network.dispatch(() -> {
            connected = true;
            broker.log.report(
                    State.CONNECTED,
                    Logger.Level.INFO,
                    () -> "Connected to %s with MQTT %s".formatted(name(), broker.version.version()));
            brokersDown = brokers.down();
            reportSessionExpiry(broker, limits);
            reportWill(broker, isWithoutWill);
            if (!goesOn) {
                listeners.forEach(SessionListener::sessionLost);
            }
            listeners.forEach(listener -> listener.connected(sessionPresent));
        });
    }

    private void reportSessionExpiry(KnownBroker broker, BrokerLimits limits) {
        long asked = options.sessionExpirySeconds();
        long given = limits.sessionExpirySeconds().orElse(asked);
        broker.sessionExpiryLog.report(
                given,
                given < asked ? Logger.Level.WARN : Logger.Level.INFO,
                () -> given < asked
                        ? "%s: the broker keeps the session for %d s only after a connection has ended, where %s was asked for"
                                .formatted(
                                        name(),
                                        given,
                                        asked == SessionOptions.NEVER_SECONDS ? "for ever" : asked + " s")
                        : "%s: the broker keeps the session as long as it was asked for".formatted(name()));
    }

    private void reportWill(KnownBroker broker, boolean isLeftOut) {
        broker.willLog.report(
                isLeftOut,
                isLeftOut ? Logger.Level.WARN : Logger.Level.INFO,
                () -> isLeftOut
                        ? "%s: the broker accepts the connection only without its last will on %s (may this user publish and retain there?)"
                                .formatted(name(), options.will().orElseThrow().topic())
                        : "%s: the broker accepts the connection with its last will".formatted(name()));
    }

    private String name() {
        return brokers.current().broker.address() + " as " + clientId;
    }

    @Override
    public void refused(int code, String reason) {
        refusalCode = code;
        refusal = reason;
    }

    @Override
    public void unanswered() {
        hasNotAnswered = true;
    }

    @Override
    public void received(InboundPublish message) {
        RetainedReads.Read read = state.retainedReads.take(message);
        if (read != null) {
            completeRead(read, Optional.of(message.copyPayload(message.payloadSize())));
            return;
        }
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
    public void acknowledged(int packetId, PublishRefusedException refusal) {
        state.outbound.acknowledged(packetId, refusal);
    }

    @Override
    public void publishReceived(int packetId, PublishRefusedException refusal) {
        state.outbound.received(packetId, refusal);
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
    public void subscribed(int packetId, List<Integer> reasonCodes) {
        RetainedReads.Read read = state.retainedReads.answered(packetId);
        if (read != null) {
            readAnswered(packetId, read, reasonCodes);
            return;
        }
        boolean known = state.subscriptions.isRequested(packetId);
        Subscriptions.Answer answer = state.subscriptions.answered(packetId, reasonCodes);
        answer.refused()
                .forEach(refused -> LOG.errorf(
                        "%s: the broker refuses the subscription to %s: %s; trying again",
                        name(), refused.filter(), Reasons.of(refused.reasonCode())));
        answer.lowered()
                .forEach(lowered -> LOG.warnf(
                        "%s: the broker grants QoS %d to the subscription to %s, where QoS %d was asked for",
                        name(),
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

    private void readAnswered(int packetId, RetainedReads.Read read, List<Integer> reasonCodes) {
        state.packetIds.release(packetId);
        boolean isRefused = reasonCodes.stream().anyMatch(code -> code >= Reasons.FIRST_FAILURE);
        network.schedule(isRefused ? Duration.ZERO : read.limit(), () -> {
            if (state.retainedReads.end(read)) {
                completeRead(read, Optional.empty());
            }
        });
        state.outbound.send();
    }

    private void completeRead(RetainedReads.Read read, Optional<byte[]> payload) {
        unsubscribe(List.of(read.topic()));
        network.dispatch(() -> read.payload().complete(payload));
    }

    /** Sends SUBSCRIBE for what is wanted and neither granted nor requested. */
    private void sendSubscriptions() {
        for (List<String> filters :
                state.subscriptions.packets(state.subscriptions.missing(), limits.maximumPacketSize())) {
            int packetId = state.packetIds.take();
            if (packetId == PacketIds.NONE) {
                break; // Tried again with what is refused.
            }
            state.subscriptions.requested(packetId, filters);
            if (Subscriptions.bytes(filters) > limits.maximumPacketSize()) {
                subscribed(packetId, List.of(Reasons.PACKET_TOO_LARGE));
                continue;
            }
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
        KnownBroker broker = brokers.current();
        boolean triesInAnotherWay = connection != null && triesInAnotherWay(broker, answer(outage));
        boolean hasWorked = accepted;
        connection = null;
        accepted = false;
        refusal = null;
        refusalCode = 0;
        hasNotAnswered = false;
        if (triesInAnotherWay && !stopping) {
            network.execute(this::connect);
            return;
        }
        if (nextSubscription != null) {
            nextSubscription.cancel();
            nextSubscription = null;
        }
        subscriptionPause.reset();
        state.connectionEnded();
        String name = name();
        boolean triesNext = !stopping && !hasWorked && brokers.failed();
        network.dispatch(() -> {
            connected = false;
            if (stopping) {
                broker.log.report(State.STOPPED, Logger.Level.INFO, () -> "Disconnected from " + name);
            } else {
                broker.log.report(
                        outage.state(),
                        Logger.Level.WARN,
                        () -> "Is not connected to %s: %s; trying %s".formatted(name, outage.reason(), next(broker)));
            }
            brokersDown = brokers.down();
            listeners.forEach(SessionListener::disconnected);
        });
        if (stopping) {
            end();
            return;
        }
        if (triesNext) {
            network.execute(this::connect);
            return;
        }
        if (stable) {
            backoff.reset();
        }
        nextAttempt = network.schedule(backoff.next(), this::connect);
    }

    /** Whether an older version is to be tried at once, or the same without a last will. */
    private boolean triesInAnotherWay(KnownBroker broker, VersionChoice.Answer answer) {
        return broker.version.ended(answer) || broker.will.ended(answer, refusalCode);
    }

    private String next(KnownBroker last) {
        KnownBroker next = brokers.current();
        return next == last ? "again" : next.broker.address();
    }

    private VersionChoice.Answer answer(Outage outage) {
        if (accepted) {
            return VersionChoice.Answer.ACCEPTED;
        }
        if (refusalCode == Reasons.UNACCEPTABLE_VERSION || refusalCode == Reasons.UNSUPPORTED_VERSION) {
            return VersionChoice.Answer.UNSUPPORTED;
        }
        if (hasNotAnswered) {
            return VersionChoice.Answer.NONE;
        }
        return refusal == null && outage.state() == State.AWAY
                ? VersionChoice.Answer.CLOSED
                : VersionChoice.Answer.REFUSED;
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
        for (String filter : topicFilters) {
            if (!Texts.isTopicFilter(filter)) {
                throw notTopicFilter(filter);
            }
        }
        state.subscriptions.want(topicFilters, qos);
        if (accepted) {
            sendSubscriptions();
        }
    }

    @Override
    public CompletionStage<Void> unsubscribe(List<String> topicFilters) {
        for (String filter : topicFilters) {
            if (!Texts.isTopicFilter(filter)) {
                return CompletableFuture.failedFuture(notTopicFilter(filter));
            }
        }
        state.subscriptions.wantNoLonger(topicFilters);
        if (!accepted) {
            return CompletableFuture.failedFuture(new IllegalStateException("no connection"));
        }
        List<CompletableFuture<Void>> answers = new ArrayList<>();
        for (List<String> filters : state.subscriptions.packets(topicFilters, limits.maximumPacketSize())) {
            if (Subscriptions.bytes(filters) > limits.maximumPacketSize()) {
                answers.add(CompletableFuture.failedFuture(
                        new IllegalArgumentException("'%s' is too large for the broker".formatted(filters.get(0)))));
                continue;
            }
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
    public CompletionStage<Optional<byte[]>> readRetained(String topic, Duration wait) {
        if (!Texts.isTopicName(topic)) {
            return CompletableFuture.failedFuture(cannotPublishOn(topic));
        }
        int packetId = accepted ? state.packetIds.take() : PacketIds.NONE;
        if (packetId == PacketIds.NONE) {
            return CompletableFuture.failedFuture(
                    new IllegalStateException(accepted ? "all packet ids are in use" : "no connection"));
        }
        RetainedReads.Read read = new RetainedReads.Read(topic, wait, new CompletableFuture<>());
        state.retainedReads.requested(packetId, read);
        connection.subscribeToRetained(packetId, topic);
        return read.payload();
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
    public void pauseReading(Duration duration) {
        if (connection != null) {
            connection.pauseReading(duration.toNanos());
        }
    }

    @Override
    public void readNow() {
        if (connection != null) {
            connection.readNow();
        }
    }

    @Override
    public CompletionStage<Void> publish(
            String topic, byte[] payload, QoS qos, boolean retain, PublishProperties properties) {
        Publication message = new Publication(topic, payload, qos, retain, properties);
        if (!Texts.isTopicName(topic)) {
            return CompletableFuture.failedFuture(cannotPublishOn(topic));
        }
        for (Map.Entry<String, String> property : properties.userProperties()) {
            if (!Texts.isText(property.getKey()) || !Texts.isText(property.getValue())) {
                return CompletableFuture.failedFuture(new IllegalArgumentException(
                        "A user property of at most 65535 bytes of Unicode without U+0000 each for name and value"));
            }
        }
        if (message.size() > limits.maximumPacketSize()) {
            return CompletableFuture.failedFuture(message.tooLarge(limits));
        }
        if (ended) {
            return CompletableFuture.failedFuture(hasStopped());
        }
        if (qos == QoS.AT_MOST_ONCE && !accepted) {
            return CompletableFuture.failedFuture(new IllegalStateException("no connection"));
        }
        if (qos != QoS.AT_MOST_ONCE && state.outbound.isAtBound()) {
            return CompletableFuture.failedFuture(
                    new IllegalStateException("the broker leaves messages unacknowledged that were given up"));
        }
        if (qos != QoS.AT_MOST_ONCE) {
            state.outbound.add(message);
            return message.takenOver;
        }
        connection
                .publish(message, false)
                .addListener(written -> network.dispatch(() -> {
                    if (written.isSuccess()) {
                        message.takenOver.complete(null);
                    } else {
                        message.takenOver.completeExceptionally(written.cause());
                    }
                }));
        return message.takenOver;
    }

    private static IllegalArgumentException cannotPublishOn(String text) {
        return new IllegalArgumentException("Nothing can be published on '%s'".formatted(text));
    }

    private static IllegalArgumentException notTopicFilter(String text) {
        return new IllegalArgumentException("'%s' is not a topic filter".formatted(text));
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
