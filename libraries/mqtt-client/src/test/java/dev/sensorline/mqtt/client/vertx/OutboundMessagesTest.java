package dev.sensorline.mqtt.client.vertx;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

import org.junit.jupiter.api.Test;

import dev.sensorline.mqtt.client.PublishProperties;
import dev.sensorline.mqtt.client.QoS;
import dev.sensorline.mqtt.client.SessionOptions;
import io.netty.channel.ChannelFuture;

/** What becomes of messages that their user gives up. SessionTest has the packets. */
class OutboundMessagesTest {

    private static final int PACKET_IDS = 65_535;
    private static final BrokerLimits ONE_AT_A_TIME = new BrokerLimits(
            1,
            QoS.EXACTLY_ONCE,
            true,
            SessionOptions.LARGEST_PACKET,
            OptionalLong.empty(),
            Optional.empty(),
            OptionalLong.empty());

    private final List<String> sent = new ArrayList<>();
    private final PacketIds packetIds = new PacketIds();
    private final OutboundMessages messages = new OutboundMessages(packetIds, Runnable::run);
    private final OutboundMessages.Sender connection = new OutboundMessages.Sender() {

        @Override
        @SuppressWarnings("NullAway") // Looked at only at QoS 0.
        public ChannelFuture publish(Publication message, boolean isDuplicate) {
            sent.add(message.topic);
            return null;
        }

        @Override
        public void release(int packetId) {
            sent.add("PUBREL " + packetId);
        }
    };

    private Publication publish(String topic, QoS qos) {
        Publication message = new Publication(topic, topic.getBytes(UTF_8), qos, false, PublishProperties.NONE);
        messages.add(message);
        return message;
    }

    private static void giveUp(Publication message) {
        message.takenOver.completeExceptionally(new IllegalStateException("given up"));
    }

    private int freePacketIds() {
        int free = 0;
        while (packetIds.take() != PacketIds.NONE) {
            free++;
        }
        return free;
    }

    @Test
    void the_packet_id_of_a_message_of_qos_1_that_is_given_up_is_free_on_the_next_connection() {
        messages.connected(connection, false, BrokerLimits.NONE);
        giveUp(publish("a", QoS.AT_LEAST_ONCE));
        messages.connectionEnded();
        messages.connected(connection, true, BrokerLimits.NONE);
        assertEquals(List.of("a"), sent);
        assertEquals(PACKET_IDS, freePacketIds());
    }

    @Test
    void that_of_a_message_of_qos_2_is_not_because_the_broker_may_know_it() {
        messages.connected(connection, false, BrokerLimits.NONE);
        giveUp(publish("a", QoS.EXACTLY_ONCE));
        messages.connectionEnded();
        messages.connected(connection, true, BrokerLimits.NONE);
        assertEquals(PACKET_IDS - 1, freePacketIds());
    }

    @Test
    void a_message_that_is_given_up_while_it_waits_is_not_sent() {
        messages.connected(connection, false, ONE_AT_A_TIME);
        publish("a", QoS.AT_LEAST_ONCE);
        giveUp(publish("b", QoS.AT_LEAST_ONCE));
        publish("c", QoS.AT_LEAST_ONCE);
        messages.acknowledged(1, null);
        assertEquals(List.of("a", "c"), sent);
    }
}
