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

/** Packets of a publisher that are not acknowledged. */
class UnacknowledgedPacketsTest {

    private final UnacknowledgedPackets packets = new UnacknowledgedPackets(50);

    private int add(int number) {
        int id = packets.nextId();
        ByteBuf packet = Unpooled.buffer().writeByte(99).writeByte(number);
        packets.add(packet, 1, 1, number);
        return id;
    }

    private List<Integer> again() {
        ByteBuf out = Unpooled.buffer();
        packets.writeTo(out);
        List<Integer> numbers = new ArrayList<>();
        while (out.isReadable()) {
            numbers.add((int) out.readByte());
        }
        return numbers;
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
