package dev.sensorline.mqtt.client.vertx;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.netty.buffer.Unpooled;

class PlainTopicsTest {

    private final PlainTopics topics = new PlainTopics();

    private String at(String name) {
        byte[] bytes = ("<" + name + ">").getBytes(UTF_8);
        return topics.at(Unpooled.wrappedBuffer(bytes), 1, bytes.length - 2);
    }

    @Test
    void a_name_that_comes_again_is_the_same_object() {
        String first = at("sensor/T1");
        assertEquals("sensor/T1", first);
        assertSame(first, at("sensor/T1"));
    }

    /** "Aa" and "BB" have one hash in Java, and so one slot. */
    @Test
    void names_of_one_slot_are_told_apart() {
        assertEquals("sensor/Aa", at("sensor/Aa"));
        assertEquals("sensor/BB", at("sensor/BB"));
        assertEquals("sensor/Aa", at("sensor/Aa"));
    }

    @Test
    void names_of_any_length_and_number_are_read() {
        for (int n = 0; n < 20_000; n++) {
            String name = "plant/" + n + "/x".repeat(n % 80);
            assertEquals(name, at(name));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "+", "sensor/+", "#", "a\nb", "a\u007fb", "Größe"})
    void what_is_no_name_in_ascii_is_left_to_the_decoder(String name) {
        assertNull(at(name));
        assertNull(at("sensor/" + "x".repeat(200) + "/" + (name.isEmpty() ? "#" : name)));
    }
}
