package dev.sensorline.ingestor.setaside;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;

import jakarta.enterprise.inject.Typed;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

import dev.sensorline.ingestor.pipeline.SetAside;
import dev.sensorline.ingestor.settings.IngestorConfig;
import dev.sensorline.mqtt.connector.OutgoingPublish;
import dev.sensorline.points.Rejection;
import io.micrometer.core.instrument.MeterRegistry;

/** Publishes rejected readings over MQTT, under {@code <prefix>/rejected/} and the topic that they arrived on. */
@Singleton
@Typed(MqttSetAside.class)
public final class MqttSetAside implements SetAside {

    /** The channel by which they leave, as application.properties configures it. */
    public static final String CHANNEL = "rejected";

    /** MQTT 3.1.1, 1.5.3. */
    private static final int LONGEST_TOPIC_BYTES = 65_535;
    /** Mosquitto ends the connection that publishes on a topic of more. */
    private static final int MOST_LEVELS = 200;

    private final String prefix;
    private final RejectedChannel channel;

    @Inject
    MqttSetAside(
            @Channel(CHANNEL) @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER) Emitter<byte[]> rejected,
            IngestorConfig config,
            MeterRegistry registry) {
        this(rejected, config.sensorline().prefix(), new RejectionJson(config.rejectedBytes()), registry);
    }

    MqttSetAside(Emitter<byte[]> rejected, String prefix, RejectionJson json, MeterRegistry registry) {
        this.prefix = prefix + "/rejected";
        channel = new RejectedChannel(
                rejected,
                rejection -> Metadata.of(
                        OutgoingPublish.to(topicFor(rejection.reading().topic()))),
                json,
                registry);
    }

    @Override
    public CompletionStage<Void> setAside(List<Rejection> rejections) {
        return channel.setAside(rejections);
    }

    /** The prefix alone if the whole topic would be longer than MQTT or a broker allows. */
    private String topicFor(String topic) {
        String whole = prefix + "/" + topic;
        boolean isTooLong = whole.getBytes(StandardCharsets.UTF_8).length > LONGEST_TOPIC_BYTES
                || whole.chars().filter(c -> c == '/').count() >= MOST_LEVELS;
        return isTooLong ? prefix : whole;
    }
}
