package dev.sensorline.mqtt.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a message says besides topic and payload (MQTT 5, 3.3.2.3). With MQTT 3.1.1 it is not sent. Immutable.
 *
 * @param userProperties names and values, in the order in which they are sent; a name may be there more than once (3.3.2.3.7)
 * @param messageExpiry  how long the broker keeps the message for subscribers that are away, from when it has received it
 *                       (3.3.2.3.3); if it is empty, for ever. Rounded up to whole seconds, at most 136 years
 */
public record PublishProperties(List<Map.Entry<String, String>> userProperties, Optional<Duration> messageExpiry) {

    /** None at all. */
    public static final PublishProperties NONE = new PublishProperties(List.of(), Optional.empty());

    /** @throws IllegalArgumentException if the message expiry is negative */
    public PublishProperties {
        if (messageExpiry.filter(Duration::isNegative).isPresent()) {
            throw new IllegalArgumentException("The message expiry must not be negative");
        }
        userProperties = List.copyOf(userProperties);
    }

    /** With one more user property, after the others. */
    public PublishProperties withUserProperty(String name, String value) {
        List<Map.Entry<String, String>> all = new ArrayList<>(userProperties);
        all.add(Map.entry(name, value));
        return new PublishProperties(all, messageExpiry);
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return userProperties.isEmpty() && messageExpiry.isEmpty();
    }
}
