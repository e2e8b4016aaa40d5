package dev.sensorline.mqtt.connector;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.eclipse.microprofile.config.Config;

import dev.sensorline.mqtt.client.SessionOptions;

/**
 * The options of an incoming channel. {@link ChannelKeys#INCOMING} documents them.
 *
 * @param bufferSize no more than there are packet ids, so that no two readings held have the same one
 */
record InboundOptions(
        List<String> topics,
        List<String> replacedTopics,
        int qos,
        int batchSize,
        Duration batchAge,
        int maxBatchesInFlight,
        int bufferSize,
        int bufferBytes,
        int maxPayloadSize,
        int excerptBytes,
        AcknowledgementOrder acknowledgementOrder,
        Optional<String> ignoredPrefix,
        Optional<String> subscriptionsTopic) {

    /** The number of packet ids (2.3.1). */
    static final int PACKET_IDS = 65_535;

    InboundOptions {
        requireWithin(ChannelKeys.SUBSCRIPTION_QOS, qos, 0, 1);
        requireWithin(ChannelKeys.BATCH_SIZE, batchSize, 1, Integer.MAX_VALUE);
        requireWithin(ChannelKeys.MAX_BATCHES_IN_FLIGHT, maxBatchesInFlight, 1, Integer.MAX_VALUE);
        requireWithin(ChannelKeys.BUFFER_SIZE, bufferSize, 1, PACKET_IDS);
        requireWithin(ChannelKeys.BUFFER_BYTES, bufferBytes, 1, Integer.MAX_VALUE);
        requireWithin(ChannelKeys.MAX_PAYLOAD_SIZE, maxPayloadSize, 1, SessionOptions.LARGEST_PACKET);
        requireWithin(ChannelKeys.EXCERPT_BYTES, excerptBytes, 0, SessionOptions.LARGEST_PACKET);
    }

    /** @param incomingTopics gives the topic filters of a channel if no key does */
    static InboundOptions of(String channel, Config config, Optional<IncomingTopics> incomingTopics) {
        List<String> topics = config.getOptionalValues(ChannelKeys.TOPICS.name(), String.class)
                .or(() -> ChannelKeys.TOPIC_FILTER.find(config).map(List::of))
                .or(() -> incomingTopics.map(application -> application.topics(channel)))
                .orElse(List.of(channel));
        return new InboundOptions(
                topics.stream().map(String::strip).toList(),
                incomingTopics
                        .map(application -> application.replacedTopics(channel))
                        .orElse(List.of()),
                ChannelKeys.SUBSCRIPTION_QOS.in(config),
                ChannelKeys.BATCH_SIZE.in(config),
                ChannelKeys.BATCH_AGE.in(config),
                ChannelKeys.MAX_BATCHES_IN_FLIGHT.in(config),
                ChannelKeys.BUFFER_SIZE.in(config),
                ChannelKeys.BUFFER_BYTES.in(config),
                ChannelKeys.MAX_PAYLOAD_SIZE.in(config),
                ChannelKeys.EXCERPT_BYTES.in(config),
                ChannelKeys.ACKNOWLEDGEMENT_ORDER.in(config),
                ChannelKeys.IGNORED_PREFIX.find(config),
                // A client id may have wildcards, a topic may not (4.7.1).
                ChannelKeys.SUBSCRIPTIONS_TOPIC.find(config).map(topic -> topic.replaceAll("[+#]", "_")));
    }

    /** How much of a payload of this size is kept, in bytes; all of it unless it is oversized. */
    int keptBytes(int payloadSize) {
        return payloadSize <= maxPayloadSize ? payloadSize : Math.min(excerptBytes, maxPayloadSize);
    }

    /** Whether messages on this topic are no readings, whatever filter they match. */
    boolean isIgnored(String topic) {
        if (ignoredPrefix.isEmpty()) {
            return false;
        }
        String prefix = ignoredPrefix.get();
        return topic.startsWith(prefix) && (topic.length() == prefix.length() || topic.charAt(prefix.length()) == '/');
    }

    /** @throws IllegalArgumentException saying what is allowed */
    static void requireWithin(Key<Integer> key, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "%s=%d: must be from %d to %d".formatted(key.name(), value, least, most));
        }
    }
}
