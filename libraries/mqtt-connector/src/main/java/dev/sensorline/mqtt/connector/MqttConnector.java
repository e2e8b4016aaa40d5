package dev.sensorline.mqtt.connector;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.interceptor.Interceptor;

import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.spi.Connector;
import org.eclipse.microprofile.reactive.messaging.spi.ConnectorFactory;
import org.jboss.logging.Logger;

import dev.sensorline.application.BadConfiguration;
import dev.sensorline.application.ShutdownLimits;
import dev.sensorline.connections.Drain;
import dev.sensorline.mqtt.client.MqttSession;
import dev.sensorline.mqtt.client.SessionListener;
import dev.sensorline.mqtt.client.SessionOptions;
import dev.sensorline.mqtt.client.vertx.MqttSessions;
import dev.sensorline.points.ArrivalClock;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.reactive.messaging.connector.InboundConnector;
import io.smallrye.reactive.messaging.connector.OutboundConnector;
import io.smallrye.reactive.messaging.health.HealthReport;
import io.smallrye.reactive.messaging.health.HealthReporter;
import io.vertx.core.Vertx;

/**
 * The Reactive Messaging connector {@value #NAME}: receives MQTT messages in batches that are acknowledged as a whole, and
 * publishes messages that are acknowledged by the broker. This module's README has its keys and its behaviour.
 * <p>
 * Channels with the same broker and client id share a session. At shutdown, the incoming channels are drained first, then the
 * outgoing ones, then the sessions are closed.
 */
@ApplicationScoped
@Connector(MqttConnector.NAME)
public class MqttConnector implements InboundConnector, OutboundConnector, HealthReporter {

    /** The value of a channel's {@code connector} key. */
    public static final String NAME = "sensorline-mqtt";

    private static final Logger LOG = Logger.getLogger(MqttConnector.class);
    /** Dev mode reloads when a message arrives, and hands that message on only after the reload. */
    private static final Duration RELOAD_LIMIT = Duration.ofMillis(200);

    private final MqttSessions factory;
    private final Instance<BrokerAccess> access;
    private final Instance<IncomingTopics> topics;
    private final Instance<LastWills> wills;

    private final Map<String, MqttSession> sessions = new ConcurrentHashMap<>();
    private final Map<String, SessionOptions> optionsOfSessions = new ConcurrentHashMap<>();
    private final Map<String, MqttSession> sessionsByChannel = new ConcurrentHashMap<>();
    private final Map<String, BatchSource> sources = new ConcurrentHashMap<>();
    private final Map<String, PublishSink> sinks = new ConcurrentHashMap<>();
    private final Map<String, InboundMeter> meters = new ConcurrentHashMap<>();
    private final Map<String, List<Consumer<Boolean>>> connectionListeners = new ConcurrentHashMap<>();
    private final List<Runnable> lastWords = new CopyOnWriteArrayList<>();

    MqttConnector(
            Vertx vertx, Instance<BrokerAccess> access, Instance<IncomingTopics> topics, Instance<LastWills> wills) {
        this.factory = new MqttSessions(vertx);
        this.access = access;
        this.topics = topics;
        this.wills = wills;
    }

    @Override
    public Flow.Publisher<? extends Message<?>> getPublisher(Config config) {
        String channel = channelOf(config);
        InboundOptions options = BadConfiguration.checked(
                "mp.messaging.incoming." + channel,
                () -> InboundOptions.of(channel, config, topics.stream().findFirst()));
        MqttSession session = sessionOf(channel, config);
        session.listen(new ConnectionWatch(listeners(channel)));
        BatchSource source = new BatchSource(
                session,
                options,
                meter(channel),
                new ArrivalClock(Clock.systemUTC(), MqttConnector::reportStepBack),
                System::nanoTime);
        sources.put(channel, source);
        return source;
    }

    @Override
    public Flow.Subscriber<? extends Message<?>> getSubscriber(Config config) {
        String channel = channelOf(config);
        OutboundOptions options =
                BadConfiguration.checked("mp.messaging.outgoing." + channel, () -> OutboundOptions.of(channel, config));
        MqttSession session = sessionOf(channel, config);
        // Before the sink, whose demand is for those who know of the connection.
        session.listen(new ConnectionWatch(listeners(channel)));
        PublishSink sink = new PublishSink(session, options);
        sinks.put(channel, sink);
        return sink;
    }

    /** The counters of the incoming channel with this name. */
    public InboundMeter meter(String channel) {
        return meters.computeIfAbsent(channel, name -> new InboundMeter());
    }

    /** Whether the channel with this name has a connection. */
    public boolean isConnected(String channel) {
        MqttSession session = sessionsByChannel.get(channel);
        return session != null && session.isConnected();
    }

    /**
     * How many subscriptions of the incoming channel with this name the broker has granted at a lower QoS than the channel's, so
     * that it does not send again what is not acknowledged.
     */
    public int loweredSubscriptions(String channel) {
        BatchSource source = sources.get(channel);
        return source == null ? 0 : source.loweredSubscriptions();
    }

    /**
     * Receives other topics by the incoming channel with this name, on the same connection: subscribes to what is new, and then
     * unsubscribes from what is no longer needed. Until the broker has granted all of them, the channel is not ready. May be called
     * from any thread.
     *
     * @param between called on the session's event loop, where batches are emitted, when what has arrived until now is settled, and
     *                before anything is emitted that arrives later; not if the topics are changed again before
     */
    public void changeTopics(String channel, List<String> changed, Runnable between) {
        sources.get(channel).changeTopics(changed, between);
    }

    /**
     * Tells whether a channel has a connection, at each change, and before an outgoing one has demand. To be called before the
     * channel connects.
     *
     * @param listener called on the session's event loop; it must not block
     */
    public void onConnection(String channel, Consumer<Boolean> listener) {
        listeners(channel).add(listener);
    }

    /**
     * Runs an action at shutdown, when what has been received is worked off, and before the outgoing channels are drained: what it
     * sends on them is published last.
     *
     * @param action called on the thread that shuts down; it must not block
     */
    public void beforeDisconnect(Runnable action) {
        lastWords.add(action);
    }

    private List<Consumer<Boolean>> listeners(String channel) {
        return connectionListeners.computeIfAbsent(channel, name -> new CopyOnWriteArrayList<>());
    }

    private record ConnectionWatch(List<Consumer<Boolean>> listeners) implements SessionListener {

        @Override
        public void connected(boolean sessionPresent) {
            listeners.forEach(listener -> listener.accept(true));
        }

        @Override
        public void disconnected() {
            listeners.forEach(listener -> listener.accept(false));
        }
    }

    @Override
    public HealthReport getReadiness() {
        HealthReport.HealthReportBuilder report = HealthReport.builder();
        sources.forEach((channel, source) -> {
            boolean isReady = source.isReady();
            String state = !isReady && isConnected(channel)
                    ? "the broker has not confirmed the subscription"
                    : connectionState(channel, sessionsByChannel.get(channel));
            report.add(channel, isReady, state);
        });
        sinks.keySet()
                .forEach(channel -> report.add(
                        channel, isConnected(channel), connectionState(channel, sessionsByChannel.get(channel))));
        return report.build();
    }

    /** Names the brokers that are down; null if there is nothing to say. */
    static String connectionState(String channel, MqttSession session) {
        String down = String.join(", ", session.brokersDown());
        if (session.isConnected()) {
            return down.isEmpty() ? null : "connected; down: " + down;
        }
        return "the connection for " + channel + " is down" + (down.isEmpty() ? "" : ": " + down);
    }

    /** Always alive: an outage of the broker is no reason for a restart. */
    @Override
    public HealthReport getLiveness() {
        HealthReport.HealthReportBuilder report = HealthReport.builder();
        sessionsByChannel.keySet().forEach(channel -> report.add(channel, true));
        return report.build();
    }

    private static void reportStepBack(long nanos) {
        LOG.warnf(
                "The system clock was set back by %.1f s, and the times of arrival follow it: readings that carry no time may be"
                        + " stored before earlier ones",
                nanos / 1e9);
    }

    private static String channelOf(Config config) {
        return config.getValue(ConnectorFactory.CHANNEL_NAME_ATTRIBUTE, String.class);
    }

    private MqttSession sessionOf(String channel, Config config) {
        SessionOptions options = ConnectionOptions.of(
                config, access.stream().findFirst(), wills.stream().findFirst());
        String key = options.brokers() + " " + options.clientId();
        SessionOptions first = optionsOfSessions.computeIfAbsent(key, ignored -> options);
        if (!options.keepsSessionLike(first)) {
            throw new BadConfiguration(
                    "%s of channel %s: channels with the client id %s share a connection, and must have the same %s, %s and %s"
                            .formatted(
                                    ChannelKeys.CLIENT_ID.name(),
                                    channel,
                                    options.clientId(),
                                    ChannelKeys.CLEAN_SESSION.name(),
                                    ChannelKeys.SESSION_EXPIRY.name(),
                                    ChannelKeys.NO_LOCAL.name()));
        }
        MqttSession session = sessions.computeIfAbsent(key, ignored -> factory.create(options));
        sessionsByChannel.put(channel, session);
        return session;
    }

    /** Before the channels start. */
    void start(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event) {
        access.stream().forEach(BrokerAccess::password);
    }

    /** Before the beans that the channels lead to are destroyed. */
    void stop(@Observes @Priority(1) ShutdownEvent event) {
        boolean reloads = LaunchMode.current() == LaunchMode.DEVELOPMENT;
        Drain drain = Drain.within(reloads ? RELOAD_LIMIT : ShutdownLimits.DRAIN);
        if (!drain.await(sources.values().stream().map(BatchSource::drain))) {
            LOG.warn("Not all that was received could be worked off: it was not acknowledged, and the broker keeps it");
        }
        lastWords.forEach(Runnable::run);
        drain.await(sinks.values().stream().map(PublishSink::drain));
        Drain.within(ShutdownLimits.DISCONNECT).await(sessions.values().stream().map(MqttSession::stop));
    }
}
