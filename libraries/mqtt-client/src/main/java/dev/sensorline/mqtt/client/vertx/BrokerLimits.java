package dev.sensorline.mqtt.client.vertx;

import java.util.Optional;
import java.util.OptionalLong;

import dev.sensorline.mqtt.client.QoS;
import dev.sensorline.mqtt.client.SessionOptions;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;

/**
 * What a broker allows on a connection, as its CONNACK says (MQTT 5, 3.2.2.3). MQTT 3.1.1 knows no limits.
 *
 * @param receiveMaximum       how many messages of QoS 1 and 2 may be unanswered
 * @param maximumQoS           the highest QoS of a message
 * @param isRetainAvailable    whether it retains messages
 * @param maximumPacketSize    the most bytes of a packet
 * @param sessionExpirySeconds how long it keeps the session after a connection, if that is not what was asked for
 * @param clientId             the client id that it has assigned
 * @param keepAliveSeconds     the keep-alive that counts instead of the client's
 */
record BrokerLimits(
        int receiveMaximum,
        QoS maximumQoS,
        boolean isRetainAvailable,
        long maximumPacketSize,
        OptionalLong sessionExpirySeconds,
        Optional<String> clientId,
        OptionalLong keepAliveSeconds) {

    private static final int PACKET_IDS = 65_535;
    private static final long UNSIGNED_INT = 0xffff_ffffL;

    /** None. */
    static final BrokerLimits NONE = of(MqttProperties.NO_PROPERTIES);

    /**
     * @param properties those of CONNACK
     * @throws IllegalArgumentException if the broker says what it must not (MQTT 5, 3.2.2.3.3, 3.2.2.3.4 and 3.2.2.3.6)
     */
    static BrokerLimits of(MqttProperties properties) {
        requireAtLeastOne("receive maximum", number(properties, MqttPropertyType.RECEIVE_MAXIMUM));
        requireAtLeastOne("maximum packet size", number(properties, MqttPropertyType.MAXIMUM_PACKET_SIZE));
        OptionalLong maximumQoS = number(properties, MqttPropertyType.MAXIMUM_QOS);
        if (maximumQoS.orElse(0) > QoS.AT_LEAST_ONCE.level()) {
            throw new IllegalArgumentException("the broker has a maximum QoS of " + maximumQoS.getAsLong());
        }
        var clientId = properties.getProperty(MqttPropertyType.ASSIGNED_CLIENT_IDENTIFIER.value());
        return new BrokerLimits(
                (int) number(properties, MqttPropertyType.RECEIVE_MAXIMUM).orElse(PACKET_IDS),
                QoS.of((int) maximumQoS.orElse(QoS.EXACTLY_ONCE.level())),
                number(properties, MqttPropertyType.RETAIN_AVAILABLE).orElse(1) != 0,
                number(properties, MqttPropertyType.MAXIMUM_PACKET_SIZE).orElse(SessionOptions.LARGEST_PACKET),
                number(properties, MqttPropertyType.SESSION_EXPIRY_INTERVAL),
                clientId == null ? Optional.empty() : Optional.of((String) clientId.value()),
                number(properties, MqttPropertyType.SERVER_KEEP_ALIVE));
    }

    private static void requireAtLeastOne(String what, OptionalLong number) {
        if (number.isPresent() && number.getAsLong() == 0) {
            throw new IllegalArgumentException("the broker has a %s of 0".formatted(what));
        }
    }

    private static OptionalLong number(MqttProperties properties, MqttPropertyType type) {
        var property = properties.getProperty(type.value());
        return property == null ? OptionalLong.empty() : OptionalLong.of((int) property.value() & UNSIGNED_INT);
    }

    QoS atMost(QoS qos) {
        return qos.level() <= maximumQoS.level() ? qos : maximumQoS;
    }
}
