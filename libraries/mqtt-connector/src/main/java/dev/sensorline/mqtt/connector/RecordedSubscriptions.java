package dev.sensorline.mqtt.connector;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import org.jboss.logging.Logger;
import org.jspecify.annotations.NullMarked;

import dev.sensorline.connections.RootCause;
import dev.sensorline.mqtt.client.MqttSession;
import dev.sensorline.mqtt.client.PublishRefusedException;
import dev.sensorline.mqtt.client.QoS;
import dev.sensorline.points.rules.TopicFilter;

/**
 * Unsubscribes a session from the topic filters that an earlier process has subscribed to and that are no longer configured. A broker
 * does not tell them. So they are kept as a retained message, one filter a line.
 * <p>
 * Where the broker still has the session, the list is read first, but the subscriptions wait for that no longer than {@link
 * #LONGEST_DELAY}. What is about to be subscribed to is added to the list before, and what has been unsubscribed from is removed
 * after, so that no filter is forgotten if the process is killed between. Filters are unsubscribed from when the broker has granted
 * the new ones, so that no message falls between them.
 * <p>
 * The list is no condition for receiving: where the broker does not let it be read or written, earlier filters stay subscribed to,
 * and one line says so. Belongs to the session's event loop.
 */
@NullMarked
@SuppressWarnings("FutureReturnValueIgnored") // Each failure is handled.
final class RecordedSubscriptions {

    /** How long the list delays the subscriptions at most. */
    static final Duration LONGEST_DELAY = Duration.ofSeconds(1);
    /** Brokers send a retained message right after SUBACK. */
    private static final Duration READ_LIMIT = Duration.ofMillis(500);
    /** How often it looks whether the broker has granted the subscriptions. */
    private static final Duration GRANT_INTERVAL = Duration.ofMillis(100);
    /** Some brokers end the connection of a client that does what it may not do. */
    private static final int MOST_ENDED_CONNECTIONS = 2;

    private static final Logger LOG = Logger.getLogger(RecordedSubscriptions.class);

    private final MqttSession session;
    private final String topic;
    /** Topic filters that the session may be subscribed to, and that are no longer configured. */
    private final Set<String> left = new LinkedHashSet<>();

    private List<String> filters;
    private final List<String> replaced;
    private final Runnable subscribe;

    /** The lists that were published on this connection. */
    private final List<CompletableFuture<Void>> published = new ArrayList<>();
    /** How many connections have ended while the broker handled a list. */
    private int endedConnections;

    private int lastEndedConnection;
    private boolean isGivenUp;
    private boolean isTold;

    /**
     * @param topic     where the list is kept
     * @param filters   the topic filters that are configured
     * @param replaced  topic filters that the session may be subscribed to if there is no list
     * @param subscribe subscribes to them; more than once does nothing
     */
    RecordedSubscriptions(
            MqttSession session, String topic, List<String> filters, List<String> replaced, Runnable subscribe) {
        this.session = session;
        this.topic = topic;
        this.filters = filters;
        this.replaced = replaced;
        this.subscribe = subscribe;
    }

    /** Other topic filters are configured, which {@code subscribe} subscribes to. */
    void change(List<String> changed) {
        left.addAll(filters);
        List<String> recorded = List.copyOf(left);
        changed.forEach(left::remove);
        filters = changed;
        if (session.isConnected()) {
            replace(recorded);
        }
    }

    void connected(boolean sessionPresent) {
        if (isGivenUp) {
            replace(List.of());
        } else if (sessionPresent) {
            session.schedule(LONGEST_DELAY, subscribe);
            session.readRetained(topic, READ_LIMIT).whenComplete((list, failure) -> {
                if (failure == null) {
                    listRead(list);
                } else {
                    failed(failure);
                }
            });
        } else {
            replace(List.of());
        }
    }

    void disconnected() {
        published.forEach(list -> list.completeExceptionally(
                new IllegalStateException("the connection ended before the list was acknowledged")));
        published.clear();
    }

    private void listRead(Optional<byte[]> list) {
        if (list.isEmpty()) {
            tell(
                    "it does not hold the list of earlier subscriptions (no earlier process has kept it, or the user may not read it)");
        }
        replace(list.map(RecordedSubscriptions::filters).orElse(replaced));
    }

    /** @param recorded what the list names */
    private void replace(Collection<String> recorded) {
        left.addAll(recorded);
        filters.forEach(left::remove);
        if (!recorded.containsAll(filters)) {
            publishList();
        }
        subscribe.run();
        unsubscribeFromLeft(session.connectionNumber());
    }

    private void unsubscribeFromLeft(int connection) {
        if (left.isEmpty() || !session.isConnected() || session.connectionNumber() != connection) {
            return; // The next connection reads the list again.
        }
        if (!session.isSubscribed(filters)) {
            session.schedule(GRANT_INTERVAL, () -> unsubscribeFromLeft(connection));
            return;
        }
        List<String> stale = List.copyOf(left);
        session.unsubscribe(stale).whenComplete((done, failure) -> {
            if (failure == null) {
                stale.forEach(left::remove);
                LOG.infof("Unsubscribed from %s, no longer needed", String.join(", ", stale));
                publishList();
            } else {
                failed(failure);
            }
        });
    }

    private void publishList() {
        if (isGivenUp) {
            return;
        }
        List<String> list = new ArrayList<>(filters);
        list.addAll(left);
        CompletableFuture<Void> acknowledged = session.publish(
                        topic, String.join("\n", list).getBytes(UTF_8), QoS.AT_LEAST_ONCE, true)
                .toCompletableFuture();
        published.add(acknowledged);
        acknowledged.whenComplete((done, failure) -> {
            if (failure != null) {
                failed(failure);
            }
        });
    }

    private void failed(Throwable failure) {
        Throwable cause = RootCause.of(failure);
        int connection = session.connectionNumber();
        if (lastEndedConnection != connection) {
            lastEndedConnection = connection;
            endedConnections++;
        }
        isGivenUp |= endedConnections == MOST_ENDED_CONNECTIONS
                || cause instanceof PublishRefusedException
                || cause instanceof IllegalArgumentException;
        if (isGivenUp) {
            tell(String.valueOf(cause.getMessage()));
        }
    }

    private void tell(String reason) {
        if (!isTold) {
            isTold = true;
            LOG.warnf("%s: %s; topic filters of earlier configurations stay subscribed to", topic, reason);
        }
    }

    /** The topic filters of a list, without what is none, such as the rest of a line that was cut. */
    private static List<String> filters(byte[] list) {
        return new String(list, UTF_8)
                .lines()
                .filter(RecordedSubscriptions::isTopicFilter)
                .toList();
    }

    private static boolean isTopicFilter(String text) {
        try {
            return TopicFilter.parse(text).subscription().equals(text);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
