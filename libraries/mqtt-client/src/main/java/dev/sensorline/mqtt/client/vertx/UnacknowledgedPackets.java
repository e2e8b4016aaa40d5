package dev.sensorline.mqtt.client.vertx;

import java.util.Arrays;
import java.util.function.LongConsumer;

import io.netty.buffer.ByteBuf;

/**
 * The packets of a publisher that the broker has not taken over. A packet's place is its packet id less one. The places are used in
 * turn, except for those whose packet is still unacknowledged, and their memory is used again. Belongs to the event loop.
 */
final class UnacknowledgedPackets {

    private static final int FIRST_SIZE = 4;
    private static final long FREE = Long.MIN_VALUE;
    private static final int[] NONE = {};

    private final int most;
    private byte[][] packets;
    private int[] sizes;
    private long[] tags;
    /** What the number of sent packets was when each was sent. */
    private int[] numbers;

    private int next;
    private int count;
    /** The number of packets that have been sent; it overflows. */
    private int sent;

    // Of the current connection.
    private int firstNumber;
    /** The places of the packets to be written again, the oldest first. */
    private int[] again = NONE;

    private int writtenAgain;

    /** @param most how many packets there may be */
    UnacknowledgedPackets(int most) {
        this.most = most;
        int size = Math.min(most, FIRST_SIZE);
        packets = new byte[size][];
        sizes = new int[size];
        tags = new long[size];
        numbers = new int[size];
        Arrays.fill(tags, FREE);
    }

    /** Whether there is a place for one more, of at most so many. Not while earlier ones are to be written again. */
    boolean hasRoom(int limit) {
        return !hasUnwritten() && count < Math.min(most, limit);
    }

    /** The packet id of the next packet. There must be room. */
    int nextId() {
        if (count == tags.length) {
            grow();
        }
        while (tags[next] != FREE) {
            next = following(next);
        }
        return next + 1;
    }

    private int following(int place) {
        return place + 1 == tags.length ? 0 : place + 1;
    }

    private void grow() {
        int size = tags.length;
        int larger = Math.min(most, 2 * size);
        packets = Arrays.copyOf(packets, larger);
        sizes = Arrays.copyOf(sizes, larger);
        tags = Arrays.copyOf(tags, larger);
        numbers = Arrays.copyOf(numbers, larger);
        Arrays.fill(tags, size, larger, FREE);
        next = size;
    }

    /** Keeps the packet that was given the next id. */
    void add(ByteBuf packet, int start, int size, long tag) {
        byte[] place = packets[next];
        if (place == null || place.length < size) {
            place = new byte[size];
            packets[next] = place;
        }
        packet.getBytes(start, place, 0, size);
        sizes[next] = size;
        tags[next] = tag;
        numbers[next] = sent++;
        count++;
        next = following(next);
    }

    /** Whether the broker may answer to a packet: it has been written on this connection. */
    boolean has(int packetId) {
        return packetId > 0
                && packetId <= tags.length
                && tags[packetId - 1] != FREE
                && numbers[packetId - 1] - firstNumber >= 0;
    }

    /** Frees a place, and returns the tag of its packet. */
    long remove(int packetId) {
        long tag = tags[packetId - 1];
        tags[packetId - 1] = FREE;
        count--;
        return tag;
    }

    /** A connection has begun: all packets are to be written again. */
    void startAgain() {
        long[] order = new long[count];
        int found = 0;
        for (int place = 0; place < tags.length; place++) {
            if (tags[place] != FREE) {
                order[found++] = (long) (numbers[place] - sent) << Integer.SIZE | place;
            }
        }
        Arrays.sort(order);
        again = Arrays.stream(order).mapToInt(key -> (int) key).toArray();
        writtenAgain = 0;
        firstNumber = sent;
    }

    /**
     * Writes them again, the oldest first, as many as the broker allows to be unanswered. To be called again when it has answered to some.
     *
     * @param refused is given the tags of those that the broker does not take any more, because of their QoS or their size
     */
    void writeTo(ByteBuf out, BrokerLimits limits, LongConsumer refused) {
        while (hasUnwritten() && count - (again.length - writtenAgain) < limits.receiveMaximum()) {
            int place = again[writtenAgain++];
            byte[] packet = packets[place];
            if (qos(packet) <= limits.maximumQoS().level() && sizes[place] <= limits.maximumPacketSize()) {
                out.writeBytes(packet, 0, sizes[place]);
                numbers[place] = sent++;
            } else {
                refused.accept(remove(place + 1));
            }
        }
        if (!hasUnwritten()) {
            again = NONE;
            writtenAgain = 0;
        }
    }

    /** Of PUBLISH (3.3.1.2). */
    private static int qos(byte[] packet) {
        return packet[0] >> 1 & 3;
    }

    /** Whether some are still to be written again. */
    boolean hasUnwritten() {
        return writtenAgain < again.length;
    }

    int count() {
        return count;
    }
}
