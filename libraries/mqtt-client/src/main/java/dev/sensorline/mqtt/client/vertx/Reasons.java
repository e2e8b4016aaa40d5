package dev.sensorline.mqtt.client.vertx;

import java.util.Map;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;

/** Reason codes in words (MQTT 5, 2.4), and the return codes of CONNACK in MQTT 3.1.1 (3.2.2.3). */
final class Reasons {

    /** From here on, a reason code is a failure. */
    static final int FIRST_FAILURE = 0x80;

    static final int UNACCEPTABLE_VERSION = 0x01;
    /** The return code of MQTT 3.1.1. */
    static final int REFUSED_NOT_AUTHORIZED = 0x05;

    static final int UNSPECIFIED_ERROR = 0x80;
    static final int MALFORMED_PACKET = 0x81;
    static final int PROTOCOL_ERROR = 0x82;
    static final int IMPLEMENTATION_ERROR = 0x83;
    static final int UNSUPPORTED_VERSION = 0x84;
    static final int NOT_AUTHORIZED = 0x87;
    static final int TOPIC_NAME_INVALID = 0x90;
    static final int TOPIC_ALIAS_INVALID = 0x94;
    static final int PACKET_TOO_LARGE = 0x95;
    static final int PAYLOAD_FORMAT_INVALID = 0x99;
    static final int RETAIN_UNSUPPORTED = 0x9a;
    static final int QOS_UNSUPPORTED = 0x9b;

    private static final Map<Integer, String> WORDS = Map.ofEntries(
            Map.entry(0x00, "disconnected"),
            Map.entry(UNACCEPTABLE_VERSION, "unacceptable protocol version"),
            Map.entry(0x02, "identifier rejected"),
            Map.entry(0x03, "server unavailable"),
            Map.entry(0x04, "bad user name or password"),
            Map.entry(REFUSED_NOT_AUTHORIZED, "not authorized"),
            Map.entry(UNSPECIFIED_ERROR, "unspecified error"),
            Map.entry(MALFORMED_PACKET, "malformed packet"),
            Map.entry(PROTOCOL_ERROR, "protocol error"),
            Map.entry(IMPLEMENTATION_ERROR, "implementation specific error"),
            Map.entry(UNSUPPORTED_VERSION, "unsupported protocol version"),
            Map.entry(0x85, "client identifier not valid"),
            Map.entry(0x86, "bad user name or password"),
            Map.entry(NOT_AUTHORIZED, "not authorized"),
            Map.entry(0x88, "server unavailable"),
            Map.entry(0x89, "server busy"),
            Map.entry(0x8a, "banned"),
            Map.entry(0x8b, "server shutting down"),
            Map.entry(0x8c, "bad authentication method"),
            Map.entry(0x8d, "keep alive timeout"),
            Map.entry(0x8e, "session taken over by another client with the same id"),
            Map.entry(0x8f, "topic filter invalid"),
            Map.entry(TOPIC_NAME_INVALID, "topic name invalid"),
            Map.entry(0x93, "receive maximum exceeded"),
            Map.entry(TOPIC_ALIAS_INVALID, "topic alias invalid"),
            Map.entry(PACKET_TOO_LARGE, "packet too large"),
            Map.entry(0x96, "message rate too high"),
            Map.entry(0x97, "quota exceeded"),
            Map.entry(0x98, "administrative action"),
            Map.entry(PAYLOAD_FORMAT_INVALID, "payload format invalid"),
            Map.entry(RETAIN_UNSUPPORTED, "retain not supported"),
            Map.entry(QOS_UNSUPPORTED, "QoS not supported"),
            Map.entry(0x9c, "use another server"),
            Map.entry(0x9d, "server moved"),
            Map.entry(0x9e, "shared subscriptions not supported"),
            Map.entry(0x9f, "connection rate exceeded"),
            Map.entry(0xa0, "maximum connect time"),
            Map.entry(0xa1, "subscription identifiers not supported"),
            Map.entry(0xa2, "wildcard subscriptions not supported"));

    private Reasons() {}

    static String of(int code) {
        return WORDS.getOrDefault(code, "reason code 0x%02x".formatted(code));
    }

    /** With the reason string that the broker may have added. */
    static String of(int code, MqttProperties properties) {
        var text = properties.getProperty(MqttPropertyType.REASON_STRING.value());
        return text == null ? of(code) : of(code) + " (" + text.value() + ")";
    }
}
