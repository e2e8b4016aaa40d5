package dev.sensorline.mqtt.client;

import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;

import javax.net.ssl.SSLException;

import org.jboss.logging.Logger;

import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.NetSocketInternal;
import io.vertx.mqtt.MqttClientOptions;

/**
 * A session with a broker, shared by the channels that have the same client id: one connection at a time, tried for ever
 * with growing pauses, and one log line per change of state.
 * <p>
 * Everything happens on one event loop, the link's: its {@link Party parties} are called there, and what they own needs
 * no locks. {@link #execute} brings other threads onto it.
 */
public final class MqttLink implements MqttConnection.Events {

    /** The longest time between two reads of a socket that something arrives at. */
    public static final Duration LONGEST_READ_PAUSE = PacedReads.PAUSE;

    private static final Logger LOG = Logger.getLogger(MqttLink.class);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
    private static final int PACKET_IDS = 1 << 16;
    private static final int REFUSED = 128;

    /** What uses a link. All methods are called on the link's event loop and must not block. */
    public interface Party {

        /** The broker has accepted a connection; whether it knows of packets of connections before. */
        void connected(boolean sessionPresent);

        /** The connection is gone, or an attempt to open it has failed. */
        void disconnected();

        /** A message has arrived, its payload valid during the call; at QoS 1 {@link #acknowledge} is owed. */
        default void received(MqttPublishMessage message) {
        }

        /** The broker has taken over what was published under this packet id (PUBACK or PUBCOMP). */
        default void published(int packetId) {
        }
    }

    /** As a log reader sees it: a broker that refuses, or is not to be trusted, is another matter than one that is away. */
    private enum State { STOPPED, CONNECTED, AWAY, REFUSED, WITHOUT_TRUST }

    private final Vertx vertx;
    private final ContextInternal context;
    private final MqttClientOptions options;
    private final Address address;
    private final Duration longestPause;
    private final String name;
    private final List<Party> parties = new CopyOnWriteArrayList<>();
    /** Topic filters and whether the broker has granted them, on this connection or in the session it remembers. */
    private final Map<String, Boolean> granted = new ConcurrentHashMap<>();

    private volatile boolean started;
    private volatile State state = State.STOPPED;

    // The rest belongs to the event loop.
    private BooleanSupplier hasRoom;
    private NetClient client;
    private MqttConnection connection;
    /** Of connections accepted so far, and since when there is one; 0 when there is none. */
    private int connections;
    private long acceptedNanos;
    private Duration pause = SHORTEST_PAUSE;
    private long reconnectTimer = -1;
    private String refusal;
    private Promise<Void> stopped;
    private final BitSet packetIdsInUse = new BitSet(PACKET_IDS);
    private int lastPacketId;
    private final Map<Integer, List<String>> subscribing = new HashMap<>();

    /** Where the broker is; {@code serverName} is what its certificate must name. */
    public record Address(String host, int port, String serverName) {
    }

    public MqttLink(Vertx vertx, Address address, MqttClientOptions options, Duration longestPause) {
        this.vertx = vertx;
        // Of its own, so that the connections, which run where they are opened from, stay on one thread.
        this.context = ((VertxInternal) vertx).createEventLoopContext();
        this.address = address;
        this.options = options;
        this.longestPause = longestPause;
        this.name = address.host() + ":" + address.port() + " as " + options.getClientId();
    }

    public void join(Party party) {
        parties.add(party);
    }

    /** Has the socket read only while there is room for more. To be called before {@link #start}. */
    public void readOnlyWhile(BooleanSupplier hasRoom) {
        this.hasRoom = hasRoom;
    }

    /** Starts connecting; returns at once. */
    public void start() {
        if (!started) {
            started = true;
            execute(this::connect);
        }
    }

    public boolean isConnected() {
        return state == State.CONNECTED;
    }

    /** Runs an action on the link's event loop, after what is running there now. */
    public void execute(Runnable action) {
        context.runOnContext(ignored -> action.run());
    }

    /** Runs an action on the link's event loop after a delay. To be called on that loop. */
    public long schedule(Duration delay, Runnable action) {
        return vertx.setTimer(Math.max(1, delay.toMillis()), ignored -> action.run());
    }

    private void connect() {
        reconnectTimer = -1;
        // A client for each connection: with its TLS session goes what an earlier certificate had proved.
        client = vertx.createNetClient(options);
        Future<NetSocket> opening;
        try {
            opening = client.connect(address.port(), address.host(), address.serverName());
        } catch (RuntimeException e) {
            // A native executable that has no open file left throws instead of failing the future.
            opening = Future.failedFuture("no socket can be opened");
        }
        opening.onComplete(opened -> {
            if (opened.failed()) {
                closed(opened.cause());
            } else if (stopped != null) {
                opened.result().close();
                closed(null);
            } else {
                open(opened.result());
            }
        });
    }

    private void open(NetSocket socket) {
        connection = new MqttConnection((NetSocketInternal) socket, options,
                hasRoom == null ? null : new PacedReads(hasRoom), this);
    }

    @Override
    public void accepted(boolean sessionPresent) {
        connections++;
        acceptedNanos = System.nanoTime();
        if (!sessionPresent) {
            granted.replaceAll((filter, yes) -> false);
        }
        context.dispatch(() -> {
            report(State.CONNECTED, null);
            parties.forEach(party -> party.connected(sessionPresent));
        });
    }

    @Override
    public void refused(String why) {
        refusal = why;
    }

    @Override
    public void received(MqttPublishMessage message) {
        parties.forEach(party -> party.received(message));
    }

    @Override
    public void published(int packetId) {
        packetIdsInUse.clear(packetId);
        context.dispatch(() -> parties.forEach(party -> party.published(packetId)));
    }

    @Override
    public void subscribed(int packetId, List<Integer> answers) {
        packetIdsInUse.clear(packetId);
        List<String> filters = subscribing.remove(packetId);
        for (int i = 0; filters != null && i < filters.size(); i++) {
            if (answers.get(i) == REFUSED) {
                LOG.errorf("%s: the broker refuses the subscription to %s", name, filters.get(i));
            } else {
                granted.put(filters.get(i), true);
            }
        }
    }

    @Override
    public void closed(Throwable cause) {
        boolean wasAccepted = acceptedNanos != 0;
        boolean wasStable = wasAccepted && System.nanoTime() - acceptedNanos > longestPause.multipliedBy(2).toNanos();
        String why = refusal != null ? refusal : explanation(cause, wasAccepted && !wasStable);
        State next = stopped != null ? State.STOPPED
                : refusal != null ? State.REFUSED
                : ofTrust(cause) ? State.WITHOUT_TRUST : State.AWAY;
        client.close();
        connection = null;
        acceptedNanos = 0;
        refusal = null;
        packetIdsInUse.clear();
        subscribing.clear();
        context.dispatch(() -> {
            report(next, why);
            parties.forEach(Party::disconnected);
        });
        if (stopped != null) {
            stopped.tryComplete();
        } else {
            pause = wasStable ? SHORTEST_PAUSE : pause;
            reconnectTimer = schedule(spread(pause), () -> context.dispatch(this::connect));
            pause = pause.multipliedBy(2).compareTo(longestPause) < 0 ? pause.multipliedBy(2) : longestPause;
        }
    }

    private static boolean ofTrust(Throwable cause) {
        return cause != null && (cause instanceof SSLException || ofTrust(cause.getCause()));
    }

    private String explanation(Throwable cause, boolean soon) {
        Throwable first = cause;
        while (first != null && first.getCause() != null) {
            first = first.getCause();
        }
        if (first != null && first.getMessage() != null && !first.getMessage().equals("Closed")) {
            return first.getMessage();
        }
        if (soon) {
            return "closed by the broker soon after it was accepted (has another client the same id?)";
        }
        return acceptedNanos == 0 && options.isSsl()
                ? "closed by the broker before it was accepted (does it want another certificate?)"
                : "closed by the broker";
    }

    /** Between half of it and all of it, so that those who have lost their broker together do not come back together. */
    private static Duration spread(Duration pause) {
        return Duration.ofNanos(ThreadLocalRandom.current().nextLong(pause.toNanos() / 2, pause.toNanos() + 1));
    }

    /** Counts the connections accepted so far: what is owed on one is not owed on the next. */
    public int connectionNumber() {
        return connections;
    }

    /** Subscribes to topic filters, on the connection there is. */
    public void subscribe(List<String> topicFilters, int qos) {
        int packetId = nextPacketId();
        subscribing.put(packetId, topicFilters);
        topicFilters.forEach(filter -> granted.put(filter, false));
        connection.subscribe(packetId, topicFilters, MqttQoS.valueOf(qos));
    }

    /** Whether the broker has granted all of these subscriptions. May be called from any thread. */
    public boolean isSubscribed(List<String> topicFilters) {
        return topicFilters.stream().allMatch(filter -> granted.getOrDefault(filter, false));
    }

    /** Sends PUBACK for the first {@code count} of these packet ids. */
    public void acknowledge(int[] packetIds, int count) {
        if (connection != null && count > 0) {
            connection.acknowledge(packetIds, count);
        }
    }

    /** Reads on if the socket was left alone for want of room. */
    public void resume() {
        if (connection != null) {
            connection.resume();
        }
    }

    /** Reads what has come without waiting for more. */
    public void hurry() {
        if (connection != null) {
            connection.hurry();
        }
    }

    /**
     * Sends a message; completes with its packet id, 0 at QoS 0, when it has been written to the socket, not when it has
     * arrived. Fails when there is no connection, and with an IllegalArgumentException for a topic with wildcards (4.7.1).
     */
    public Future<Integer> publish(String topic, byte[] payload, MqttQoS qos, boolean retain) {
        if (topic.isEmpty() || topic.matches(".*[+#\\x00].*")) {
            return Future.failedFuture(new IllegalArgumentException("Nothing can be published on '" + topic + "'"));
        }
        if (acceptedNanos == 0) {
            return Future.failedFuture("no connection");
        }
        int packetId = qos == MqttQoS.AT_MOST_ONCE ? 0 : nextPacketId();
        Promise<Integer> written = Promise.promise();
        ChannelFuture write = connection.publish(topic, payload, qos, retain, packetId);
        if (packetId != 0) {
            return Future.succeededFuture(packetId);
        }
        write.addListener(done -> context.dispatch(() -> {
            if (done.isSuccess()) {
                written.complete(packetId);
            } else {
                written.fail(done.cause());
            }
        }));
        return written.future();
    }

    private int nextPacketId() {
        do {
            lastPacketId = lastPacketId % (PACKET_IDS - 1) + 1;
        } while (packetIdsInUse.get(lastPacketId));
        packetIdsInUse.set(lastPacketId);
        return lastPacketId;
    }

    /** Sends DISCONNECT and closes; completes when that is done, at once when there is no connection. */
    public Future<Void> stop() {
        Promise<Void> done = Promise.promise();
        execute(() -> {
            stopped = done;
            if (connection != null) {
                connection.disconnect();
            } else {
                vertx.cancelTimer(reconnectTimer);
                done.tryComplete();
            }
        });
        return done.future();
    }

    /** One line for each change: an outage of a thousand attempts is one. */
    private void report(State next, String why) {
        if (state == next) {
            return;
        }
        state = next;
        switch (next) {
            case CONNECTED -> LOG.infof("Connected to %s", name);
            case STOPPED -> LOG.infof("Disconnected from %s", name);
            default -> LOG.warnf("Is not connected to %s: %s; trying again", name, why);
        }
    }
}
