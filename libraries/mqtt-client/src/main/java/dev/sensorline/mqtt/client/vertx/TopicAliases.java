package dev.sensorline.mqtt.client.vertx;

import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;

/**
 * Topics to which the broker has given a number, so that it need not send them again (MQTT 5, 3.3.2.3.4). Valid for a connection;
 * belongs to the event loop.
 */
final class TopicAliases {

    private static final int NONE = -1;

    private final String[] topics;

    /** @param maximum the highest alias that the broker may use */
    TopicAliases(int maximum) {
        this.topics = new String[maximum + 1];
    }

    /** The topic of a message whose alias is allowed; empty if it has neither a topic nor an alias that has been given. */
    String topicOf(MqttPublishVariableHeader message) {
        String topic = message.topicName();
        int alias = alias(message);
        if (alias == NONE) {
            return topic;
        }
        if (!topic.isEmpty()) {
            topics[alias] = topic;
        }
        return topics[alias] == null ? "" : topics[alias];
    }

    /** Whether a message has no alias, or one that the broker may use. */
    boolean isAllowed(MqttPublishVariableHeader message) {
        int alias = alias(message);
        return alias == NONE || alias > 0 && alias < topics.length;
    }

    private static int alias(MqttPublishVariableHeader message) {
        var property = message.properties().getProperty(MqttPropertyType.TOPIC_ALIAS.value());
        return property == null ? NONE : (int) property.value();
    }
}
