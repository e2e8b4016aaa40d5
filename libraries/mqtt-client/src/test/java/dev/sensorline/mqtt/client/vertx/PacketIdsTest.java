package dev.sensorline.mqtt.client.vertx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class PacketIdsTest {

    private static final int LARGEST = 65_535;

    private final PacketIds ids = new PacketIds();

    @Test
    @Mqtt311("MQTT-2.3.1-1")
    @Mqtt5("MQTT-2.2.1-3")
    void packet_ids_count_from_1_to_65535_and_start_again() {
        for (int expected = 1; expected <= LARGEST; expected++) {
            assertEquals(expected, ids.take());
            ids.release(expected);
        }
        assertEquals(1, ids.take());
    }

    @Test
    @Mqtt311("MQTT-2.3.1-2")
    @Mqtt5("MQTT-2.2.1-3")
    void a_packet_id_in_use_is_not_taken_again() {
        assertEquals(1, ids.take());
        for (int expected = 2; expected <= LARGEST; expected++) {
            assertEquals(expected, ids.take());
            ids.release(expected);
        }
        assertEquals(2, ids.take());
    }

    @Test
    void when_all_are_in_use_there_is_none_until_one_is_released() {
        for (int i = 1; i <= LARGEST; i++) {
            ids.take();
        }
        assertEquals(PacketIds.NONE, ids.take());
        ids.release(300);
        assertEquals(300, ids.take());
        assertEquals(PacketIds.NONE, ids.take());
    }
}
