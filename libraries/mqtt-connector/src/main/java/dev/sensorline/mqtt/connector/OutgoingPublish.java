package dev.sensorline.mqtt.connector;

import java.util.Optional;

import dev.sensorline.mqtt.client.QoS;

/**
 * Metadata of an outgoing message: where and how to publish it. What is empty, the channel's options say.
 */
public record OutgoingPublish(String topic, Optional<QoS> qos, Optional<Boolean> retain) {

    /** Publishes to a topic, with the channel's QoS and retain flag. */
    public static OutgoingPublish to(String topic) {
        return new OutgoingPublish(topic, Optional.empty(), Optional.empty());
    }

    public static OutgoingPublish to(String topic, QoS qos, boolean retain) {
        return new OutgoingPublish(topic, Optional.of(qos), Optional.of(retain));
    }
}
