package dev.sensorline.mqtt.connector;

import java.util.List;

/** The topic filters of incoming channels, as a bean, for applications that do not set them by a key of the channel. */
public interface IncomingTopics {

    /** The topic filters of a channel. If there are none, it receives only what the broker has kept for its session. */
    List<String> topics(String channel);

    /** Topic filters that other ones include, so that they are unsubscribed from where the session may have them. */
    default List<String> replacedTopics(String channel) {
        return List.of();
    }
}
