package dev.sensorline.mqtt.client.vertx;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.sensorline.mqtt.client.QoS;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

class PlainPublishTest {

    @ParameterizedTest
    @CsvSource({"30, '', 0, AT_MOST_ONCE", "33, 0102, 258, AT_LEAST_ONCE", "3c, ffff, 65535, EXACTLY_ONCE"})
    void a_message_is_read_with_its_flags_where_it_lies(String firstByte, String packetId, int expectedId, QoS qos) {
        PlainPublish message = new PlainPublish(false);
        int first = HexFormat.fromHexDigits(firstByte);
        assertTrue(read(message, first, "000161" + packetId + "32352e35"));
        assertEquals("a", message.topic());
        assertEquals(qos, message.qos());
        assertEquals(expectedId, message.packetId());
        assertEquals((first & 1) != 0, message.isRetained());
        assertEquals((first & 8) != 0, message.isDuplicate());
        assertEquals(4, message.payloadSize());
        assertArrayEquals("25.5".getBytes(UTF_8), message.copyPayload(100));
        assertArrayEquals("25".getBytes(UTF_8), message.copyPayload(2));
    }

    @Test
    void a_message_of_version_5_without_properties_is_plain() {
        PlainPublish message = new PlainPublish(true);
        assertTrue(read(message, 0x32, "000161000700"));
        assertEquals(7, message.packetId());
        assertEquals(0, message.payloadSize());
    }

    @ParameterizedTest
    @CsvSource({
        "36, 000161000735, QoS 3",
        "38, 00016135, DUP at QoS 0",
        "32, 000161000035, packet id 0",
        "32, 00016100, half a packet id",
        "30, 000035, no topic",
        "30, 00, half a length",
        "30, 00056135, a topic beyond the end",
        "30, 00012b35, a wildcard",
        "30, 00012335, the other wildcard",
        "30, 00010035, a control character",
        "30, 0002c3a935, a topic beyond ASCII"
    })
    void what_is_not_plain_is_left_to_the_decoder(String firstByte, String body, String why) {
        assertFalse(read(new PlainPublish(false), HexFormat.fromHexDigits(firstByte), body), why);
    }

    @ParameterizedTest
    @CsvSource({"000161020100, a property", "000161, no length of the properties"})
    void properties_are_left_to_the_decoder(String body, String why) {
        assertFalse(read(new PlainPublish(true), 0x30, body), why);
    }

    /** With other bytes before and after it. */
    private static boolean read(PlainPublish message, int firstByte, String body) {
        byte[] bytes = HexFormat.of().parseHex(body);
        ByteBuf buffer = Unpooled.buffer().writeInt(-1).writeBytes(bytes).writeLong(0);
        return message.read(firstByte, buffer, Integer.BYTES, bytes.length);
    }
}
