package dev.sensorline.mqtt.client.vertx;

import java.util.Arrays;

import io.netty.buffer.ByteBuf;

/**
 * The packets of a publisher that the broker has not taken over. A packet's place is its packet id less one. The places are used in
 * turn, so that their order is that of sending, and their memory is used again. Belongs to the event loop.
 */
final class UnacknowledgedPackets {

    private static final int FIRST_SIZE = 4;
    private static final long FREE = Long.MIN_VALUE;

    private final int most;
    private byte[][] packets;
    private int[] sizes;
    private long[] tags;
    private int next;
    private int count;

    /** @param most how many packets there may be */
    UnacknowledgedPackets(int most) {
        this.most = most;
        int size = Math.min(most, FIRST_SIZE);
        packets = new byte[size][];
        sizes = new int[size];
        tags = new long[size];
        Arrays.fill(tags, FREE);
    }

    /** Whether there is a place for one more, of at most so many. */
    boolean hasRoom(int limit) {
        return count < Math.min(most, limit) && (tags[next] == FREE || next == 0 && tags.length < most);
    }

    /** The packet id of the next packet. There must be room. */
    int nextId() {
        if (tags[next] != FREE) {
            grow();
        }
        return next + 1;
    }

    /** At the first place only: the oldest packet is there, so that the order of the places stays that of sending. */
    private void grow() {
        int size = tags.length;
        int larger = Math.min(most, 2 * size);
        packets = Arrays.copyOf(packets, larger);
        sizes = Arrays.copyOf(sizes, larger);
        tags = Arrays.copyOf(tags, larger);
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
        count++;
        next = next + 1 == tags.length ? 0 : next + 1;
    }

    boolean has(int packetId) {
        return packetId > 0 && packetId <= tags.length && tags[packetId - 1] != FREE;
    }

    /** Frees a place, and returns the tag of its packet. */
    long remove(int packetId) {
        long tag = tags[packetId - 1];
        tags[packetId - 1] = FREE;
        count--;
        return tag;
    }

    /** Writes all of them again, the oldest first. */
    void writeTo(ByteBuf out) {
        for (int i = 0; i < tags.length; i++) {
            int place = (next + i) % tags.length;
            if (tags[place] != FREE) {
                out.writeBytes(packets[place], 0, sizes[place]);
            }
        }
    }

    int count() {
        return count;
    }
}
