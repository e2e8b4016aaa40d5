package dev.sensorline.ingestor.status;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;

import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

import dev.sensorline.ingestor.eventloop.VertxEventLoop;
import dev.sensorline.ingestor.settings.IngestorConfig;
import dev.sensorline.mqtt.client.QoS;
import dev.sensorline.mqtt.client.Will;
import dev.sensorline.mqtt.connector.LastWills;
import dev.sensorline.mqtt.connector.MqttConnector;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;

/**
 * The status of the ingestor on {@code <prefix>/status/<client id>}, and its last will on the same topic. Both belong to the
 * connection of rejected readings, so that a broker that ends it because of them costs no reading.
 */
@Singleton
public final class IngestorStatus implements LastWills {

    /**
     * How long the broker waits for a new connection before it publishes the last will, with MQTT 5 and as long as it keeps the session.
     * So another connection with the same client id, or one that is lost and at once there again, is no end of the ingestor.
     */
    private static final Duration WILL_DELAY = Duration.ofSeconds(1);

    private static final Logger LOG = Logger.getLogger(IngestorStatus.class);

    private final IngestorConfig config;
    private final MeterRegistry registry;
    private final Vertx vertx;
    private final Instance<StatusChannel> channel;
    private final String connectionsClientId;
    private final StatusJson json;
    private final Optional<String> topic;

    /**
     * Made with the settings of the channel.
     *
     * @param connectionsClientId of the connection that publishes the status
     * @param isPublished         whether the role has the channel
     */
    IngestorStatus(
            IngestorConfig config,
            MeterRegistry registry,
            Vertx vertx,
            Instance<StatusChannel> channel,
            @ConfigProperty(name = "quarkus.application.version") String version,
            @ConfigProperty(name = "mp.messaging.outgoing.status.client-id") Optional<String> connectionsClientId,
            @ConfigProperty(name = "mp.messaging.outgoing.status.enabled") boolean isPublished) {
        this.config = config;
        this.registry = registry;
        this.vertx = vertx;
        this.channel = channel;
        this.connectionsClientId =
                connectionsClientId.orElse(""); // Of a role that does not exist, which is refused elsewhere.
        // A writer has a name of its own, so that its status is not that of the bridge beside it.
        String clientId = config.role() == IngestorConfig.Role.WRITER
                ? this.connectionsClientId
                : config.mqtt().clientId();
        this.json = new StatusJson(
                clientId,
                config.role().name().toLowerCase(Locale.ROOT),
                version,
                Clock.systemUTC().instant());
        boolean isWanted = isPublished && !config.statusPeriod().isZero();
        this.topic = isWanted ? StatusTopic.of(config.sensorline().prefix(), clientId) : Optional.empty();
        if (isWanted && topic.isEmpty()) {
            LOG.warn("MQTT_CLIENT_ID: too long for the topic of the status, which is not published");
        }
    }

    @Override
    public Optional<Will> lastWill(String clientId) {
        return topic.filter(text -> clientId.equals(connectionsClientId))
                .map(text -> new Will(text, json.gone(), QoS.AT_LEAST_ONCE, true, WILL_DELAY));
    }

    /**
     * Publishes it from the first connection on. To be called before the channels connect.
     *
     * @param storeKind where points go, {@code influxdb} or {@code kafka}
     * @param isStoreUp whether the store accepts points
     */
    public void start(MqttConnector connector, String storeKind, BooleanSupplier isStoreUp) {
        topic.ifPresent(text -> {
            StatusPublisher publisher = new StatusPublisher(
                    text,
                    config.statusPeriod(),
                    new Figures(json, storeKind, new StatusCounts(registry)),
                    isStoreUp,
                    // The channel's emitter is there only when the channels are.
                    (to, payload, qos) -> channel.get().publish(to, payload, qos),
                    new VertxEventLoop(vertx),
                    Clock.systemUTC());
            connector.onConnection(StatusChannel.NAME, publisher::connected);
            connector.beforeDisconnect(publisher::end);
            publisher.start();
        });
    }

    private record Figures(StatusJson json, String storeKind, StatusCounts counts) implements StatusPublisher.Source {

        @Override
        public byte[] online(Instant now, Since broker, Since store) {
            return json.online(now, broker, storeKind, store, counts.counts(), counts.latency99());
        }

        @Override
        public byte[] offline(Instant now) {
            return json.offline(now);
        }
    }
}
