package dev.sensorline.mqtt.client.vertx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class PacketIdsTest {

    private static final int LARGEST = 65_535;

    private final PacketIds ids = new PacketIds();

    @Test
    void packet_ids_count_from_1_to_65535_and_start_again() {
        for (int expected = 1; expected <= LARGEST; expected++) {
            assertEquals(expected, ids.take());
            ids.release(expected);
        }
        assertEquals(1, ids.take());
    }

    @Test
    void a_packet_id_in_use_is_not_taken_again() {
        assertEquals(1, ids.take());
        for (int expected = 2; expected <= LARGEST; expected++) {
            assertEquals(expected, ids.take());
            ids.release(expected);
        }
        assertEquals(2, ids.take());
    }

    @Test
    void a_new_connection_has_all_packet_ids() {
        for (int i = 1; i <= LARGEST; i++) {
            ids.take();
        }
        ids.releaseAll();
        assertEquals(1, ids.take());
    }
}
