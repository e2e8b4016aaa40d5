package dev.sensorline.mqtt.connector;

import java.util.Optional;

import dev.sensorline.mqtt.client.PublishProperties;
import dev.sensorline.mqtt.client.QoS;

/**
 * Metadata of an outgoing message: where and how to publish it. What is empty, the channel's options say.
 *
 * @param properties sent with MQTT 5 only
 */
public record OutgoingPublish(String topic, Optional<QoS> qos, Optional<Boolean> retain, PublishProperties properties) {

    /** Publishes to a topic, with the channel's QoS and retain flag. */
    public static OutgoingPublish to(String topic) {
        return new OutgoingPublish(topic, Optional.empty(), Optional.empty(), PublishProperties.NONE);
    }

    /** Publishes to a topic with this QoS and retain flag, whatever the channel's are. */
    public static OutgoingPublish to(String topic, QoS qos, boolean retain) {
        return new OutgoingPublish(topic, Optional.of(qos), Optional.of(retain), PublishProperties.NONE);
    }

    /** With these properties instead of its own. */
    public OutgoingPublish with(PublishProperties properties) {
        return new OutgoingPublish(topic, qos, retain, properties);
    }
}
