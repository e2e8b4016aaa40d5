package dev.sensorline.mqtt.connector;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.interceptor.Interceptor;

import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.spi.Connector;
import org.eclipse.microprofile.reactive.messaging.spi.ConnectorFactory;
import org.jboss.logging.Logger;

import dev.sensorline.connections.PemFiles;
import dev.sensorline.mqtt.client.MqttLink;
import dev.sensorline.mqtt.client.MqttLink.Address;
import dev.sensorline.points.ArrivalClock;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.reactive.messaging.ClientCustomizer;
import io.smallrye.reactive.messaging.connector.InboundConnector;
import io.smallrye.reactive.messaging.connector.OutboundConnector;
import io.smallrye.reactive.messaging.health.HealthReport;
import io.smallrye.reactive.messaging.health.HealthReporter;
import io.smallrye.reactive.messaging.mqtt.MqttConnectorCommonConfiguration;
import io.smallrye.reactive.messaging.mqtt.internal.MqttHelpers;
import io.smallrye.reactive.messaging.mqtt.session.MqttClientSessionOptions;
import io.smallrye.reactive.messaging.providers.helpers.ConfigUtils;
import io.vertx.core.Vertx;

/**
 * The Reactive Messaging connector {@value #NAME}: receives MQTT messages in batches that are acknowledged as a whole,
 * and publishes with the broker's acknowledgement. Keys, behaviour and bounds: this module's README.
 * <p>
 * Channels with the same broker and client id share a connection. At shutdown the incoming channels take nothing more,
 * what they hold is worked off, then the outgoing ones are, and at last the connections are closed.
 */
@ApplicationScoped
@Connector(MqttConnector.NAME)
public class MqttConnector implements InboundConnector, OutboundConnector, HealthReporter {

    /** The value of a channel's {@code connector} key. */
    public static final String NAME = "sensorline-mqtt";

    /** The largest packet of MQTT 3.1.1 (2.2.3), in bytes. */
    static final int LARGEST_PACKET = 268_435_455;

    /** As many as there are packet ids (2.3.1). */
    static final int MOST_IN_FLIGHT = 65_535;

    private static final Logger LOG = Logger.getLogger(MqttConnector.class);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final Duration SHUTDOWN_LIMIT = Duration.ofSeconds(8);
    /** In dev mode the message whose arrival made it reload comes only after that. */
    private static final Duration RELOAD_LIMIT = Duration.ofMillis(200);
    private static final Duration DISCONNECT_LIMIT = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final Instance<MqttClientSessionOptions> namedOptions;
    private final Instance<ClientCustomizer<MqttClientSessionOptions>> customizers;

    private final Instance<BrokerAccess> access;
    private final Instance<IncomingTopics> topics;

    private final Map<String, MqttLink> links = new ConcurrentHashMap<>();
    private final Map<String, MqttLink> linksByChannel = new ConcurrentHashMap<>();
    private final Map<String, BatchSource> sources = new ConcurrentHashMap<>();
    private final Map<String, PublishSink> sinks = new ConcurrentHashMap<>();
    private final Map<String, InboundMeter> meters = new ConcurrentHashMap<>();

    MqttConnector(Vertx vertx, @Any Instance<MqttClientSessionOptions> namedOptions,
            @Any Instance<ClientCustomizer<MqttClientSessionOptions>> customizers,
            Instance<BrokerAccess> access, Instance<IncomingTopics> topics) {
        this.vertx = vertx;
        this.access = access;
        this.topics = topics;
        this.namedOptions = namedOptions;
        this.customizers = customizers;
    }

    @Override
    public Flow.Publisher<? extends Message<?>> getPublisher(Config config) {
        String channel = channelOf(config);
        InboundOptions options = InboundOptions.of(channel, config, topics.stream().findFirst());
        BatchSource source = new BatchSource(linkOf(channel, config), options, meter(channel),
                new ArrivalClock(Clock.systemUTC()));
        sources.put(channel, source);
        return source;
    }

    @Override
    public Flow.Subscriber<? extends Message<?>> getSubscriber(Config config) {
        String channel = channelOf(config);
        PublishSink sink = new PublishSink(linkOf(channel, config), OutboundOptions.of(channel, config));
        sinks.put(channel, sink);
        return sink;
    }

    /** What the incoming channel of that name counts. */
    public InboundMeter meter(String channel) {
        return meters.computeIfAbsent(channel, name -> new InboundMeter());
    }

    /** Whether there is a connection for the channel of that name. */
    public boolean isConnected(String channel) {
        MqttLink link = linksByChannel.get(channel);
        return link != null && link.isConnected();
    }

    @Override
    public HealthReport getReadiness() {
        HealthReport.HealthReportBuilder report = HealthReport.builder();
        sources.forEach((channel, source) -> report.add(channel, source.isReady()));
        sinks.keySet().forEach(channel -> report.add(channel, isConnected(channel)));
        return report.build();
    }

    /** An outage of the broker is no reason to be restarted: alive as long as it runs. */
    @Override
    public HealthReport getLiveness() {
        HealthReport.HealthReportBuilder report = HealthReport.builder();
        linksByChannel.keySet().forEach(channel -> report.add(channel, true));
        return report.build();
    }

    private static String channelOf(Config config) {
        return config.getValue(ConnectorFactory.CHANNEL_NAME_ATTRIBUTE, String.class);
    }

    private MqttLink linkOf(String channel, Config config) {
        MqttClientSessionOptions options = ConfigUtils.customize(config, customizers,
                MqttHelpers.createClientOptions(new MqttConnectorCommonConfiguration(config), namedOptions));
        access.stream().forEach(as -> {
            options.setUsername(as.username().orElse(null));
            options.setPassword(as.password().orElse(null));
            as.tls().ifPresent(tls -> {
                options.setSsl(true).setHostnameVerificationAlgorithm("HTTPS");
                tls.authority().ifPresent(file -> options.setTrustOptions(PemFiles.trust(file, vertx)));
                tls.certificate().ifPresent(file -> options.setKeyCertOptions(PemFiles.key(file, tls.key().orElseThrow(), vertx)));
            });
        });
        if (config.getOptionalValue("max-message-size", Integer.class).isEmpty()) {
            // A packet that is larger than the limit ends the connection and, at QoS 1, comes again for ever.
            options.setMaxMessageSize(LARGEST_PACKET);
        }
        Duration longestPause = config.getOptionalValue("reconnect-interval-seconds", Integer.class)
                .map(Duration::ofSeconds).orElse(LONGEST_PAUSE);
        Address broker = new Address(options.getHostname(), options.getPort(),
                options.getServerName().orElse(options.getHostname()));
        MqttLink link = links.computeIfAbsent(broker + " " + options.getClientId(),
                ignored -> new MqttLink(vertx, broker, options, longestPause));
        linksByChannel.put(channel, link);
        return link;
    }

    /** Before the channels start. */
    void start(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event) {
        access.stream().forEach(BrokerAccess::password);
    }

    /** Before anything that the channels lead to is taken down. */
    void stop(@Observes @Priority(1) ShutdownEvent event) {
        boolean reloads = LaunchMode.current() == LaunchMode.DEVELOPMENT;
        long deadline = System.nanoTime() + (reloads ? RELOAD_LIMIT : SHUTDOWN_LIMIT).toNanos();
        if (!await(sources.values().stream().map(BatchSource::drain), deadline)) {
            LOG.warn("Not all that was received could be worked off: it was not acknowledged, and the broker keeps it");
        }
        await(sinks.values().stream().map(PublishSink::drain), deadline);
        await(links.values().stream().map(link -> link.stop().toCompletionStage()),
                System.nanoTime() + DISCONNECT_LIMIT.toNanos());
    }

    private static boolean await(Stream<CompletionStage<Void>> stages, long deadlineNanos) {
        CompletableFuture<?>[] futures = stages.map(CompletionStage::toCompletableFuture)
                .toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(futures)
                    .get(Math.max(0, deadlineNanos - System.nanoTime()) / 1_000_000, MILLISECONDS);
            return true;
        } catch (TimeoutException | ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
