package dev.sensorline.mqtt.client.vertx;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.BinaryProperty;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.StringProperty;
import io.netty.handler.codec.mqtt.MqttProperties.UserProperty;

/** Reads the properties of a packet that no decoder of Netty has read (MQTT 5, 2.2.2). */
final class PacketProperties {

    private PacketProperties() {}

    /**
     * Reads the length of the properties and the properties themselves. Of a packet that ends before them, there are none.
     *
     * @throws IndexOutOfBoundsException if they are longer than the packet
     * @throws DecoderException          if there is one that MQTT 5 does not know
     */
    static MqttProperties read(ByteBuf packet) {
        if (!packet.isReadable()) {
            return MqttProperties.NO_PROPERTIES;
        }
        MqttProperties properties = new MqttProperties();
        ByteBuf in = packet.readSlice(readLength(packet));
        while (in.isReadable()) {
            read(in, in.readUnsignedByte(), properties);
        }
        return properties;
    }

    private static void read(ByteBuf in, int id, MqttProperties properties) {
        switch (id) {
            case 0x01, 0x17, 0x19, 0x24, 0x25, 0x28, 0x29, 0x2a ->
                properties.add(new IntegerProperty(id, (int) in.readUnsignedByte()));
            case 0x13, 0x21, 0x22, 0x23 -> properties.add(new IntegerProperty(id, in.readUnsignedShort()));
            case 0x02, 0x11, 0x18, 0x27 -> properties.add(new IntegerProperty(id, in.readInt()));
            case 0x0b -> properties.add(new IntegerProperty(id, readLength(in)));
            case 0x09, 0x16 ->
                properties.add(new BinaryProperty(id, ByteBufUtil.getBytes(in.readSlice(in.readUnsignedShort()))));
            case 0x26 -> properties.add(new UserProperty(readText(in), readText(in)));
            case 0x03, 0x08, 0x12, 0x15, 0x1a, 0x1c, 0x1f -> properties.add(new StringProperty(id, readText(in)));
            default -> throw new DecoderException("property 0x%02x".formatted(id));
        }
    }

    private static String readText(ByteBuf in) {
        return in.readCharSequence(in.readUnsignedShort(), UTF_8).toString();
    }

    /** A variable byte integer (1.5.5). */
    static int readLength(ByteBuf in) {
        int length = 0;
        for (int shift = 0; shift <= 21; shift += 7) {
            int octet = in.readByte();
            length |= (octet & 0x7f) << shift;
            if (octet >= 0) {
                return length;
            }
        }
        throw new DecoderException("a length of more than four bytes");
    }
}
