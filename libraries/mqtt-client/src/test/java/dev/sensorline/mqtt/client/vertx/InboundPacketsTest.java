package dev.sensorline.mqtt.client.vertx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.sensorline.mqtt.client.InboundPublish;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.UserProperty;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.ReferenceCountUtil;

class InboundPacketsTest {

    private static final int MOST_PAYLOAD = 1_000;
    private static final int LONG = 1_000_000;

    private final List<String> received = new ArrayList<>();
    private InboundPackets packets = new InboundPackets(MOST_PAYLOAD, 10 * LONG, false, this::receivedPlain);
    private EmbeddedChannel channel = channel();

    private void receivedPlain(InboundPublish message) {
        received.add(message.topic() + " " + message.packetId() + " " + message.payloadSize() + " "
                + new String(message.copyPayload(1), StandardCharsets.UTF_8));
    }

    private EmbeddedChannel channel() {
        return new EmbeddedChannel(
                new LargestBuffer(),
                packets,
                new LargestBuffer(),
                MqttEncoder.INSTANCE,
                new MqttDecoder(10 * LONG),
                new ChannelInboundHandlerAdapter() {

                    @Override
                    public void channelRead(ChannelHandlerContext context, Object packet) {
                        if (packet instanceof MqttPublishMessage message) {
                            int bytes = message.payload().readableBytes();
                            assertTrue(bytes == 0 || bytes >= MOST_PAYLOAD || packets.skippedBytes() == 0);
                            received.add(message.variableHeader().topicName() + " "
                                    + message.variableHeader().packetId() + " " + (bytes + packets.skippedBytes()) + " "
                                    + message.payload().toString(0, Math.min(1, bytes), StandardCharsets.UTF_8));
                        } else {
                            received.add(packet.getClass().getSimpleName());
                        }
                        ReferenceCountUtil.release(packet);
                    }
                });
    }

    /** No buffer may be as large as a long message. */
    private static final class LargestBuffer extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            assertTrue(((ByteBuf) message).readableBytes() < LONG / 2);
            context.fireChannelRead(message);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 1_024, 65_536})
    void a_long_message_keeps_its_beginning_and_its_size_wherever_reads_end(int bytesPerRead) {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        int longPayload = bytesPerRead < 8 ? 200_000 : LONG;
        stream.writeBytes(Packets.publish("sensor/a", "1", 1, 7));
        stream.writeBytes(Packets.pingresp());
        stream.writeBytes(Packets.publish("sensor/b", "x".repeat(longPayload), 1, 8));
        stream.writeBytes(Packets.publish("sensor/c", "y".repeat(longPayload), 0, 0));
        stream.writeBytes(Packets.publish("sensor/d", "z".repeat(MOST_PAYLOAD), 1, 9));
        stream.writeBytes(Packets.publish("sensor/e", "w".repeat(longPayload), 2, 10));
        stream.writeBytes(Packets.puback(3));
        byte[] bytes = stream.toByteArray();
        for (int i = 0; i < bytes.length; i += bytesPerRead) {
            channel.writeInbound(
                    Unpooled.copiedBuffer(Arrays.copyOfRange(bytes, i, Math.min(bytes.length, i + bytesPerRead))));
        }
        assertEquals(
                List.of(
                        "sensor/a 7 1 1",
                        "MqttMessage",
                        "sensor/b 8 " + longPayload + " x",
                        "sensor/c -1 " + longPayload + " y",
                        "sensor/d 9 " + MOST_PAYLOAD + " z",
                        "sensor/e 10 " + longPayload + " w",
                        "MqttPubAckMessage"),
                received);
    }

    @ParameterizedTest
    @CsvSource({"100, 200000, x", "200000, 100, ''", "200000, 200000, ''"})
    void of_a_message_whose_properties_are_long_the_payload_is_kept_only_with_whole_properties(
            int propertyBytes, int payloadBytes, String kept) {
        packets = new InboundPackets(MOST_PAYLOAD, 10 * LONG, true, this::receivedPlain);
        channel = channel();
        channel.writeOutbound(MqttMessageBuilders.connect()
                .protocolVersion(MqttVersion.MQTT_5)
                .clientId("")
                .build());
        MqttProperties properties = new MqttProperties();
        for (int rest = propertyBytes; rest > 0; rest -= 50_000) {
            properties.add(new UserProperty("k", "v".repeat(Math.min(rest, 50_000))));
        }
        EmbeddedChannel broker = new EmbeddedChannel(MqttEncoder.INSTANCE);
        broker.writeOutbound(MqttMessageBuilders.connect()
                .protocolVersion(MqttVersion.MQTT_5)
                .clientId("")
                .build());
        ((ByteBuf) broker.readOutbound()).release();
        broker.writeOutbound(MqttMessageBuilders.publish()
                .topicName("sensor/a")
                .qos(MqttQoS.AT_LEAST_ONCE)
                .messageId(7)
                .properties(properties)
                .payload(Unpooled.wrappedBuffer("x".repeat(payloadBytes).getBytes(StandardCharsets.UTF_8)))
                .build());
        broker.writeOutbound(MqttMessage.PINGRESP);
        for (ByteBuf bytes = broker.readOutbound(); bytes != null; bytes = broker.readOutbound()) {
            channel.writeInbound(bytes);
        }
        assertEquals(List.of("sensor/a 7 " + payloadBytes + " " + kept, "MqttMessage"), received);
    }

    @Test
    void a_long_message_that_ends_with_the_connection_is_not_received() {
        byte[] bytes = Packets.publish("sensor/b", "x".repeat(200_000), 1, 8);
        channel.writeInbound(Unpooled.copiedBuffer(Arrays.copyOf(bytes, bytes.length - 1)));
        channel.close();
        assertEquals(List.of(), received);
    }
}
