package dev.sensorline.mqtt.client.vertx;

import java.util.List;
import java.util.Map;

import dev.sensorline.mqtt.client.InboundPublish;
import dev.sensorline.mqtt.client.QoS;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttProperties.StringPair;
import io.netty.handler.codec.mqtt.MqttPublishMessage;

/** A view of Netty's message, one object for all messages of a connection. Belongs to the event loop. */
final class ReceivedPublish implements InboundPublish {

    private final InboundPackets packets;
    private MqttPublishMessage message;
    private String topic;

    /** @param packets knows how much of a long message has been read past */
    ReceivedPublish(InboundPackets packets) {
        this.packets = packets;
    }

    /**
     * The view of this message, valid until the next call.
     *
     * @param topic its topic, which an alias may stand for in the message
     */
    ReceivedPublish of(MqttPublishMessage message, String topic) {
        this.message = message;
        this.topic = topic;
        return this;
    }

    @Override
    public String topic() {
        return topic;
    }

    @Override
    public QoS qos() {
        return QoS.of(message.fixedHeader().qosLevel().value());
    }

    @Override
    public boolean isDuplicate() {
        return message.fixedHeader().isDup();
    }

    @Override
    public boolean isRetained() {
        return message.fixedHeader().isRetain();
    }

    @Override
    public int packetId() {
        return message.fixedHeader().qosLevel().value() == 0
                ? 0
                : message.variableHeader().packetId();
    }

    @Override
    public int payloadSize() {
        return message.payload().readableBytes() + packets.skippedBytes();
    }

    @Override
    public byte[] copyPayload(int maxBytes) {
        ByteBuf payload = message.payload();
        return ByteBufUtil.getBytes(payload, payload.readerIndex(), Math.min(maxBytes, payload.readableBytes()));
    }

    @Override
    public List<Map.Entry<String, String>> userProperties() {
        var properties = message.variableHeader().properties().getProperties(MqttPropertyType.USER_PROPERTY.value());
        if (properties.isEmpty()) {
            return List.of(); // As in nearly every message.
        }
        return properties.stream()
                .map(property -> (StringPair) property.value())
                .map(pair -> Map.entry(pair.key, pair.value))
                .toList();
    }
}
