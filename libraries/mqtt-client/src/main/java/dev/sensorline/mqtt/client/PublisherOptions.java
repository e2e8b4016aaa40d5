package dev.sensorline.mqtt.client;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * How publishers connect. What differs between them is computed from their number, so that it takes no memory.
 *
 * @param session    brokers, version (not {@link ProtocolVersion#AUTO}), keep-alive, limits, credentials and TLS; client id and will
 *                   are not used. Publisher n tries broker n modulo their number first, and after a failure the next one
 * @param clientId   of a publisher
 * @param will       of a publisher
 * @param addresses  publisher n connects from address n modulo their number; from any, if there is none
 * @param window     how many messages of QoS 1 and 2 may be unacknowledged, from 1 on; at most 65,534 are
 * @param unsentBytes beyond how many bytes that the broker does not read a publisher has {@linkplain MqttPublisher.Room#SOCKET_FULL no
 *                   room}; as many again may be published and not flushed
 * @param properties what each message says besides topic and payload, with MQTT 5
 */
public record PublisherOptions(
        SessionOptions session,
        IntFunction<String> clientId,
        IntFunction<Optional<Will>> will,
        List<InetAddress> addresses,
        int window,
        int unsentBytes,
        PublishProperties properties) {}
