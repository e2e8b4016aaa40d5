package dev.sensorline.mqtt.client.vertx;

import java.time.Duration;
import java.util.List;
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
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPipeline;

/** A session: one {@link Connection} after the other, and what outlives each of them. */
@SuppressWarnings("FutureReturnValueIgnored") // A write fails only if the connection ends, which Events reports.
final class Session implements MqttSession, Connection.Events {

    private static final Logger LOG = Logger.getLogger(MqttSession.class);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);

    private final Network network;
    private final SessionOptions options;
    private final String name;
    private final List<SessionListener> listeners = new CopyOnWriteArrayList<>();
    private final Subscriptions subscriptions = new Subscriptions();
    private final AtomicBoolean started = new AtomicBoolean();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    /** Written on the event loop. */
    private volatile boolean connected;

    // The rest belongs to the event loop.
    private final StateLog<State> log = new StateLog<>(LOG, State.STOPPED);
    private final Backoff backoff;
    /** Null where nothing bounds what is read. */
    private BooleanSupplier hasRoom;

    private Network.Timer nextAttempt;
    private boolean stopping;
    private int connections;

    // Of the current connection.
    private Connection connection;
    private boolean accepted;
    private long acceptedNanos;
    private String refusal;
    private final PacketIds packetIds = new PacketIds();

    Session(Network network, SessionOptions options) {
        this.network = network;
        this.options = options;
        this.name = options.broker().host() + ":" + options.broker().port() + " as " + options.clientId();
        this.backoff = new Backoff(SHORTEST_PAUSE, options.longestPause());
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
        connection = new Connection(options, reads, this);
        connection.open(socket);
    }

    @Override
    public void accepted(boolean sessionPresent) {
        connections++;
        accepted = true;
        acceptedNanos = network.nanoTime();
        if (!sessionPresent) {
            subscriptions.forgetGranted();
        }
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
        listeners.forEach(listener -> listener.received(message));
    }

    @Override
    public void published(int packetId) {
        packetIds.release(packetId);
        network.dispatch(() -> listeners.forEach(listener -> listener.published(packetId)));
    }

    @Override
    public void subscribed(int packetId, List<Integer> returnCodes) {
        packetIds.release(packetId);
        subscriptions
                .answered(packetId, returnCodes)
                .forEach(filter -> LOG.errorf("%s: the broker refuses the subscription to %s", name, filter));
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
        packetIds.releaseAll();
        subscriptions.forgetRequested();
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
            stopped.complete(null);
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
        int packetId = packetIds.take();
        subscriptions.requested(packetId, topicFilters);
        connection.subscribe(packetId, topicFilters, qos);
    }

    @Override
    public boolean isSubscribed(List<String> topicFilters) {
        return subscriptions.areGranted(topicFilters);
    }

    @Override
    public void acknowledge(int[] ids, int count) {
        if (connection != null && count > 0) {
            connection.acknowledge(ids, count);
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
    public CompletionStage<Integer> publish(String topic, byte[] payload, QoS qos, boolean retain) {
        if (!isTopicName(topic)) {
            return CompletableFuture.failedFuture(
                    new IllegalArgumentException("Nothing can be published on '" + topic + "'"));
        }
        if (!accepted) {
            return CompletableFuture.failedFuture(new IllegalStateException("no connection"));
        }
        if (qos != QoS.AT_MOST_ONCE) {
            int packetId = packetIds.take();
            connection.publish(topic, payload, qos, retain, packetId);
            return CompletableFuture.completedFuture(packetId);
        }
        CompletableFuture<Integer> written = new CompletableFuture<>();
        ChannelFuture write = connection.publish(topic, payload, qos, retain, 0);
        write.addListener(done -> network.dispatch(() -> {
            if (done.isSuccess()) {
                written.complete(0);
            } else {
                written.completeExceptionally(done.cause());
            }
        }));
        return written;
    }

    /** Whether it is a topic and not a topic filter (4.7.1), nor forbidden (4.7.3). */
    private static boolean isTopicName(String topic) {
        return !topic.isEmpty() && topic.chars().noneMatch(c -> c == '+' || c == '#' || c == 0);
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
                stopped.complete(null);
            }
        });
        return stopped;
    }
}
