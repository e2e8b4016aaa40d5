package dev.sensorline.mqtt.client.vertx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;

import org.junit.jupiter.api.Test;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;

/** Packets of a publisher that are not acknowledged. */
class UnacknowledgedPacketsTest {

    /** The first byte of PUBLISH. */
    private static final int AT_LEAST_ONCE = 0x32;

    private final List<Long> refused = new ArrayList<>();
    private final UnacknowledgedPackets packets = new UnacknowledgedPackets(50);

    private int add(int number) {
        int id = packets.nextId();
        ByteBuf packet =
                Unpooled.buffer().writeByte(99).writeByte(AT_LEAST_ONCE).writeByte(number);
        packets.add(packet, 1, 2, number);
        return id;
    }

    private List<Integer> again() {
        packets.startAgain();
        return written(BrokerLimits.NONE);
    }

    private List<Integer> written(BrokerLimits limits) {
        ByteBuf out = Unpooled.buffer();
        packets.writeTo(out, limits, refused::add);
        List<Integer> numbers = new ArrayList<>();
        while (out.isReadable()) {
            assertEquals(AT_LEAST_ONCE, out.readByte());
            numbers.add((int) out.readByte());
        }
        return numbers;
    }

    private static BrokerLimits limits(MqttPropertyType type, int value) {
        MqttProperties properties = new MqttProperties();
        properties.add(new IntegerProperty(type.value(), value));
        return BrokerLimits.of(properties);
    }

    @Test
    void no_more_are_sent_again_at_once_than_the_broker_allows_and_new_ones_wait_for_them() {
        List<Integer> ids = new ArrayList<>();
        for (int number = 0; number < 7; number++) {
            ids.add(add(number));
        }
        BrokerLimits three = limits(MqttPropertyType.RECEIVE_MAXIMUM, 3);
        packets.startAgain();
        assertEquals(List.of(0, 1, 2), written(three));
        assertEquals(List.of(), written(three));
        assertFalse(packets.hasRoom(50));
        assertFalse(packets.has(ids.get(3)), "an answer to what has not been sent");
        packets.remove(ids.get(1));
        assertEquals(List.of(3), written(three));
        packets.remove(ids.get(0));
        packets.remove(ids.get(2));
        packets.remove(ids.get(3));
        assertEquals(List.of(4, 5, 6), written(three));
        assertTrue(packets.hasRoom(50));
        assertEquals(List.of(4, 5, 6), again());
    }

    @Test
    void on_a_connection_with_nothing_to_send_again_new_ones_are_acknowledged() {
        packets.remove(add(1));
        packets.startAgain();
        assertTrue(packets.hasRoom(50));
        assertTrue(packets.has(add(2)));
    }

    @Test
    void as_many_fit_as_are_allowed_whichever_are_acknowledged() {
        List<Integer> ids = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            ids.add(add(i));
        }
        packets.remove(ids.get(0));
        packets.remove(ids.get(2));
        while (packets.hasRoom(50)) {
            add(packets.count() + 10);
        }
        assertEquals(50, packets.count());
        List<Integer> again = again();
        assertEquals(List.of(1, 3, 12, 13), again.subList(0, 4));
        assertEquals(50, again.size());
        assertEquals(again.stream().sorted().toList(), again);
    }

    @Test
    void what_the_broker_takes_no_more_is_not_sent_again() {
        add(1);
        add(2);
        packets.startAgain();
        assertEquals(List.of(), written(limits(MqttPropertyType.MAXIMUM_QOS, 0)));
        assertEquals(List.of(1L, 2L), refused);
        assertEquals(0, packets.count());
        add(3);
        packets.startAgain();
        assertEquals(List.of(), written(limits(MqttPropertyType.MAXIMUM_PACKET_SIZE, 1)));
        assertEquals(List.of(1L, 2L, 3L), refused);
        assertTrue(packets.hasRoom(50));
    }

    @Test
    void as_many_fit_as_are_allowed_and_no_two_have_the_same_id() {
        List<Integer> ids = new ArrayList<>();
        while (packets.hasRoom(30)) {
            ids.add(add(ids.size()));
        }
        assertEquals(30, ids.size());
        assertEquals(30, ids.stream().distinct().count());
        while (packets.hasRoom(65_535)) {
            ids.add(add(ids.size()));
        }
        assertEquals(50, ids.stream().distinct().count());
        assertEquals(50, packets.count());
    }

    @Test
    void they_are_sent_again_in_their_order_whatever_was_acknowledged() {
        Random random = new Random(7);
        Queue<int[]> inFlight = new ArrayDeque<>();
        for (int i = 0; i < 10_000; i++) {
            if (random.nextBoolean() && packets.hasRoom(50)) {
                inFlight.add(new int[] {add(i & 0x7f), i & 0x7f});
            } else if (!inFlight.isEmpty()) {
                int[] first = inFlight.remove();
                assertTrue(packets.has(first[0]));
                assertEquals(first[1], packets.remove(first[0]));
                assertFalse(packets.has(first[0]));
            }
            assertEquals(inFlight.stream().map(packet -> packet[1]).toList(), again());
        }
    }

    @Test
    void one_that_is_acknowledged_late_is_not_overwritten() {
        int slow = add(1);
        for (int i = 0; i < 500 && packets.hasRoom(50); i++) {
            packets.remove(add(2));
        }
        assertTrue(packets.has(slow));
        assertEquals(1, packets.remove(slow));
        assertFalse(packets.has(0));
        assertFalse(packets.has(60_000));
    }
}
