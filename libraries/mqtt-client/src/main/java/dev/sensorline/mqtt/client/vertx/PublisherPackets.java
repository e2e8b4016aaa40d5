package dev.sensorline.mqtt.client.vertx;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Optional;

import dev.sensorline.mqtt.client.PublishProperties;
import dev.sensorline.mqtt.client.SessionOptions;
import dev.sensorline.mqtt.client.Will;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/** Writes the packets of a publisher, without an object for each. Those that all connections send alike are made once. */
final class PublisherPackets {

    private static final int CONNECT = 0x10;
    private static final int PUBLISH = 0x30;
    private static final int PUBREL = 0x62;
    private static final int PUBACK = 0x40;
    private static final int SUBSCRIBE = 0x82;
    private static final byte[] PINGREQ = {(byte) 0xc0, 0};
    private static final byte[] DISCONNECT = {(byte) 0xe0, 0};

    private static final int RECEIVE_MAXIMUM = 0x21;
    private static final int MAXIMUM_PACKET_SIZE = 0x27;
    private static final int WILL_DELAY = 0x18;
    private static final int MESSAGE_EXPIRY = 0x02;
    private static final int USER_PROPERTY = 0x26;

    private static final int MOST_INBOUND = 100;
    /** Of a packet of the broker: nothing that is longer is asked for. */
    static final int MOST_INBOUND_BYTES = 1 << 16;

    private final SessionOptions options;
    private final boolean isVersion5;
    /** Length and properties of each message; empty with MQTT 3.1.1. */
    private final byte[] properties;

    PublisherPackets(SessionOptions options, boolean isVersion5, PublishProperties properties) {
        this.options = options;
        this.isVersion5 = isVersion5;
        this.properties = isVersion5 ? encoded(properties) : new byte[0];
    }

    private static byte[] encoded(PublishProperties properties) {
        ByteBuf content = Unpooled.buffer();
        properties
                .messageExpiry()
                .ifPresent(expiry -> content.writeByte(MESSAGE_EXPIRY)
                        .writeInt((int) Math.min(expiry.plusNanos(999_999_999).toSeconds(), 0xffff_ffffL)));
        properties.userProperties().forEach(property -> {
            content.writeByte(USER_PROPERTY);
            writeText(content, property.getKey());
            writeText(content, property.getValue());
        });
        ByteBuf all = Unpooled.buffer();
        writeLength(all, content.readableBytes());
        return ByteBufUtil.getBytes(all.writeBytes(content));
    }

    /** 3.1. */
    void connect(ByteBuf out, String clientId, Optional<Will> will) {
        ByteBuf body = Unpooled.buffer();
        writeText(body, "MQTT");
        body.writeByte(isVersion5 ? 5 : 4);
        int flags = 2; // A clean session: what is unacknowledged is published again as new.
        if (will.isPresent()) {
            flags |= 4 | will.get().qos().level() << 3 | (will.get().retain() ? 0x20 : 0);
        }
        flags |= options.credentials().username().isPresent() ? 0x80 : 0;
        flags |= options.credentials().password().isPresent() ? 0x40 : 0;
        body.writeByte(flags);
        body.writeShort((int) options.keepAlive().toSeconds());
        if (isVersion5) {
            body.writeByte(3 + 5)
                    .writeByte(RECEIVE_MAXIMUM)
                    .writeShort(MOST_INBOUND)
                    .writeByte(MAXIMUM_PACKET_SIZE)
                    .writeInt(MOST_INBOUND_BYTES);
        }
        writeText(body, clientId);
        will.ifPresent(last -> {
            if (isVersion5) {
                body.writeByte(5).writeByte(WILL_DELAY).writeInt((int)
                        last.delay().toSeconds());
            }
            writeText(body, last.topic());
            body.writeShort(last.payload().length).writeBytes(last.payload());
        });
        options.credentials().username().ifPresent(name -> writeText(body, name));
        options.credentials().password().ifPresent(secret -> writeText(body, secret));
        out.writeByte(CONNECT);
        writeLength(out, body.readableBytes());
        out.writeBytes(body);
    }

    /** 3.3. The packet id is written at QoS 1 and 2 only. */
    void publish(
            ByteBuf out,
            byte[] topic,
            int topicSize,
            byte[] payload,
            int payloadSize,
            int qos,
            boolean retain,
            int packetId) {
        out.writeByte(PUBLISH | qos << 1 | (retain ? 1 : 0));
        writeLength(out, publishLength(topicSize, payloadSize, qos));
        out.writeShort(topicSize).writeBytes(topic, 0, topicSize);
        if (qos > 0) {
            out.writeShort(packetId);
        }
        out.writeBytes(properties).writeBytes(payload, 0, payloadSize);
    }

    private int publishLength(int topicSize, int payloadSize, int qos) {
        return Short.BYTES + topicSize + (qos > 0 ? Short.BYTES : 0) + properties.length + payloadSize;
    }

    /** How many bytes PUBLISH has. */
    int publishSize(int topicSize, int payloadSize, int qos) {
        int length = publishLength(topicSize, payloadSize, qos);
        int size = 2 + length;
        for (int rest = length >>> 7; rest > 0; rest >>>= 7) {
            size++;
        }
        return size;
    }

    /** 3.8, at QoS 1. */
    void subscribe(ByteBuf out, List<String> topicFilters, int packetId) {
        ByteBuf body = Unpooled.buffer();
        body.writeShort(packetId);
        if (isVersion5) {
            body.writeByte(0);
        }
        topicFilters.forEach(filter -> {
            writeText(body, filter);
            body.writeByte(1);
        });
        out.writeByte(SUBSCRIBE);
        writeLength(out, body.readableBytes());
        out.writeBytes(body);
    }

    void release(ByteBuf out, int packetId) {
        out.writeByte(PUBREL).writeByte(Short.BYTES).writeShort(packetId);
    }

    void acknowledge(ByteBuf out, int packetId) {
        out.writeByte(PUBACK).writeByte(Short.BYTES).writeShort(packetId);
    }

    void ping(ByteBuf out) {
        out.writeBytes(PINGREQ);
    }

    void disconnect(ByteBuf out) {
        out.writeBytes(DISCONNECT);
    }

    private static void writeText(ByteBuf out, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        out.writeShort(bytes.length).writeBytes(bytes);
    }

    /** 2.2.3. */
    private static void writeLength(ByteBuf out, int length) {
        int rest = length;
        while (rest > 0x7f) {
            out.writeByte(rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        out.writeByte(rest);
    }
}
