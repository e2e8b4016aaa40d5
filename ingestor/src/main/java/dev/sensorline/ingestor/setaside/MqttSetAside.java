package dev.sensorline.ingestor.setaside;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

import jakarta.enterprise.inject.Typed;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.eclipse.microprofile.reactive.messaging.spi.Connector;

import dev.sensorline.ingestor.eventloop.EventLoop;
import dev.sensorline.ingestor.eventloop.VertxEventLoop;
import dev.sensorline.ingestor.mqtt.MqttSource;
import dev.sensorline.ingestor.pipeline.SetAside;
import dev.sensorline.ingestor.settings.IngestorConfig;
import dev.sensorline.mqtt.client.PublishProperties;
import dev.sensorline.mqtt.connector.MqttConnector;
import dev.sensorline.mqtt.connector.OutgoingPublish;
import dev.sensorline.points.Rejection;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;

/**
 * Publishes rejected readings over MQTT, under {@code <prefix>/rejected/} and the topic that they arrived on. With MQTT 5 a copy has
 * the user properties of its reading, and after them the reason as {@value #REASON}.
 */
@Singleton
@Typed(MqttSetAside.class)
public final class MqttSetAside implements SetAside {

    /** The channel by which they leave, as application.properties configures it. */
    public static final String CHANNEL = "rejected";

    /** MQTT 3.1.1, 1.5.3. */
    private static final int LONGEST_TOPIC_BYTES = 65_535;
    /** Mosquitto ends the connection that publishes on a topic of more. */
    private static final int MOST_LEVELS = 200;

    /** The user property with the reason of a rejection. */
    private static final String REASON = "sensorline-reason";

    private static final Duration CHECK_INTERVAL = Duration.ofSeconds(1);
    /** Longer than both connections take one after the other when the broker is back. */
    private static final int CHECKS_UNTIL_UNREACHABLE = 30;

    private final String prefix;
    private final RejectedChannel channel;
    /** Belongs to the loop of {@link #watch}. */
    private int checksUnreachable;

    @Inject
    MqttSetAside(
            @Channel(CHANNEL) @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER) Emitter<byte[]> rejected,
            IngestorConfig config,
            MeterRegistry registry,
            @Connector(MqttConnector.NAME) MqttConnector connector,
            Vertx vertx) {
        this(rejected, config.sensorline().prefix(), new RejectionJson(config.rejectedBytes()), registry);
        watch(
                new VertxEventLoop(vertx),
                () -> connector.isConnected(MqttSource.CHANNEL) && !connector.isConnected(CHANNEL));
    }

    MqttSetAside(Emitter<byte[]> rejected, String prefix, RejectionJson json, MeterRegistry registry) {
        this.prefix = prefix + "/rejected";
        channel = new RejectedChannel(
                rejected,
                rejection -> Metadata.of(
                        OutgoingPublish.to(topicFor(rejection.reading().topic()))
                                .with(propertiesOf(rejection))),
                json,
                registry);
    }

    /**
     * Readings wait for copies no longer where the broker does not accept the connection for them.
     *
     * @param isUnreachable whether there is a connection for readings, and none for copies
     */
    void watch(EventLoop loop, BooleanSupplier isUnreachable) {
        loop.repeat(CHECK_INTERVAL, () -> {
            checksUnreachable = isUnreachable.getAsBoolean() ? checksUnreachable + 1 : 0;
            if (checksUnreachable >= CHECKS_UNTIL_UNREACHABLE) {
                channel.unreachable();
            }
        });
    }

    @Override
    public CompletionStage<Void> setAside(List<Rejection> rejections) {
        return channel.setAside(rejections);
    }

    /** Those of the reading, and the reason: a subscriber can sort copies without reading the JSON. */
    private static PublishProperties propertiesOf(Rejection rejection) {
        return new PublishProperties(rejection.reading().properties(), Optional.empty())
                .withUserProperty(REASON, rejection.reason().key());
    }

    /** The prefix alone if the whole topic would be longer than MQTT or a broker allows. */
    private String topicFor(String topic) {
        String whole = prefix + "/" + topic;
        boolean isTooLong = whole.getBytes(StandardCharsets.UTF_8).length > LONGEST_TOPIC_BYTES
                || whole.chars().filter(c -> c == '/').count() >= MOST_LEVELS;
        return isTooLong ? prefix : whole;
    }
}
