package dev.sensorline.mqtt;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jboss.logging.Logger;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.smallrye.reactive.messaging.mqtt.session.ExponentialBackoffDelayOptions;
import io.smallrye.reactive.messaging.mqtt.session.MqttClientSession;
import io.smallrye.reactive.messaging.mqtt.session.MqttClientSessionOptions;
import io.smallrye.reactive.messaging.mqtt.session.RequestedQoS;
import io.smallrye.reactive.messaging.mqtt.session.SessionEvent;
import io.smallrye.reactive.messaging.mqtt.session.SessionState;
import io.smallrye.reactive.messaging.mqtt.session.SubscriptionEvent;
import io.smallrye.reactive.messaging.mqtt.session.SubscriptionState;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.impl.VertxInternal;
import io.vertx.mqtt.MqttConnectionException;
import io.vertx.mqtt.messages.MqttPublishMessage;

/**
 * One connection to a broker, shared by the channels that have the same client id. It keeps trying for ever, with
 * growing pauses, and says so once per change of state.
 * <p>
 * Everything happens on one event loop, the link's: its {@link Party parties} are called there, and what they own needs
 * no locks. {@link #execute} brings other threads onto it.
 */
final class MqttLink {

    private static final Logger LOG = Logger.getLogger(MqttLink.class);

    /** What uses a link. All methods are called on the link's event loop and must not block. */
    interface Party {

        /** The broker has accepted the connection. */
        void connected();

        /** The connection is gone, or an attempt to open it has failed. */
        void disconnected();

        /** A message has arrived; at QoS 1 it is acknowledged by {@link MqttPublishMessage#ack()} only. */
        default void received(MqttPublishMessage message) {
        }

        /** The broker has taken over what was published under this packet id (PUBACK or PUBCOMP). */
        default void published(int packetId) {
        }
    }

    /** As a log reader sees it: a broker that answers with a refusal is another matter than one that is away. */
    private enum State { STOPPED, CONNECTED, AWAY, REFUSED }

    private final Vertx vertx;
    private final Context context;
    private final MqttClientSession session;
    private final String name;
    private final List<Party> parties = new CopyOnWriteArrayList<>();

    private volatile boolean started;
    private volatile State state = State.STOPPED;
    private boolean stopping;

    MqttLink(Vertx vertx, MqttClientSessionOptions options, Duration longestPause) {
        this.vertx = vertx;
        // Of its own, so that the session, which runs where it is called from, stays on one thread.
        this.context = ((VertxInternal) vertx).createEventLoopContext();
        this.name = "%s:%d as %s".formatted(options.getHostname(), options.getPort(), options.getClientId());
        options.setReconnectDelay(new ExponentialBackoffDelayOptions()
                .setMinimum(Duration.ofMillis(100))
                .setIncrement(Duration.ofMillis(100))
                .setMaximum(longestPause));
        this.session = MqttClientSession.create(vertx, options)
                .sessionStateHandler(this::stateChanged)
                .subscriptionStateHandler(this::subscriptionChanged)
                .messageHandler(message -> parties.forEach(party -> party.received(message)))
                .publishCompletionHandler(id -> parties.forEach(party -> party.published(id)));
    }

    void join(Party party) {
        parties.add(party);
    }

    /** Starts connecting; returns at once. */
    void start() {
        if (!started) {
            started = true;
            execute(session::start);
        }
    }

    boolean isConnected() {
        return state == State.CONNECTED;
    }

    /** Runs an action on the link's event loop, after what is running there now. */
    void execute(Runnable action) {
        context.runOnContext(ignored -> action.run());
    }

    /** Runs an action on a worker thread, which may block; the result arrives on the link's event loop. */
    Future<Void> executeElsewhere(Runnable action) {
        return context.executeBlocking(() -> {
            action.run();
            return null;
        }, false);
    }

    /** Something that has nothing to wait for. */
    Future<Void> done() {
        return Future.succeededFuture();
    }

    /** Runs an action on the link's event loop after a delay. To be called on that loop. */
    long schedule(Duration delay, Runnable action) {
        return vertx.setTimer(Math.max(1, delay.toMillis()), ignored -> action.run());
    }

    void cancel(long timer) {
        vertx.cancelTimer(timer);
    }

    /** Subscribes to a topic filter now and, when the broker has forgotten the session, after each reconnection. */
    void subscribe(String topicFilter, int qos) {
        session.subscribe(topicFilter, RequestedQoS.valueOf(qos));
    }

    /** Whether the broker has confirmed all of these subscriptions. */
    boolean isSubscribed(List<String> topicFilters) {
        return topicFilters.stream()
                .allMatch(filter -> session.getSubscriptionState(filter) == SubscriptionState.SUBSCRIBED);
    }

    /** Sends a message; completes with its packet id when it has been written to the socket, not when it has arrived. */
    Future<Integer> publish(String topic, Buffer payload, MqttQoS qos, boolean retain) {
        return session.publish(topic, payload, qos, false, retain);
    }

    /** Sends DISCONNECT and closes; completes when that is done, at once when there is no connection. */
    Future<Void> stop() {
        Promise<Void> stopped = Promise.promise();
        execute(() -> {
            // While it waits for its next attempt the session forgets to complete its stop.
            stopping = true;
            Future<Void> closed = session.stop();
            if (isConnected()) {
                closed.onComplete(stopped);
            } else {
                stopped.complete();
            }
        });
        return stopped.future();
    }

    private void stateChanged(SessionEvent event) {
        if (event.getSessionState() == SessionState.CONNECTED) {
            report(State.CONNECTED, null);
            parties.forEach(Party::connected);
        } else if (event.getSessionState() == SessionState.DISCONNECTED) {
            Throwable cause = event.getCause();
            report(stopping ? State.STOPPED : cause instanceof MqttConnectionException ? State.REFUSED : State.AWAY, cause);
            parties.forEach(Party::disconnected);
        }
    }

    /** One line for each change: an outage of a thousand attempts is one. */
    private void report(State next, Throwable cause) {
        if (state == next) {
            return;
        }
        state = next;
        switch (next) {
            case CONNECTED -> LOG.infof("Connected to %s", name);
            case STOPPED -> LOG.infof("Disconnected from %s", name);
            default -> LOG.warnf("Is not connected to %s: %s; trying again", name,
                    cause == null ? "closed" : cause.getMessage());
        }
    }

    private void subscriptionChanged(SubscriptionEvent event) {
        Integer granted = event.getQos();
        if (event.getSubscriptionState() == SubscriptionState.SUBSCRIBED && granted != null
                && granted == MqttQoS.FAILURE.value()) {
            LOG.errorf("%s: the broker refuses the subscription to %s", name, event.getTopic());
        }
    }
}
