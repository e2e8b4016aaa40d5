package dev.sensorline.mqtt.connector;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.eclipse.microprofile.config.Config;

import dev.sensorline.application.Settings.LengthOfTime;

/**
 * What an incoming channel of the connector can be told beyond the keys of the stock {@code smallrye-mqtt} connector.
 *
 * @param topics             key {@code topics}, separated by commas, else {@code topic}, else what {@link IncomingTopics}
 *                           says, else the channel's name
 * @param qos                key {@code qos}, 0 or 1. QoS 2 is a second exchange for each message, and what it spares, a
 *                           second delivery after a failure, is recognised where readings carry their time
 * @param batchSize          key {@code batch-size}: the most readings of a batch
 * @param batchAge           key {@code batch-age}: how long a reading waits at most for others to go with
 * @param maxBatchesInFlight key {@code max-batches-in-flight}: batches emitted and not yet acknowledged
 * @param bufferSize         key {@code buffer-size}: readings held, waiting or on their way; then no more are read. Not
 *                           more than there are packet ids, so that no two of them have the same
 * @param bufferBytes        key {@code buffer-bytes}: and so many bytes of their topics and payloads
 * @param maxPayloadSize     key {@code max-payload-size}, bytes: of a longer payload only an excerpt is kept
 */
record InboundOptions(List<String> topics, int qos, int batchSize, Duration batchAge, int maxBatchesInFlight,
        int bufferSize, int bufferBytes, int maxPayloadSize) {

    InboundOptions {
        requireWithin("qos", qos, 0, 1);
        requireWithin("batch-size", batchSize, 1, Integer.MAX_VALUE);
        requireWithin("max-batches-in-flight", maxBatchesInFlight, 1, Integer.MAX_VALUE);
        requireWithin("buffer-size", bufferSize, 1, MqttConnector.MOST_IN_FLIGHT);
        requireWithin("buffer-bytes", bufferBytes, 1, Integer.MAX_VALUE);
        requireWithin("max-payload-size", maxPayloadSize, 1, MqttConnector.LARGEST_PACKET);
    }

    /** @param workedOut the topics where no key says them, if the application does */
    static InboundOptions of(String channel, Config config, Optional<IncomingTopics> workedOut) {
        List<String> topics = config.getOptionalValues("topics", String.class)
                .or(() -> config.getOptionalValue("topic", String.class).map(List::of))
                .or(() -> workedOut.map(application -> application.topics(channel)))
                .orElse(List.of(channel));
        return new InboundOptions(topics.stream().map(String::strip).toList(),
                config.getOptionalValue("qos", Integer.class).orElse(1),
                config.getOptionalValue("batch-size", Integer.class).orElse(5_000),
                config.getOptionalValue("batch-age", String.class).map(new LengthOfTime()::convert).orElse(Duration.ofMillis(90)),
                config.getOptionalValue("max-batches-in-flight", Integer.class).orElse(2),
                config.getOptionalValue("buffer-size", Integer.class).orElse(20_000),
                config.getOptionalValue("buffer-bytes", Integer.class).orElse(16 << 20),
                config.getOptionalValue("max-payload-size", Integer.class).orElse(8_192));
    }

    private static void requireWithin(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException("%s=%d: must be from %d to %d".formatted(key, value, least, most));
        }
    }
}
