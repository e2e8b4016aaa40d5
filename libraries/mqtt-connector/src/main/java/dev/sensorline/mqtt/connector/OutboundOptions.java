package dev.sensorline.mqtt.connector;

import java.time.Duration;
import java.util.Optional;

import org.eclipse.microprofile.config.Config;

import dev.sensorline.mqtt.client.QoS;

/**
 * The options of an outgoing channel. {@link ChannelKeys#OUTGOING} documents them. {@link OutgoingPublish} overrides the first
 * three for a message.
 */
record OutboundOptions(
        String topic,
        QoS qos,
        boolean retain,
        int window,
        Optional<Integer> maxTries,
        Optional<Duration> acknowledgementTimeout) {

    OutboundOptions {
        InboundOptions.requireWithin(ChannelKeys.WINDOW, window, 1, InboundOptions.PACKET_IDS);
    }

    static OutboundOptions of(String channel, Config config) {
        return new OutboundOptions(
                ChannelKeys.TOPIC.find(config).orElse(channel),
                QoS.of(ChannelKeys.QOS.in(config)),
                ChannelKeys.RETAIN.in(config),
                ChannelKeys.WINDOW.in(config),
                ChannelKeys.MAX_TRIES.find(config),
                ChannelKeys.ACKNOWLEDGEMENT_TIMEOUT.find(config));
    }
}
