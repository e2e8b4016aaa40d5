package dev.sensorline.mqtt.connector;

import org.eclipse.microprofile.config.Config;

import io.netty.handler.codec.mqtt.MqttQoS;

/**
 * What an outgoing channel publishes with when a message does not say otherwise, from the stock connector's keys.
 *
 * @param topic  key {@code topic}, else the channel's name
 * @param qos    key {@code qos}, 0, 1 or 2
 * @param retain key {@code retain}
 * @param window key {@code max-inflight-queue}: messages published at once and not yet taken over
 */
record OutboundOptions(String topic, MqttQoS qos, boolean retain, int window) {

    static OutboundOptions of(String channel, Config config) {
        return new OutboundOptions(
                config.getOptionalValue("topic", String.class).orElse(channel),
                MqttQoS.valueOf(config.getOptionalValue("qos", Integer.class).orElse(0)),
                config.getOptionalValue("retain", Boolean.class).orElse(false),
                config.getOptionalValue("max-inflight-queue", Integer.class).orElse(10));
    }
}
