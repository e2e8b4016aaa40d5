package dev.sensorline.ingestor.setaside;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;

import jakarta.enterprise.inject.Typed;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

import dev.sensorline.ingestor.pipeline.SetAside;
import dev.sensorline.mqtt.connector.OutgoingPublish;
import dev.sensorline.points.Rejection;

/** Publishes rejected readings over MQTT, under {@code sensorline/rejected/} and the topic that they arrived on. */
@Singleton
@Typed(MqttSetAside.class)
public final class MqttSetAside implements SetAside {

    /** The channel by which they leave, as application.properties configures it. */
    public static final String CHANNEL = "rejected";

    private static final String PREFIX = "sensorline/rejected";
    /** MQTT 3.1.1, 1.5.3. */
    private static final int LONGEST_TOPIC_BYTES = 65_535;

    private final RejectedChannel channel;

    MqttSetAside(@Channel(CHANNEL) @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER) Emitter<byte[]> rejected) {
        channel = new RejectedChannel(
                rejected,
                rejection -> Metadata.of(
                        OutgoingPublish.to(topicFor(rejection.reading().topic()))));
    }

    @Override
    public CompletionStage<Void> setAside(List<Rejection> rejections) {
        return channel.setAside(rejections);
    }

    /** The prefix alone if the whole topic would be longer than MQTT allows. */
    private static String topicFor(String topic) {
        String rejectedTopic = PREFIX + "/" + topic;
        return rejectedTopic.getBytes(StandardCharsets.UTF_8).length > LONGEST_TOPIC_BYTES ? PREFIX : rejectedTopic;
    }
}
